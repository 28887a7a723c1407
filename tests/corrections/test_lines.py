import csv
import io
import zipfile

import numpy as np
import pytest

from inkdigits.corrections.lines import MAX_LINE_PIXELS, MAX_TEXT, LineStore
from inkdigits.corrections.store import CorrectionStore
from inkdigits.corrections.zip_export import export_zip
from inkdigits.data.load import load
from inkdigits.pictures.png import decode_grey_png


@pytest.fixture
def store(tmp_path):
    return LineStore(tmp_path)


def picture(seed=0):
    return np.random.default_rng(seed).integers(0, 256, (60, 200), np.uint8)


def test_a_line_is_a_picture_and_its_text(store):
    kept = store.add(picture(), text=" 1 250.- ", read="1250")
    again = LineStore(store.folder.parent.parent)
    assert again.list() == [kept]
    assert (kept.id, kept.text, kept.read) == (1, "1 250.-", "1250")
    [(line, image)] = again.images()
    assert line == kept
    assert (image == picture()).all()


def test_undo_removes_the_picture_and_never_gives_its_number_again(store):
    store.add(picture(), text="1", read=None)
    assert store.undo(1)
    assert not store.undo(1)
    assert not store.path(1).exists()
    assert store.add(picture(), text="", read="7").id == 2


def test_lines_and_digits_are_kept_apart(store, tmp_path):
    digits = CorrectionStore(tmp_path)
    digits.add(np.zeros((28, 28), np.uint8), label="7", read="1")
    store.add(picture(), text="12", read="72")
    assert (len(digits.list()), len(store.list())) == (1, 1)
    assert digits.undo(1)
    assert len(store.list()) == 1


@pytest.mark.parametrize("text", ["12a", "١٢", "1\x002", "9" * (MAX_TEXT + 1), "1;2"])
def test_only_digits_signs_and_spaces_are_text(store, text):
    with pytest.raises(ValueError, match="the text is"):
        store.add(picture(), text=text, read=None)
    assert not store.folder.exists()


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((0, 9), np.uint8), np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9)),
        np.zeros((2, MAX_LINE_PIXELS), np.uint8),
    ],
)  # fmt: skip
def test_only_grey_pictures_of_a_sensible_size_are_kept(store, image):
    with pytest.raises(ValueError, match="image is"):
        store.add(image, text="1", read=None)


def test_a_journal_that_was_tampered_with_leads_nowhere(store):
    store.add(picture(), text="7", read="1")
    with (store.folder / "journal.jsonl").open("a") as file:
        file.write('{"id": 2, "text": "../../etc", "read": null, "time": "now"}\n{"id": 3, "text": 5, "time": "now"}\n')
    assert [line.id for line in store.list()] == [1]


def test_the_export_has_the_lines_with_a_table_and_stays_a_data_set(store, tmp_path, some_digits):
    digits = CorrectionStore(tmp_path)
    for digit, label in zip(some_digits.images[:10], "0123401234", strict=True):
        digits.add(digit, label=label, read=None)
    for seed, text in enumerate(("12 345,50", "7", "8")):
        store.add(picture(seed), text=text, read="1")
    store.undo(2)
    zipfile.ZipFile(io.BytesIO(export_zip(digits, store))).extractall(tmp_path / "out")
    table = list(csv.reader((tmp_path / "out" / ".lines" / "labels.csv").read_text().splitlines()))
    assert table == [["file", "text"], ["000001.png", "12 345,50"], ["000003.png", "8"]]
    for name, seed in (("000001.png", 0), ("000003.png", 2)):
        content = (tmp_path / "out" / ".lines" / name).read_bytes()
        assert (decode_grey_png(content, max_pixels=10**6) == picture(seed)).all()
    data = load(tmp_path / "out")
    assert (data.classes, len(data.train) + len(data.test)) == (tuple("01234"), 10)
