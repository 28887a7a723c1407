import hashlib
from pathlib import Path

import pytest

from helpers.archives import unipen_text, zip_bytes
from helpers.mirror import serve
from inkdigits.core.errors import DataError
from inkdigits.data.hands.uji import ARCHIVE, load_uji, load_uji_strokes, uji_source
from inkdigits.data.load import load

TEXTS = {
    f"UJIpenchars-w{writer:02}": unipen_text([("1", 0, [[(5, writer), (5, 900)]]), ("k", 0, [[(1, 1)]])]).encode()
    for writer in (11, 2, 9)
}
DIGEST = hashlib.sha256(b"".join(TEXTS[name] for name in sorted(TEXTS))).hexdigest()


def test_the_archive_is_downloaded_and_split_by_writer():
    with serve({ARCHIVE: zip_bytes(TEXTS | {"UJIpenchars.names": b"about"})}) as good:
        data = load_uji(source=uji_source([good.address], DIGEST))
    assert (data.train.writers.tolist(), data.test.writers.tolist()) == ([2], [9, 11])
    assert data.test.labels.tolist() == [1, 1]
    assert (data.train.images[0] > 100).sum(axis=1)[5:22].max() < 5


def test_y_points_down():
    with serve({ARCHIVE: zip_bytes(TEXTS)}) as good:
        load_uji(source=uji_source([good.address], DIGEST))
    assert load_uji_strokes().digits[0][0].tolist() == [[5, 2], [5, 900]]


def test_a_missing_writer_is_noticed():
    part = dict(list(TEXTS.items())[:2])
    with serve({ARCHIVE: zip_bytes(part)}) as wrong, pytest.raises(DataError, match="other content of UJIpenchars-w01"):
        load_uji(source=uji_source([wrong.address], DIGEST))


def test_the_real_digits_by_name(hands_folder: Path):
    data = load("uji-penchars", data_dir=hands_folder)
    assert (len(data.train), len(data.test)) == (160, 60)
    assert data.train.class_counts(10).tolist() == [16] * 10
    assert set(data.test.writers.tolist()) == {9, 10, 11}
