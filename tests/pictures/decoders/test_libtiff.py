"""libtiff's messages: kept off standard error, whoever reads at the same time, and only while a picture is decoded."""

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image

from inkdigits.core.errors import PictureError
from inkdigits.pictures.files import read_picture


def damaged(compression, mode="L"):
    """Return a TIFF with damaged pixels, which Pillow decodes with libtiff."""
    rng = np.random.default_rng(1)
    image = Image.fromarray(rng.integers(0, 255, (200, 200), np.uint8)).convert(mode)
    file = io.BytesIO()
    image.save(file, "TIFF", compression=compression)
    content = bytearray(file.getvalue())
    for place in rng.integers(8, len(content) - 400, 60):
        content[place] = int(rng.integers(0, 256))
    return bytes(content)


KINDS = [("tiff_lzw", "L"), ("tiff_adobe_deflate", "L"), ("group4", "1")]


def read(content):
    try:
        return read_picture(content).shape
    except PictureError:
        return None


@pytest.mark.parametrize(("compression", "mode"), KINDS)
def test_nothing_reaches_standard_error(compression, mode, capfd):
    content = damaged(compression, mode)
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(read, [content] * 16))) == 1
    assert capfd.readouterr().err == ""
    # Afterwards libtiff tells as before: other users of Pillow in this process may want to know.
    with suppress(OSError):
        Image.open(io.BytesIO(content)).load()
    assert capfd.readouterr().err != ""


def test_a_damaged_tiff_is_told_in_a_line(capfd):
    with pytest.raises(PictureError, match="the picture is damaged"):
        read_picture(damaged("tiff_lzw"))
    assert capfd.readouterr() == ("", "")
