"""IDX, the format of MNIST's files, plain or gzipped. Knows nothing of where the files come from."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import SIDE, Images
from inkdigits.data.formats.parts import Part
from inkdigits.data.payload import read_payload, sha256

_DTYPES = {
    0x08: "uint8",
    0x09: "int8",
    0x0B: "int16",
    0x0C: "int32",
    0x0D: "float32",
    0x0E: "float64",
}


def decode_idx(payload: bytes | bytearray, name: str) -> NDArray[np.uint8]:
    """Decode the bytes of an IDX file.

    Args:
        payload: Two zeros, the code of the dtype (8 is uint8), the number of axes, the length of each axis as four
            bytes in big-endian order, then the values.
        name: What to call it in an error.

    Returns:
        (...), the shape in the header, uint8, 0 … 255: a view of the payload's memory.

    Raises:
        DataError: It is no IDX, its values are not uint8, or its length is not what the header says.

    Examples:
        >>> decode_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]), "labels").tolist()
        [7, 2, 1]
    """
    if len(payload) < 4 or payload[:2] != b"\0\0" or payload[2] not in _DTYPES or not 1 <= payload[3] <= 4:
        found = bytes(payload[:4]).hex(" ") or "nothing"
        raise _error(f"{name} starts with {found}", "the IDX header 00 00 08 01 (labels) or 00 00 08 03 (pictures)")
    if payload[2] != 0x08:
        raise _error(f"{name} holds values of type {_DTYPES[payload[2]]}", "uint8")
    axes = payload[3]
    start = 4 + 4 * axes
    if len(payload) < start:
        raise _error(f"{name} ends within its header", f"{start} bytes of header")
    shape = tuple(int.from_bytes(payload[at : at + 4], "big") for at in range(4, start, 4))
    # Python's integers don't overflow, and nothing is allocated: an absurd header is just a wrong length.
    claimed = math.prod(shape)
    if len(payload) - start != claimed:
        raise _error(
            f"{name} holds {len(payload) - start:,} values",
            f"{' x '.join(map(str, shape))} = {claimed:,} as its header says",
        )
    return np.frombuffer(payload, np.uint8, offset=start).reshape(shape)


def read_idx_part(images: Path, labels: Path) -> tuple[Part, dict[str, str]]:
    """Read a pair of IDX files.

    Args:
        images: The file of pictures, plain or gzipped.
        labels: The file of their labels, plain or gzipped.

    Returns:
        The pictures with their labels, and the SHA-256 of each file's unpacked content by file name.

    Raises:
        DataError: A file is missing or damaged, the pictures are not 28x28, or the numbers of pictures and labels
            differ.
    """
    payloads = {path: read_payload(path) for path in (images, labels)}
    digests = {path.name: sha256(payload) for path, payload in payloads.items()}
    return part_from_idx(payloads[images], payloads[labels], str(images), str(labels)), digests


def read_idx_images(images: Path) -> Images:
    """Read an IDX file of pictures.

    Args:
        images: The file, plain or gzipped.

    Returns:
        (N, 28, 28), uint8, 0 … 255, as they are in the file.

    Raises:
        DataError: The file is missing or damaged, or the pictures are not 28x28.
    """
    return _pictures(read_payload(images), str(images))


def part_from_idx(images: bytearray, labels: bytearray, images_name: str, labels_name: str) -> Part:
    """Decode the unpacked contents of a pair of IDX files.

    Args:
        images: Content of the file of pictures.
        labels: Content of the file of labels.
        images_name: What to call the pictures in an error.
        labels_name: What to call the labels in an error.

    Returns:
        The pictures with their labels.

    Raises:
        DataError: As `read_idx_part`.
    """
    pictures, numbers = _pictures(images, images_name), decode_idx(labels, labels_name)
    _check_axes(numbers, labels_name, "labels, (N,)", numbers.ndim == 1)
    if len(pictures) != len(numbers):
        raise _error(
            f"{images_name} holds {len(pictures):,} pictures and {labels_name} {len(numbers):,} labels",
            "one label a picture",
            "check that both files belong together",
        )
    return Part(pictures, numbers.astype(np.int64), labels_name)


def _pictures(payload: bytearray, name: str) -> Images:
    pictures = decode_idx(payload, name)
    _check_axes(pictures, name, f"pictures, (N, {SIDE}, {SIDE})", pictures.shape[1:] == (SIDE, SIDE))
    return pictures


def _check_axes(values: NDArray[np.uint8], name: str, expected: str, fits: bool) -> None:
    if not fits:
        raise _error(f"{name} holds values of shape {values.shape}", expected, "check which file is which")


def _error(given: str, expected: str, mend: str = "download or copy it again") -> DataError:
    return DataError(given, expected=expected, mend=mend)
