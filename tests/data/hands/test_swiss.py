import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.archives import zip_bytes
from helpers.files import draw_digit
from helpers.mirror import serve
from inkdigits.core.errors import DataError
from inkdigits.data.hands.swiss import COMMIT, HELD_BACK, load_swiss, load_swiss_crops, swiss_source
from inkdigits.data.load import load


def scan(label: int) -> bytes:
    """A digit as it stands on scanned paper, with a part of a neighbour at the edge."""
    digit = draw_digit(label, 80)
    paper = np.where(digit > 127, 225, 60).astype(np.uint8)
    if paper.mean() < 127:
        paper = 285 - paper
    paper[:12, -2:] = 60
    packed = io.BytesIO()
    Image.fromarray(paper).save(packed, "PNG")
    return packed.getvalue()


def archive(*folders: str) -> tuple[bytes, str]:
    """A repository's archive with three digits a folder, and the digest of the first fifteen folders."""
    files = {
        f"numbers-{COMMIT}/{folder}/{label}/number-{number}.png": scan(label)
        for folder in folders
        for label, number in ((7, 9), (7, 10), (2, 1))
    }
    first = b"".join(files[name] for name in sorted(files) if int(name.split("/")[1][:4]) <= 15)
    other = {
        f"numbers-{COMMIT}/{folder}/number-1.png": scan(7) for folder in ("UNCATEGORIZED/7", "tools/0001_CH4M", "tools")
    }
    return zip_bytes(files | other | {f"numbers-{COMMIT}/README.md": b"about"}), hashlib.sha256(first).hexdigest()


def loaded(*folders: str):
    packed, digest = archive(*folders)
    with serve({f"{COMMIT}.zip": packed}) as good:
        return load_swiss(source=swiss_source([good.address], digest))


def test_writers_held_back_are_the_test_set_where_no_later_ones_are():
    data = loaded("0001_CH4M", "0012_CHXF", "0013_CH3M", "0015_DE2X")
    assert sorted(set(data.train.writers.tolist())) == [0, 11]
    assert sorted(set(data.test.writers.tolist())) == [12, 14]
    assert sorted(data.test.labels.tolist()) == [2, 2, 7, 7, 7, 7]
    assert "those from 0016 on are not in the file" in data.provenance.notes[0]


def test_later_writers_are_the_test_set_and_nothing_learns_from_those_held_back():
    data = loaded("0001_CH4M", "0013_CH3M", "0016_CH3M", "0021_US2F")
    assert set(data.train.writers.tolist()) == {0}
    assert set(data.test.writers.tolist()) == {15, 20}


def test_crops_are_the_ink_of_the_digit_alone():
    loaded("0001_CH4M", "0013_CH3M")
    crops = load_swiss_crops()
    sevens = crops[crops.labels == 7]
    assert len(sevens) == 4
    for crop, height in zip(sevens.crops, sevens.scan_heights, strict=True):
        assert 38 <= max(crop.shape) <= 40
        assert crop.max() == 255
        assert crop[0].max() < 100  # the margin
        # Neither the neighbour nor the margins of the scan are in it: the bar of a seven spans the whole width.
        assert (crop > 100).any(axis=0).mean() > 0.85
        assert 40 <= height < 80


def test_other_pictures_of_the_first_writers_are_refused():
    packed, _ = archive("0001_CH4M")
    _, digest = archive("0001_CH4M", "0002_CH4M")
    with serve({f"{COMMIT}.zip": packed}) as wrong, pytest.raises(DataError, match="other content of the digits of"):
        load_swiss(source=swiss_source([wrong.address], digest))


def test_the_real_digits_by_name(hands_folder: Path):
    data = load("swiss-numbers", data_dir=hands_folder)
    assert set(data.train.writers.tolist()) == set(range(12))
    assert set(data.test.writers.tolist()) == set(HELD_BACK) == {12, 13, 14}
    assert (len(data.train), len(data.test)) == (6_867, 1_781)
    longest = [max(np.ptp(side) + 1 for side in np.nonzero(image)) for image in data.test.images[::50]]
    assert {17 <= length <= 20 for length in longest} == {True}
