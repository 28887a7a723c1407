"""A limit on a picture's pixels, checked before any of it is decoded. Knows nothing of what is in the picture."""

import io
import warnings

import PIL.Image

from inkdigits.pictures.files import MAX_PAGES
from inkdigits.serve.http.problems import ProblemError


def check_pixel_count(content: bytes, max_pixels: int) -> None:
    """Refuse a picture with too many pixels, by its headers alone.

    A file that is no picture passes: the decoder gives a better error.

    Args:
        content: The file.
        max_pixels: The limit for all pages together.

    Raises:
        ProblemError: There are more.
    """
    pixels = 0
    try:
        with warnings.catch_warnings(), PIL.Image.open(io.BytesIO(content)) as opened:
            warnings.simplefilter("ignore")
            pages = min(getattr(opened, "n_frames", 1), MAX_PAGES + 1) if opened.format == "TIFF" else 1
            for page in range(pages):
                opened.seek(page)
                pixels += opened.size[0] * opened.size[1]
    except PIL.Image.DecompressionBombError:
        pixels = max_pixels + 1
    except Exception:  # each of Pillow's decoders raises its own errors
        return
    if pixels > max_pixels:
        raise ProblemError("too-large", f"the picture has more than {max_pixels:,} pixels; make it smaller")
