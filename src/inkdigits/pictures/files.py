"""Any picture file -> red, green and blue as a person would see it. Knows nothing of digits."""

import io
import warnings
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
    name = str(source) if isinstance(source, Path) else "the picture"
    with warnings.catch_warnings():
        # Pillow warns of big pictures, odd EXIF and odd palettes: the limit below and the pixels decide.
        warnings.simplefilter("ignore")
        with _open(source, name) as opened:
            _check_size(opened, name)
            try:
                opened.load()
                return _to_colour(_upright(opened))
            except Exception as error:  # each of Pillow's forty decoders fails in its own way
                raise PictureError(
                    f"{name} is damaged ({_reason(error)})",
                    expected=_EXPECTED,
                    mend="save it again or leave it out",
                ) from error


def _open(source: Path | bytes, name: str) -> PIL.Image.Image:
    if not (source if isinstance(source, bytes) else not source.is_file() or source.stat().st_size):
        raise PictureError(f"{name} is empty", expected=_EXPECTED, mend="save it again or leave it out")
    try:
        return PIL.Image.open(io.BytesIO(source) if isinstance(source, bytes) else source)
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


def _check_size(opened: PIL.Image.Image, name: str) -> None:
    """Judge by the header alone, before a single pixel is decoded."""
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise _too_large(name, f"{width:,} x {height:,} pixels")
    if not width or not height or opened.format == "EPS":  # EPS is a program, which Ghostscript would run
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
        opened = PIL.Image.fromarray(_to_8_bit(np.asarray(opened)))
    if opened.mode == "LAB":
        opened = opened.getchannel("L")
    if opened.has_transparency_data:
        return _flatten(np.asarray(opened.convert("RGBA")))
    # A copy: what Pillow hands out can't be written to, and PyTorch warns of that.
    return np.array(opened.convert("RGB"))


def _to_8_bit(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Scale by the smallest usual range that holds all values: 0..1 (float), 8 bits, 16 bits, or their own."""
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


def _flatten(pixels: NDArray[np.uint8]) -> Picture:
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
