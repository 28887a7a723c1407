import io
import zipfile

import numpy as np
import pytest

from inkdigits.core.errors import StorageError
from inkdigits.core.locks import lock
from inkdigits.corrections.lines import LineStore
from inkdigits.corrections.store import CorrectionStore
from inkdigits.corrections.zip_export import export_zip
from inkdigits.data.load import load
from inkdigits.pictures.png import decode_png, encode_png


@pytest.fixture
def store(tmp_path):
    return CorrectionStore(tmp_path)


def fill(store, images, labels):
    return [store.add(image, label=label, read="1") for image, label in zip(images, labels, strict=True)]


def test_a_correction_is_an_image_and_a_line(store, some_digits):
    kept = store.add(some_digits.images[0], label=None, read="3")
    again = CorrectionStore(store.folder.parent)
    assert again.list() == [kept]
    assert (kept.id, kept.label, kept.read) == (1, None, "3")
    assert (decode_png(store.path(1).read_bytes()) == some_digits.images[0]).all()


def test_undo_removes_the_image_and_never_gives_its_number_again(store, some_digits):
    fill(store, some_digits.images[:2], "78")
    assert store.undo(2)
    assert not store.path(2).exists()
    assert not store.undo(2)
    assert store.add(some_digits.images[3], label="5", read=None).id == 3
    assert [correction.id for correction in store.list()] == [1, 3]


def test_asking_makes_no_folder(store):
    assert store.list() == []
    assert not store.undo(1)
    assert not store.folder.exists()


@pytest.mark.parametrize("label", ["10", "", "../../x", 7])
def test_only_digits_are_labels(store, some_digits, label):
    with pytest.raises(ValueError, match="label is"):
        store.add(some_digits.images[0], label=label, read=None)


def test_a_journal_that_was_tampered_with_leads_nowhere(store, some_digits):
    fill(store, some_digits.images[:1], "7")
    with (store.folder / "journal.jsonl").open("a") as file:
        file.write('{"id": 2, "label": "../../etc", "read": null, "time": "now"}\n{"id": "x"}\n{"undo": []}\n')
    assert [correction.id for correction in store.list()] == [1]


def test_an_image_that_is_gone_costs_no_other(store, some_digits):
    fill(store, some_digits.images[:3], "012")
    store.path(2).unlink()
    store.path(3).write_bytes(b"no picture")
    assert [correction.id for correction, _ in store.images()] == [1]


def test_a_held_lock_is_told(tmp_path):
    with lock(tmp_path / "lock"), pytest.raises(StorageError, match="another process"), lock(tmp_path / "lock", 0.05):
        pass


@pytest.mark.parametrize("shape", [(28, 27), (28, 28, 3)])
def test_only_28x28_images_are_kept(store, shape):
    with pytest.raises(ValueError, match="image is"):
        store.add(np.zeros(shape, np.uint8), label="7", read=None)


@pytest.mark.parametrize("content", [b"", b"no", encode_png(np.zeros((28, 28), np.uint8))[:45]])
def test_other_bytes_are_no_image(content):
    with pytest.raises(ValueError, match="no PNG"):
        decode_png(content)


def test_what_is_exported_is_a_data_set(store, mnist_like, tmp_path):
    images, labels = mnist_like
    fill(store, images, [str(label) for label in labels])
    store.add(images[0], label=None, read="4")
    zipfile.ZipFile(io.BytesIO(export_zip(store, LineStore(tmp_path)))).extractall(tmp_path / "out")
    data = load(tmp_path / "out")
    assert data.classes == tuple(sorted({str(label) for label in labels}))
    found = {image.tobytes() for split in (data.train, data.test) for image in split.images}
    assert found == {image.tobytes() for image in images}
    assert len(list((tmp_path / "out" / ".not-a-digit").iterdir())) == 1


@pytest.fixture
def mnist_like():
    """Ten digits in MNIST's form, of two classes."""
    from helpers.odd_digits import BARRED_2, HOOKED_9, draw_normalized

    return np.concatenate([draw_normalized(BARRED_2, 5, 0), draw_normalized(HOOKED_9, 5, 0)]), [2] * 5 + [9] * 5
