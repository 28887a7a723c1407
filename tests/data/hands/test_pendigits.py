import hashlib
from pathlib import Path

import numpy as np
import pytest

from helpers.archives import pack_lzw, unipen_text, zip_bytes
from helpers.mirror import serve
from inkdigits.core.errors import DataError
from inkdigits.data.hands.pendigits import ARCHIVE, load_pendigits, load_pendigits_strokes, pendigits_source
from inkdigits.data.hands.strokes import write_strokes
from inkdigits.data.load import load

SEVEN = [[(100, 400), (200, 400), (290, 400), (300, 400), (298, 390), (250, 250), (200, 100)], [(150, 250), (260, 250)]]
ONE = [[(250, 400), (250, 100)]]
TEXTS = {
    "pendigits-orig.tra": unipen_text([("7", 2, SEVEN), ("1", 30, ONE)]).encode(),
    "pendigits-orig.tes": unipen_text([("1", 31, ONE)]).encode(),
}
DIGESTS = {name: hashlib.sha256(text).hexdigest() for name, text in TEXTS.items()}
PACKED = zip_bytes({f"{name}.Z": pack_lzw(text) for name, text in TEXTS.items()} | {"pendigits.names": b"about"})


def test_the_archive_is_downloaded_unpacked_and_kept(tmp_path):
    with serve({ARCHIVE: PACKED}) as good:
        source = pendigits_source([good.address], DIGESTS)
        data = load_pendigits(source=source)
        again = load_pendigits(source=source)
        assert good.requests == [ARCHIVE]
    assert data.name == "pendigits"
    assert (data.train.labels.tolist(), data.test.labels.tolist()) == ([7, 1], [1])
    assert (data.train.writers.tolist(), data.test.writers.tolist()) == ([2, 30], [31])
    assert np.array_equal(data.train.images, again.train.images)
    assert f"downloaded from {good.address}" in data.provenance.notes
    kept = load_pendigits_strokes(tmp_path / "user-cache" / "inkdigits")
    assert kept.digits[0][1].tolist() == [[150, 250], [260, 250]]
    assert kept.digits[0][0][[0, -1]].tolist() == [[100, 100], [200, 400]]


def test_the_pictures_are_upright():
    with serve({ARCHIVE: PACKED}) as good:
        seven = load_pendigits(source=pendigits_source([good.address], DIGESTS)).train.images[0]
    widths = (seven > 100).sum(axis=1)
    assert widths[:10].max() > 10  # the bar of a seven is at its top
    assert widths[18:].max() < 5


def test_an_archive_with_other_texts_is_refused():
    changed = {name: text.replace(b"250", b"251") for name, text in TEXTS.items()}
    packed = zip_bytes({f"{name}.Z": pack_lzw(text) for name, text in changed.items()})
    with serve({ARCHIVE: packed}) as wrong, pytest.raises(DataError, match=r"other content of pendigits-orig\.tra"):
        load_pendigits(source=pendigits_source([wrong.address], DIGESTS))


def test_the_real_strokes(hands_folder: Path):
    strokes = load_pendigits_strokes(hands_folder)
    assert len(strokes) == 10_992
    assert set(strokes.writers.tolist()) == set(range(1, 45))
    assert sum(len(digit) for digit in strokes.digits) == 13_690
    assert strokes.labels[:5].tolist() == [8, 2, 1, 4, 1]


def test_the_real_digits_by_name(hands_folder: Path, tmp_path: Path):
    strokes = load_pendigits_strokes(hands_folder)
    assert (strokes.writers <= 30).sum() == 7_494
    write_strokes(tmp_path / "pendigits.npz", strokes[::20])  # all of them take seconds to draw
    data = load("pendigits", data_dir=tmp_path)
    assert set(data.train.writers.tolist()) <= set(range(1, 31))
    assert set(data.test.writers.tolist()) == set(range(31, 45))
    assert data.provenance.folder == str(tmp_path.resolve())
