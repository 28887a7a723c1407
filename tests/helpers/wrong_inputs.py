"""Things that are no picture, for everything that takes pictures: name -> what makes it, and words of its error."""

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from helpers.pictures import to_png

MakeInput = Callable[[Path], Any]

_DIGIT = np.arange(784, dtype=np.uint8).reshape(28, 28)


class _Broken:
    """An array and a file that always fail."""

    def __init__(self, name: str) -> None:
        setattr(type(self), name, self._fail)

    def _fail(self, *_: Any, **__: Any) -> None:
        raise RuntimeError("the battery\nis flat")


class _BrokenArray(_Broken):
    pass


class _BrokenFile(_Broken):
    pass


def png_of_size(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims a size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def _file(folder: Path, content: bytes, size: int | None = None) -> Path:
    path = folder / "wrong.png"
    path.write_bytes(content)
    if size is not None:
        os.truncate(path, size)
    return path


def _closed(file: Any) -> Any:
    file.close()
    return file


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def _read_to_the_end(folder: Path) -> io.BytesIO:
    file = io.BytesIO(to_png(_DIGIT))
    file.read()
    return file


WRONG_INPUTS: dict[str, tuple[MakeInput, str]] = {
    "None": (lambda _: None, "None; expected a path, bytes"),
    "a number": (lambda _: 7, "an object of type int"),
    "a dict": (lambda _: {"picture": 1}, "an object of type dict"),
    "a set": (lambda _: {1, 2}, "an object of type set"),
    "a generator": (lambda _: (row for row in _DIGIT), "an object of type generator"),
    "a function": (lambda _: to_png, "an object of type function"),
    "no name": (lambda _: "", "an empty file name"),
    "a missing file": (lambda folder: folder / "none.png", "does not exist"),
    "a missing file by name": (lambda folder: str(folder / "none.png"), "does not exist"),
    "a folder": (lambda folder: folder, "can't be opened"),
    "a name with a zero": (lambda _: "a\0b.png", "can't be opened|does not exist"),
    "a name of two lines": (lambda _: "seven\nof nine.png", r"seven\\nof nine\.png does not exist"),
    "a picture as text": (lambda _: str(_DIGIT.tolist()) * 9, "can't be opened"),
    "an address": (lambda _: "https://example.org/7.png", "the address https://example.org/7.png.*download it"),
    "a pipe": (_pipe, "is not a regular file"),
    "an empty file": (lambda folder: _file(folder, b""), r"wrong\.png is empty"),
    "a file of a gigabyte": (lambda folder: _file(folder, b"", 10**9), r"too large \(1,000,000,000 bytes\)"),
    "a text": (lambda folder: _file(folder, b"seven"), "is in no known picture format; expected a whole PNG"),
    "a HEIC photo": (lambda folder: _file(folder, b"\0\0\0\x18ftypheic\0\0\0\0"), "is HEIC.*convert it to JPEG"),
    "no bytes": (lambda _: b"", "the picture is empty"),
    "raw pixels": (lambda _: _DIGIT.tobytes(), "is in no known picture format"),
    "half a PNG": (lambda _: to_png(np.random.default_rng(0).integers(0, 256, (90, 90), np.uint8))[:900], "is damaged"),
    "a huge PNG": (lambda _: png_of_size(60_000, 60_000), "too large"),
    "an open file of text": (lambda _: io.StringIO("seven"), "a StringIO that can't be read.*rb"),
    "a closed file": (lambda _: _closed(io.BytesIO(b"seven")), "a BytesIO that can't be read.*closed"),
    "a file read to its end": (_read_to_the_end, r"nothing to read.*seek\(0\)"),
    "a file that fails": (lambda _: _BrokenFile("read"), "the battery is flat"),
    "a picture of no width": (lambda _: Image.new("L", (0, 28)), "has 0 x 28 pixels"),
    "a closed picture": (lambda _: _closed(Image.open(io.BytesIO(to_png(_DIGIT)))), "is damaged"),
    "an array that fails": (lambda _: _BrokenArray("__array__"), "the battery is flat"),
    "a scalar": (lambda _: np.float64(0.5), r"an array of shape \(\)"),
    "five numbers": (lambda _: np.zeros(5), r"an array of shape \(5,\)"),
    "no rows": (lambda _: np.zeros((0, 5)), r"an array of shape \(0, 5\)"),
    "two channels": (lambda _: np.zeros((28, 28, 2)), r"an array of shape \(28, 28, 2\)"),
    "five axes": (lambda _: np.zeros((1, 1, 1, 28, 28)), r"an array of shape \(1, 1, 1, 28, 28\)"),
    "complex numbers": (lambda _: np.zeros((28, 28), complex), "dtype complex128"),
    "texts": (lambda _: np.full((28, 28), "7"), "dtype <U1"),
    "objects": (lambda _: np.full((28, 28), None), "dtype object"),
    "dates": (lambda _: np.zeros((28, 28), "datetime64[s]"), "dtype datetime64"),
    "NaN": (lambda _: np.where(_DIGIT == 99, np.nan, _DIGIT / 255), "NaN or infinite"),
    "infinity": (lambda _: np.where(_DIGIT == 99, np.inf, _DIGIT / 255), "NaN or infinite"),
    "-1 to 1": (lambda _: _DIGIT / 127.5 - 1, r"float64 values from -1 to 1; .*give \(values \+ 1\) / 2"),
    "standardised": (lambda _: (_DIGIT - 33.3) / 78.6, "float64 values from -0.42.* to 2.8"),
    "divided by its deviation": (lambda _: _DIGIT / 78.6, "float64 values from 0 to 3.2"),
    "negative whole numbers": (lambda _: _DIGIT.astype(np.int64) - 128, "int64 values from -128 to 127"),
    "17 bits": (lambda _: _DIGIT.astype(np.int64) * 514, "int64 values from 0 to 131070"),
    "a mask in whole numbers": (lambda _: (_DIGIT > 128).astype(int), "int64 values from 0 to 1; .*astype"),
    "an empty list": (lambda _: [], r"an array of shape \(0,\)"),
    "rows of two lengths": (lambda _: [[1, 2], [3]], "a list that is no array"),
    "a list of None": (lambda _: [None, None], "dtype object"),
    "a tensor of five": (lambda _: torch.zeros(5), r"an array of shape \(5,\)"),
    "a tensor from -1 to 1": (lambda _: torch.from_numpy(_DIGIT) / 127.5 - 1, "float32 values from -1 to 1"),
    "a tensor of NaN": (lambda _: torch.full((28, 28), torch.nan), "NaN or infinite"),
    "a tensor without values": (lambda _: torch.zeros(28, 28, device="meta"), "a Tensor that is no array"),
    "a sparse tensor": (lambda _: torch.eye(28).to_sparse(), "a Tensor that is no array"),
    "a complex tensor": (lambda _: torch.zeros(28, 28, dtype=torch.complex64), "dtype complex64"),
}
