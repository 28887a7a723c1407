"""How large a picture is, judged before any of it is decoded. Knows nothing of what is in it."""

import io
import warnings

import PIL.Image

from inkdigits.pictures.files import MAX_PAGES
from inkdigits.serve.http.problems import ProblemError


def check_pixels(content: bytes, most_pixels: int) -> None:
    """Refuse a picture with too many pixels, all its pages together, by its headers alone.

    What is no picture passes: whoever decodes it says so in better words.

    Raises:
        ProblemError: There are more than `most_pixels`.
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
        pixels = most_pixels + 1
    except Exception:  # any of Pillow's forty decoders, in its own way
        return
    if pixels > most_pixels:
        raise ProblemError("too-large", f"the picture has more than {most_pixels:,} pixels; make it smaller")
