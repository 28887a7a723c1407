"""Whatever may be a picture -> its pages, one picture, or normalized digits: the one gate for pictures of users.

`Reader.read` and `load_digit` take any picture, dark on light or light on dark. `Reader.read_digits` and `Run.predict`
take normalized digits, white on black; a file or a picture of Pillow is a picture of one digit there, and normalized.

| given | where a picture is meant | where normalized digits are meant |
|---|---|---|
| path, bytes, open file | each page of a PDF or TIFF | the digit on the first page, normalized |
| PIL.Image | its current frame | the digit in it, normalized |
| array, tensor, nested lists | any size: (H, W), colour, (784,) | (28, 28), (784,), (N, 28, 28), … as they are |
| list of these | refused | one digit each |

Values are bool, floats in 0 … 1, or numbers in 0 … 255 or 0 … 65535. Everything else is answered with one line.
Knows nothing of networks.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
import PIL.Image
from numpy.typing import ArrayLike

from inkdigits.core.errors import PictureError
from inkdigits.core.types import SIDE, Images, Picture
from inkdigits.pictures.arrays import digits_from_array, picture_from_array, to_array
from inkdigits.pictures.files import picture_from_image, printable_name, read_pages, read_picture
from inkdigits.pictures.limits import MAX_FILE_BYTES, too_large
from inkdigits.pictures.prepare import prepare_digit


class ReadableFile(Protocol):
    """A file that is open for reading bytes."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes.

        Args:
            size: How many at most.
        """


PictureSource: TypeAlias = str | os.PathLike[str] | ReadableFile | PIL.Image.Image | ArrayLike
"""Path, bytes, open file, picture of Pillow, array, tensor or nested lists."""

DigitSource: TypeAlias = PictureSource | Sequence[PictureSource]
"""The same, or several."""

_EXPECTED = "a path, bytes, an open file, a PIL image, an array, a tensor or nested lists"


def to_pages(source: PictureSource) -> Iterator[Picture]:
    """Yield the pages of a document, or the one picture.

    Args:
        source: Any picture.

    Yields:
        Each page, (H, W, 3), uint8, red, green and blue in 0 … 255.

    Raises:
        PictureError: It is no picture, damaged, or its values have no clear range.

    Examples:
        >>> [page.shape for page in to_pages(np.zeros((20, 30)))]
        [(20, 30, 3)]
    """
    content = _resolve(source)
    if isinstance(content, Path | bytes):
        yield from read_pages(content)
    else:
        yield _to_picture(content)


def to_picture(source: PictureSource) -> Picture:
    """Return any picture as red, green and blue; of several pages the first.

    Args:
        source: Any picture.

    Returns:
        (H, W, 3), uint8, 0 … 255.

    Raises:
        PictureError: As `to_pages`.
    """
    return _to_picture(_resolve(source))


def to_digits(source: DigitSource) -> Images:
    """Return normalized digits, or the one digit in each picture, in the form that networks are given.

    Args:
        source: Arrays, tensors or lists are normalized digits, white on black, and stay as they are. A file or a
            picture of Pillow holds one digit, dark or light, and is normalized.

    Returns:
        (N, 28, 28), uint8, 0 is empty and 255 is ink.

    Raises:
        PictureError: As `to_pages`; or a shape is not that of digits, or a picture holds no digit.

    Examples:
        >>> to_digits([np.zeros((28, 28)), np.zeros(784)]).shape
        (2, 28, 28)
    """
    if isinstance(source, Sequence) and _is_several(source):
        return np.concatenate(list(_each_digits(source)))
    content = _resolve(source)
    if isinstance(content, np.ndarray):
        return digits_from_array(content)
    digit = prepare_digit(_to_picture(content))
    if digit is None:
        name = printable_name(content) if isinstance(content, Path) else "the picture"
        raise PictureError(
            f"nothing readable in {name}",
            expected="one digit, darker or lighter than its background",
            mend="crop closer to it",
        )
    return digit[None]


def _each_digits(sources: Sequence[Any]) -> Iterator[Images]:
    """Yield the digits of each of several sources; an error says which one is wrong."""
    for number, source in enumerate(sources, start=1):
        try:
            yield to_digits(source)
        except PictureError as error:
            given = f"picture {number} of {len(sources)}: {error.given}"
            raise type(error)(given, expected=error.expected, mend=error.mend) from error


def _to_picture(content: Any) -> Picture:
    if isinstance(content, Path | bytes):
        return read_picture(content)
    if isinstance(content, PIL.Image.Image):
        return picture_from_image(content)
    return picture_from_array(content)


def _resolve(source: Any) -> Any:
    """Return a picture as a Path, bytes, a PIL.Image or an array of numbers."""
    if isinstance(source, str | os.PathLike):
        return _to_path(source)
    if isinstance(source, bytes | bytearray) or (isinstance(source, memoryview) and source.ndim == 1):
        return bytes(source)
    if isinstance(source, PIL.Image.Image):
        return source
    if isinstance(source, Sequence | memoryview) or hasattr(source, "__array__"):
        if isinstance(source, list | tuple) and source and _is_file_or_image(source[0]):
            raise PictureError(f"a list of {_kind(source[0])}", expected="one picture", mend="give them one by one")
        return to_array(source)
    if callable(getattr(source, "read", None)):
        return _read_stream(source)
    given = "None" if source is None else f"an object of type {_kind(source)}"
    raise PictureError(given, expected=_EXPECTED, mend="give one of these")


def _to_path(source: Any) -> Path:
    name = os.fsdecode(source)
    if not name:
        raise PictureError("an empty file name", expected="the path of a picture", mend="check the path")
    if name.startswith(("http://", "https://")):
        raise PictureError(f"the address {name}", expected="the path of a picture", mend="download it first")
    return Path(name)


def _read_stream(stream: Any) -> bytes:
    """Return the rest of an open file."""
    parts, left = [], MAX_FILE_BYTES + 1
    try:
        while left > 0 and (part := stream.read(left)):
            parts.append(memoryview(part).cast("B"))
            left -= len(parts[-1])
    except Exception as error:  # whatever a user's file raises; TypeError if it gives text
        reason = " ".join(str(error).split()) or type(error).__name__
        raise PictureError(
            f"a {_kind(stream)} that can't be read ({reason[:80]})",
            expected="a file that is open for reading bytes",
            mend='open it with mode "rb"',
        ) from error
    if left <= 0:
        raise too_large("an open file", f"over {MAX_FILE_BYTES:,} bytes")
    if not parts:
        raise PictureError(
            f"a {_kind(stream)} with nothing to read", expected="a whole picture", mend="go to its start with seek(0)"
        )
    return b"".join(parts)


def _is_several(source: Sequence[Any]) -> bool:
    """Whether a sequence holds whole pictures or digits, and not rows of numbers."""
    if not isinstance(source, list | tuple) or not source:
        return False
    first = source[0]
    if _is_file_or_image(first):
        return True
    shape = getattr(first, "shape", ())
    return len(shape) > 1 or tuple(shape) == (SIDE * SIDE,)


def _is_file_or_image(value: Any) -> bool:
    if isinstance(value, str | bytes | bytearray | os.PathLike | PIL.Image.Image):
        return True
    return not hasattr(value, "__array__") and callable(getattr(value, "read", None))


def _kind(value: Any) -> str:
    return type(value).__name__
