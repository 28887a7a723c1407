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
from inkdigits.pictures.levels import flatten_alpha, row_blocks, to_8_bit

MAX_PIXELS = 50_000_000
"""The largest picture that is decoded: a phone's camera makes 12 to 50 million pixels."""

MAX_SIDE = 100_000
"""The longest side that is decoded: decoders take memory for each row, however few pixels it has."""

MAX_FILE_BYTES = 500_000_000
"""The largest file that is read: 50 million uncompressed pixels are 400 million bytes."""

MAX_PAGES = 100
"""The most pages of a TIFF that are read; with more it is refused."""

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "DIB", "PPM", "AVIF", "ICO")
"""The formats that are opened: Pillow's decoders for rarer ones are hardly maintained."""

_EXPECTED = "a whole PNG, JPEG, TIFF, WebP, GIF or BMP picture"


def read_picture(source: Path | bytes) -> Picture:
    """Read a picture as a person would see it.

    The camera's rotation is applied. Grey, palette, CMYK, 16-bit and float pictures become 8-bit colour. Transparent
    pixels become white, or black if the strokes would be invisible on white. Of several frames the first is read.

    Args:
        source: The file, or its content.

    Returns:
        (H, W, 3), uint8, red, green and blue in 0 … 255.

    Raises:
        PictureError: The file is missing, empty, truncated or no picture, or it has over 50 million pixels
            or 100,000 on a side.

    Examples:
        >>> file = io.BytesIO()
        >>> PIL.Image.new("L", (3, 2), 200).save(file, "PNG")
        >>> read_picture(file.getvalue()).shape
        (2, 3, 3)
    """
    return next(_frames(source, max_pages=1))


def read_pages(source: Path | bytes) -> Iterator[Picture]:
    """Read every page of a TIFF, one after the other; of other files the first frame.

    Args:
        source: The file, or its content.

    Yields:
        Each page, (H, W, 3), uint8, red, green and blue in 0 … 255, as `read_picture` gives it.

    Raises:
        PictureError: As `read_picture`, or there are over 100 pages.
    """
    yield from _frames(source, max_pages=MAX_PAGES)


def _frames(source: Path | bytes, max_pages: int) -> Iterator[Picture]:
    name = str(source) if isinstance(source, Path) else "the picture"
    # Pillow warns of large pictures, odd EXIF and odd palettes: only our own limits and the pixels count.
    with _open(source, name) as opened:
        count = _count_pages(opened, name) if max_pages > 1 else 1
        for page in range(count):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                picture = _decode(opened, page, name)
            if page == count - 1:
                opened.close()  # or Pillow's copy of the pixels would stay in memory while the caller uses ours
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
    if count > MAX_PAGES:
        raise PictureError(
            f"{name} has {count:,} pages", expected=f"at most {MAX_PAGES}", mend="split it into several files"
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
    # From memory: of a file Pillow would allocate as many bytes as a damaged header says.
    content = io.BytesIO(_read_file(source, name) if isinstance(source, Path) else source)
    if not content.getbuffer().nbytes:
        raise PictureError(f"{name} is empty", expected=_EXPECTED, mend="save it again or leave it out")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return PIL.Image.open(content, formats=_FORMATS)
    except PIL.Image.DecompressionBombError as error:
        raise _too_large(name, str(error)) from error
    except Exception as error:  # as above: the decoder reads the header, too
        raise PictureError(
            f"{name} is no picture that can be read",
            expected=_EXPECTED,
            mend="convert it to PNG or leave it out",
        ) from error


def _read_file(path: Path, name: str) -> bytes:
    try:
        status = path.stat()
        # Opening a pipe would wait for ever.
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            raise PictureError(f"{name} is no ordinary file", expected=_EXPECTED, mend="give a file")
        if status.st_size > MAX_FILE_BYTES:
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
    """Check the size in the header, before anything is decoded."""
    width, height = opened.size
    check_size(width, height, name)
    if not width or not height:
        raise PictureError(
            f"{name} is {opened.format} of {width} x {height} pixels",
            expected=_EXPECTED,
            mend="convert it to PNG or leave it out",
        )


def check_size(width: int, height: int, name: str) -> None:
    """Check that a picture is not too large.

    Args:
        width: In pixels.
        height: In pixels.
        name: What to call it in an error.

    Raises:
        PictureError: It has more than `MAX_PIXELS` pixels or `MAX_SIDE` on a side.
    """
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise _too_large(name, f"{width:,} x {height:,} pixels")


def _too_large(name: str, size: str) -> PictureError:
    return PictureError(
        f"{name} is too large ({size})",
        expected=f"at most {MAX_PIXELS:,} pixels, {MAX_SIDE:,} on a side, in {MAX_FILE_BYTES // 10**6} MB",
        mend="make it smaller or cut out the writing",
    )


def _upright(opened: PIL.Image.Image) -> PIL.Image.Image:
    try:
        rotation = opened.getexif().get(PIL.ExifTags.Base.Orientation, 1)
        return opened if rotation == 1 else ImageOps.exif_transpose(opened)
    except Exception:  # the pixels may be whole even if EXIF is damaged
        return opened


def _to_colour(opened: PIL.Image.Image) -> Picture:
    if opened.mode.startswith("I") or opened.mode == "F":
        opened = PIL.Image.fromarray(to_8_bit(np.asarray(opened)))
    if opened.mode == "LAB":
        opened = opened.getchannel("L")
    if opened.has_transparency_data:
        return flatten_alpha(_pixels(opened, "RGBA"))
    return _pixels(opened, "RGB")


def _pixels(opened: PIL.Image.Image, mode: str) -> NDArray[np.uint8]:
    """Return the pixels, (H, W, channels of `mode`), converted block by block to save memory."""
    width, height = opened.size
    pixels = np.empty((height, width, len(mode)), np.uint8)
    for rows in row_blocks(height, width):
        pixels[rows] = np.asarray(opened.crop((0, rows.start, width, rows.stop)).convert(mode))
    return pixels


def _reason(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) < 80 else words[:77] + "…"
