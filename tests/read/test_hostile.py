"""Malicious or damaged pictures: they are read or refused, quickly and with little memory.

The suite tries a few hundred damaged files. `INKDIGITS_HOSTILE=10000 pytest tests/read/test_hostile.py` tries as
many as it says, `INKDIGITS_HOSTILE_SEED` others than the first.
"""

import io
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from helpers.hostile import good_files, mutant
from inkdigits.core.errors import PictureError

COUNT = int(os.environ.get("INKDIGITS_HOSTILE", "260"))
FIRST_SEED = int(os.environ.get("INKDIGITS_HOSTILE_SEED", "0"))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured as Linux tells it")
def test_damaged_files_are_read_or_refused(tmp_path):
    command = [sys.executable, Path(__file__).parents[1] / "helpers" / "hostile.py", COUNT, FIRST_SEED, tmp_path]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    last = (tmp_path / "seed").read_text() if (tmp_path / "seed").exists() else "none"
    assert done.returncode == 0, f"seed {last}: {done.stderr[-2000:]}"
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["failed"] is None, result["failed"]
    assert result["read"] + result["refused"] == COUNT
    # Damage that is always refused would prove little.
    assert result["read"] > 0.1 * COUNT
    assert result["refused"] > 0.1 * COUNT
    assert result["growth_mib"] < 1024, result
    # Libraries in C say there what they like; of Python's warnings nothing may reach the user.
    assert "Warning" not in done.stderr


def test_a_damaged_file_is_the_same_each_time():
    assert mutant(12) == mutant(12)
    assert mutant(12) != mutant(13)


def read_or_refuse(reader, picture):
    """Read in both ways what may be refused; return the texts, or the errors."""
    results = []
    for single in (False, True):
        try:
            results.append(reader.read(picture, single=single).text)
        except PictureError as error:
            results.append(error)
    return results


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(good_files())))
def test_every_truncation_of_every_format(reader, number):
    content = good_files()[number][1]
    for length in {0, 1, 2, 8, 30, len(content) // 4, len(content) // 2, 3 * len(content) // 4, len(content) - 1}:
        read_or_refuse(reader, content[:length])
        read_or_refuse(reader, content[:length] + bytes(len(content) - length))


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1), (1, 50_000), (50_000, 1), (3, 3), (7, 30_000)])
@pytest.mark.parametrize("fill", ["white", "noise"])
def test_pictures_of_odd_sizes(reader, shape, fill):
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    if fill == "white":
        pixels[:] = 255
    file = io.BytesIO()
    PIL.Image.fromarray(pixels).save(file, "PNG")
    results = read_or_refuse(reader, file.getvalue())
    assert all(isinstance(result, str) for result in results)
    if fill == "white":
        assert results == ["", ""]


def png(width, height, data, *chunks):
    """Return a PNG (grey, 8 bits) that claims a size and holds the given data, compressed."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = b"".join(chunk(name, content) for name, content in chunks)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def bombs():
    huge = zlib.compress(bytes(64 * 1024 * 1024), 9)
    yield "claims 4 gigapixels", png(65_535, 65_535, zlib.compress(b""))
    yield "claims more than memory", png(2**31 - 1, 2**31 - 1, zlib.compress(b""))
    yield "claims a side too long", png(10_000_000, 1, zlib.compress(bytes(10_000_001)))
    yield "holds more than it claims", png(8, 8, huge)
    yield "text", png(8, 8, zlib.compress(bytes(72)), (b"zTXt", b"a\0\0" + huge))
    yield "profile", png(8, 8, zlib.compress(bytes(72)), (b"iCCP", b"a\0\0" + huge))
    yield "gif", b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\x80\0\0" + bytes(6) + b","
    yield (
        "bmp",
        b"BM" + struct.pack("<IHHI", 60, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, 2**30, 2**30, 1, 24, *[0] * 6),
    )
    yield "ppm", b"P6 100000 100000 255\n" + bytes(100)
    yield "ppm in words", b"P3 " + b"9" * 5000 + b" 1 255\n1 2 3"
    first = struct.pack("<H", 3) + b"".join(
        struct.pack("<HHII", tag, 4, 1, value) for tag, value in ((256, 100_000), (257, 100_000), (258, 8))
    )
    yield "tiff", b"II*\0" + struct.pack("<I", 8) + first + struct.pack("<I", 0)
    yield "tiff that goes in circles", b"II*\0" + struct.pack("<I", 8) + first + struct.pack("<I", 8)


@pytest.mark.parametrize(("name", "content"), [pytest.param(*bomb, id=bomb[0]) for bomb in bombs()])
def test_bombs_are_refused_or_harmless(reader, name, content):
    results = read_or_refuse(reader, content)
    if "claims" in name and "holds" not in name:
        assert all(isinstance(result, PictureError) and "too large" in str(result) for result in results)


def test_a_page_that_comes_round_again_is_not_read_for_ever(reader):
    good = good_files()
    tiff = next(content for suffix, content in good if suffix == ".tif" and content.startswith(b"II*\0"))
    (first,) = struct.unpack("<I", tiff[4:8])
    (entries,) = struct.unpack("<H", tiff[first : first + 2])
    place = first + 2 + 12 * entries
    circle = tiff[:place] + struct.pack("<I", first) + tiff[place + 4 :]
    assert all(result == "" or result for result in read_or_refuse(reader, circle))


def test_more_pages_than_anyone_reads_are_refused(reader):
    pages = [PIL.Image.new("1", (8, 8))] * 101
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    with pytest.raises(PictureError, match="has 101 pages; expected at most 100"):
        reader.read(file.getvalue())


@pytest.mark.parametrize(
    "content", [b"", bytes(1), bytes(100_000), b"\xff" * 1000, b"\r\n" * 500, b"<svg/>", b"%PDF-1.4"]
)
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tiff", ".webp", ""])
def test_what_is_no_picture_is_refused_whatever_its_name(reader, tmp_path, content, suffix):
    path = tmp_path / f"file{suffix}"
    path.write_bytes(content)
    for single in (False, True):
        with pytest.raises(PictureError, match=r"is empty|in no known picture format|damaged; expected a whole PDF"):
            reader.read(path, single=single)


def patterns():
    generator = np.random.default_rng(0)
    y, x = np.mgrid[:800, :800]
    yield "noise", generator.integers(0, 256, (800, 800))
    yield "specks", np.where(generator.random((800, 800)) < 0.03, 0, 255)
    yield "coarse specks", np.kron(np.where(generator.random((100, 100)) < 0.3, 0, 255), np.ones((8, 8)))
    yield "chessboard", np.where((x // 8 + y // 8) % 2, 0, 255)
    yield "stripes", np.where(x // 6 % 2, 0, 255)
    yield "circles", np.where(np.hypot(x - 400, y - 400) // 5 % 2, 0, 255)
    yield "black", np.zeros((800, 800))
    yield "half", np.where(x < 400, 0, 255)
    yield "one pixel", np.where((x == 400) & (y == 400), 0, 255)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "pixels"), [pytest.param(*pattern, id=pattern[0]) for pattern in patterns()])
def test_patterns_are_read_as_some_text_or_none(reader, name, pixels):
    read_or_refuse(reader, pixels.astype(np.uint8))
