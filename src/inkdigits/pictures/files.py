"""Any picture file -> red, green and blue as a person would see it. Knows nothing of digits."""

import io
import stat
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import PIL.ExifTags
import PIL.Image
from numpy.typing import NDArray
from PIL import ImageOps

from inkdigits.core.errors import PictureError
from inkdigits.core.types import Picture
from inkdigits.pictures.levels import flatten, strips, to_8_bit

MOST_PIXELS = 50_000_000
"""The largest picture that is decoded: a phone's camera makes 12 to 50 million pixels."""

LONGEST_SIDE = 100_000
"""The longest side that is decoded: what is longer is no picture, and takes memory that its pixels don't tell."""

LARGEST_FILE = 500_000_000
"""The largest file that is read, in bytes: 50 million pixels with nothing packed are 400 million."""

MOST_PAGES = 100
"""The most pages of a TIFF that are read."""

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "DIB", "PPM", "AVIF", "ICO")
"""What is opened at all: a picture needs no decoder that nobody has looked at for years."""

_EXPECTED = "a whole PNG, JPEG, TIFF, WebP, GIF or BMP picture"


def read_picture(source: Path | bytes) -> Picture:
    """Read a picture as a person would see it.

    The camera's rotation is applied, grey, palette, CMYK, 16-bit and float pictures become 8-bit colour, and
    what is transparent becomes white paper; where that would leave nothing to see (white strokes on nothing),
    it becomes a black board. Of several frames the first is taken.

    Args:
        source: The file, or its content.

    Returns:
        (H, W, 3), uint8, red, green and blue in 0 … 255.

    Raises:
        PictureError: The file is missing, empty, truncated, no picture, or has over 50 million pixels
            or 100,000 on a side.

    Examples:
        >>> file = io.BytesIO()
        >>> PIL.Image.new("L", (3, 2), 200).save(file, "PNG")
        >>> read_picture(file.getvalue()).shape
        (2, 3, 3)
    """
    return next(_frames(source, most=1))


def read_pages(source: Path | bytes) -> Iterator[Picture]:
    """Read every page of a TIFF, one after the other; of other files, which hold films if anything, the first frame.

    Args:
        source: The file, or its content.

    Yields:
        Each as `read_picture` gives it.

    Raises:
        PictureError: As `read_picture`, or there are over 100 pages.
    """
    yield from _frames(source, most=MOST_PAGES)


def _frames(source: Path | bytes, most: int) -> Iterator[Picture]:
    name = str(source) if isinstance(source, Path) else "the picture"
    # Pillow warns of big pictures, odd EXIF and odd palettes: the limits below and the pixels decide.
    with _open(source, name) as opened:
        count = _count_pages(opened, name) if most > 1 else 1
        for page in range(count):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                picture = _decode(opened, page, name)
            if page == count - 1:
                opened.close()  # its own copy of the pixels would stay for as long as the caller looks at ours
            yield picture


def _count_pages(opened: PIL.Image.Image, name: str) -> int:
    if opened.format != "TIFF":
        return 1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            count = int(getattr(opened, "n_frames", 1))
    except Exception as error:
        raise _damaged(name, error) from error
    if count > MOST_PAGES:
        raise PictureError(
            f"{name} has {count:,} pages", expected=f"at most {MOST_PAGES}", mend="split it into several files"
        )
    return count


def _decode(opened: PIL.Image.Image, page: int, name: str) -> Picture:
    try:
        if page:
            opened.seek(page)
        _check_size(opened, name)
        opened.load()
        return _to_colour(_upright(opened))
    except PictureError:
        raise
    except Exception as error:  # each of Pillow's forty decoders fails in its own way
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> PictureError:
    return PictureError(
        f"{name} is damaged ({_reason(error)})", expected=_EXPECTED, mend="save it again or leave it out"
    )


def _open(source: Path | bytes, name: str) -> PIL.Image.Image:
    # From memory: of a file Pillow would ask for as many bytes as a damaged length says, and make room for them first.
    content = io.BytesIO(_read_file(source, name) if isinstance(source, Path) else source)
    if not content.getbuffer().nbytes:
        raise PictureError(f"{name} is empty", expected=_EXPECTED, mend="save it again or leave it out")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return PIL.Image.open(content, formats=_FORMATS)
    except PIL.Image.DecompressionBombError as error:
        raise _too_large(name, str(error)) from error
    except Exception as error:  # as above: reading the header is already the decoder's work
        raise PictureError(
            f"{name} is no picture that can be read",
            expected=_EXPECTED,
            mend="convert it to PNG or leave it out",
        ) from error


def _read_file(path: Path, name: str) -> bytes:
    try:
        status = path.stat()
        # To open a pipe would be to wait for ever.
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            raise PictureError(f"{name} is no ordinary file", expected=_EXPECTED, mend="give a file")
        if status.st_size > LARGEST_FILE:
            raise _too_large(name, f"{status.st_size:,} bytes")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PictureError(f"{name} does not exist", expected="a picture", mend="check the path") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PictureError(
            f"{name} can't be opened ({reason})", expected="a file you may read", mend="check the path"
        ) from error


def _check_size(opened: PIL.Image.Image, name: str) -> None:
    """Judge by the header alone, before a single pixel is decoded."""
    width, height = opened.size
    check_size(width, height, name)
    if not width or not height:
        raise PictureError(
            f"{name} is {opened.format} of {width} x {height} pixels",
            expected=_EXPECTED,
            mend="convert it to PNG or leave it out",
        )


def check_size(width: int, height: int, name: str) -> None:
    """Refuse a picture with more pixels than are decoded, or a longer side.

    Raises:
        PictureError: It is too large.
    """
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise _too_large(name, f"{width:,} x {height:,} pixels")


def _too_large(name: str, size: str) -> PictureError:
    return PictureError(
        f"{name} is too large ({size})",
        expected=f"at most {MOST_PIXELS:,} pixels, {LONGEST_SIDE:,} on a side, in {LARGEST_FILE // 10**6} MB",
        mend="make it smaller or cut out the writing",
    )


def _upright(opened: PIL.Image.Image) -> PIL.Image.Image:
    try:
        rotation = opened.getexif().get(PIL.ExifTags.Base.Orientation, 1)
        return opened if rotation == 1 else ImageOps.exif_transpose(opened)
    except Exception:  # damaged EXIF says nothing about the pixels, which are whole
        return opened


def _to_colour(opened: PIL.Image.Image) -> Picture:
    if opened.mode.startswith("I") or opened.mode == "F":
        opened = PIL.Image.fromarray(to_8_bit(np.asarray(opened)))
    if opened.mode == "LAB":
        opened = opened.getchannel("L")
    if opened.has_transparency_data:
        return flatten(_pixels(opened, "RGBA"))
    return _pixels(opened, "RGB")


def _pixels(opened: PIL.Image.Image, mode: str) -> NDArray[np.uint8]:
    """Return the pixels of a picture, (H, W, channels of `mode`), without ever holding them three times."""
    width, height = opened.size
    pixels = np.empty((height, width, len(mode)), np.uint8)
    for rows in strips(height, width):
        pixels[rows] = np.asarray(opened.crop((0, rows.start, width, rows.stop)).convert(mode))
    return pixels


def _reason(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) < 80 else words[:77] + "…"
