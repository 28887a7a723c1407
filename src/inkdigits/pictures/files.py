"""Any picture file -> red, green and blue as a person would see it. Knows nothing of digits."""

import io
import logging
import stat
import warnings
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import numpy as np
import PIL.ExifTags
import PIL.features
import PIL.Image
from numpy.typing import NDArray
from PIL import ImageOps

from inkdigits.core.errors import PictureError
from inkdigits.core.types import Picture
from inkdigits.pictures.decoders.libtiff import silence_libtiff
from inkdigits.pictures.decoders.pdf import is_pdf, pdf_page_sizes, render_pdf
from inkdigits.pictures.levels import flatten_alpha, row_blocks, to_8_bit
from inkdigits.pictures.limits import MAX_FILE_BYTES, MAX_PAGES, check_page_count, check_size, too_large

logging.getLogger("PIL").addHandler(logging.NullHandler())  # or Python prints its remarks on damaged files

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "DIB", "PPM", "AVIF", "ICO")
"""The formats that are opened: Pillow's decoders for rarer ones are hardly maintained."""

_EXPECTED = "a whole PNG, JPEG, TIFF, WebP, GIF, BMP or AVIF picture, or a PDF"

_MAX_NAME_LENGTH = 120

_BLOCK_PIXELS = 2**18
"""Pixels that are converted at a time: few enough to stay in the processor's cache."""

_NAME = "the picture"
"""What errors call a picture that is no file."""


def read_picture(source: Path | bytes) -> Picture:
    """Read a picture as a person would see it.

    The camera's rotation is applied. Grey, palette, CMYK, 16-bit and float pictures become 8-bit colour. Transparent
    pixels become white, or black if the strokes would be invisible on white. Of several pages or frames the first is
    read.

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
    with closing(_read(source, max_pages=1)) as pages:
        return next(pages)


def read_pages(source: Path | bytes) -> Iterator[Picture]:
    """Read every page of a PDF or TIFF, one after the other; of other files the first frame.

    Args:
        source: The file, or its content.

    Yields:
        Each page, (H, W, 3), uint8, red, green and blue in 0 … 255, as `read_picture` gives it.

    Raises:
        PictureError: As `read_picture`, or there are over 100 pages.
    """
    yield from _read(source, max_pages=MAX_PAGES)


def page_sizes(content: bytes) -> list[tuple[int, int]]:
    """Return width and height in pixels of every page that `read_pages` would yield, without decoding any.

    Args:
        content: The file.

    Raises:
        PictureError: It is no picture, or its headers are damaged.
    """
    if is_pdf(content):
        return pdf_page_sizes(content, _NAME)
    with _open(content, _NAME) as opened, _damage_named(_NAME):
        sizes = []
        for page in range(_count_pages(opened, _NAME)):
            if page:
                opened.seek(page)
            sizes.append(opened.size)
        return sizes


def picture_from_image(image: PIL.Image.Image) -> Picture:
    """Convert a picture of Pillow as `read_picture` converts a file.

    Args:
        image: Of any mode. Of several frames the current one is taken.

    Returns:
        (H, W, 3), uint8, red, green and blue in 0 … 255; a copy.

    Raises:
        PictureError: It is empty, damaged or too large.
    """
    return _decode(image, _NAME)


def printable_name(path: Path) -> str:
    r"""Return a path as an error can show it: on one line, not too long, valid text.

    Args:
        path: Of any file.

    Examples:
        >>> printable_name(Path("seven\nof nine.png"))
        'seven\\nof nine.png'
    """
    name = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in str(path))
    return name if len(name) <= _MAX_NAME_LENGTH else f"{name[:_MAX_NAME_LENGTH]}…"


def _read(source: Path | bytes, max_pages: int) -> Generator[Picture]:
    name = printable_name(source) if isinstance(source, Path) else _NAME
    content = _read_file(source, name) if isinstance(source, Path) else source
    if is_pdf(content):
        yield from render_pdf(content, name)
        return
    with _open(content, name) as opened:
        del content
        count = _count_pages(opened, name) if max_pages > 1 else 1
        for page in range(count):
            if page:
                with _damage_named(name):
                    opened.seek(page)
            picture = _decode(opened, name)
            if page == count - 1:
                opened.close()  # or Pillow's copy of the pixels would stay in memory while the caller uses ours
            yield picture


def _count_pages(opened: PIL.Image.Image, name: str) -> int:
    if opened.format != "TIFF":
        return 1
    with _damage_named(name):
        count = int(getattr(opened, "n_frames", 1))
    check_page_count(count, name)
    return count


def _decode(opened: PIL.Image.Image, name: str) -> Picture:
    """Return the pixels of an opened picture, as red, green and blue."""
    with _damage_named(name), silence_libtiff() if opened.format == "TIFF" else nullcontext():
        _check_size(opened, name)
        opened.load()
        return _to_colour(_upright(opened))


@contextmanager
def _damage_named(name: str) -> Iterator[None]:
    """Turn errors of Pillow's decoders, each of which fails in its own way, into ours, and silence its warnings.

    Pillow warns of large pictures, odd EXIF and odd palettes: only our own limits and the pixels count.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except PictureError:
        raise
    except Exception as error:
        raise PictureError(
            f"{name} is damaged ({_reason(error)})", expected=_EXPECTED, mend="save it again or leave it out"
        ) from error


def _open(content: bytes, name: str) -> PIL.Image.Image:
    if not content:
        raise PictureError(f"{name} is empty", expected=_EXPECTED, mend="save it again or leave it out")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # From memory: of a file Pillow would allocate as many bytes as a damaged header says.
            return PIL.Image.open(io.BytesIO(content), formats=_FORMATS)
    except PIL.Image.DecompressionBombError as error:
        raise too_large(name, str(error)) from error
    except Exception as error:  # the decoder reads the header, too
        raise _unreadable(content, name) from error


def _unreadable(content: bytes, name: str) -> PictureError:
    match content[4:12]:
        case b"ftypavif" | b"ftypavis" if not PIL.features.check("avif"):
            fault, expected, mend = "is AVIF", "a Pillow that decodes AVIF", "upgrade Pillow, or convert it to PNG"
        case b"ftypheic" | b"ftypheix" | b"ftypmif1":
            fault, expected, mend = "is HEIC", _EXPECTED, "convert it to JPEG"
        case _:
            fault, expected, mend = "is in no known picture format", _EXPECTED, "convert it to PNG or leave it out"
    return PictureError(f"{name} {fault}", expected=expected, mend=mend)


def _read_file(path: Path, name: str) -> bytes:
    try:
        status = path.stat()
        # Opening a pipe would wait for ever.
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            raise PictureError(f"{name} is not a regular file", expected=_EXPECTED, mend="give a file")
        if status.st_size > MAX_FILE_BYTES:
            raise too_large(name, f"{status.st_size:,} bytes")
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
            f"{name} has {width} x {height} pixels", expected="at least one", mend="save it again or leave it out"
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
    for rows in row_blocks(height, width, _BLOCK_PIXELS):
        block = opened.crop((0, rows.start, width, rows.stop))
        pixels[rows] = np.asarray(block if block.mode == mode else block.convert(mode))
    return pixels


def _reason(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) < 80 else words[:77] + "…"
