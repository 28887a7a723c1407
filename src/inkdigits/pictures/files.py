"""Any picture file -> red, green and blue as a person would see it. Knows nothing of digits."""

import io
import stat
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from PIL import ImageOps

from inkdigits.errors import PictureError
from inkdigits.types import Picture

MOST_PIXELS = 50_000_000
"""The largest picture that is decoded: a phone's camera makes 12 to 50 million pixels."""

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
        PictureError: The file is missing, empty, truncated, no picture, or has over 50 million pixels.

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
                yield _decode(opened, page, name)


def _count_pages(opened: PIL.Image.Image, name: str) -> int:
    if opened.format != "TIFF":
        return 1
    try:
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
    if isinstance(source, Path):
        _check_file(source, name)
    elif not source:
        raise _empty(name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return PIL.Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=_FORMATS)
    except FileNotFoundError as error:
        raise PictureError(f"{name} does not exist", expected="a picture", mend="check the path") from error
    except (IsADirectoryError, PermissionError) as error:
        raise PictureError(
            f"{name} can't be opened ({error.strerror})", expected="a file you may read", mend="check the path"
        ) from error
    except PIL.Image.DecompressionBombError as error:
        raise _too_large(name, str(error)) from error
    except Exception as error:  # as above: reading the header is already the decoder's work
        raise PictureError(
            f"{name} is no picture that can be read",
            expected=_EXPECTED,
            mend="convert it to PNG or leave it out",
        ) from error


def _check_file(path: Path, name: str) -> None:
    """Refuse what is there but no file with content: to open a pipe would be to wait for ever."""
    try:
        status = path.stat()
    except OSError:
        return  # opening it tells what is wrong
    if stat.S_ISREG(status.st_mode) and not status.st_size:
        raise _empty(name)
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise PictureError(f"{name} is no ordinary file", expected=_EXPECTED, mend="give a file")


def _empty(name: str) -> PictureError:
    return PictureError(f"{name} is empty", expected=_EXPECTED, mend="save it again or leave it out")


def _check_size(opened: PIL.Image.Image, name: str) -> None:
    """Judge by the header alone, before a single pixel is decoded."""
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise _too_large(name, f"{width:,} x {height:,} pixels")
    if not width or not height:
        raise PictureError(
            f"{name} is {opened.format} of {width} x {height} pixels",
            expected=_EXPECTED,
            mend="convert it to PNG or leave it out",
        )


def _too_large(name: str, size: str) -> PictureError:
    return PictureError(
        f"{name} is too large ({size})",
        expected=f"at most {MOST_PIXELS:,} pixels",
        mend="make it smaller or cut out the writing",
    )


def _upright(opened: PIL.Image.Image) -> PIL.Image.Image:
    try:
        return ImageOps.exif_transpose(opened)
    except Exception:  # damaged EXIF says nothing about the pixels, which are whole
        return opened


def _to_colour(opened: PIL.Image.Image) -> Picture:
    if opened.mode.startswith("I") or opened.mode == "F":
        opened = PIL.Image.fromarray(to_8_bit(np.asarray(opened)))
    if opened.mode == "LAB":
        opened = opened.getchannel("L")
    if opened.has_transparency_data:
        return flatten(np.asarray(opened.convert("RGBA")))
    # A copy: what Pillow hands out can't be written to, and PyTorch warns of that.
    return np.array(opened.convert("RGB"))


def to_8_bit(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Scale values by the smallest usual range that holds all values: 0..1 (float), 8 bits, 16 bits, or their own."""
    finite = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(finite.min()), float(finite.max())
    if low < 0 or high > 65535:
        finite, high = finite - low, high - low
        top = high
    elif high <= 1 and values.dtype.kind == "f":
        top = 1.0
    else:
        top = 255.0 if high <= 255 else 65535.0
    return np.round(finite * (255.0 / top)).astype(np.uint8)


def flatten(pixels: NDArray[np.uint8]) -> Picture:
    """Lay a picture with opacity (H, W, 4) on white paper, or on a black board where it would vanish on white."""
    colour, alpha = pixels[..., :3].astype(np.float32), pixels[..., 3:].astype(np.float32) / 255
    on_black = colour * alpha
    on_white = on_black + 255 * (1 - alpha)
    seen_on_black, seen_on_white = np.ptp(on_black.mean(axis=2)), np.ptp(on_white.mean(axis=2))
    vanishes = seen_on_white < 8 <= seen_on_black
    # A few see-through corners don't make a black board of a sheet: most of the picture must be transparent.
    pale_strokes = alpha.mean() < 0.5 and seen_on_white * 4 < seen_on_black
    return np.round(on_black if vanishes or pale_strokes else on_white).astype(np.uint8)


def _reason(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) < 80 else words[:77] + "…"
