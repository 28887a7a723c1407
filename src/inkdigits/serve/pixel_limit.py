"""A limit on a picture's pixels, checked before any of it is decoded. Knows nothing of what is in the picture."""

from inkdigits.pictures.files import page_sizes
from inkdigits.serve.http.problems import ProblemError


def check_pixel_count(content: bytes, max_pixels: int) -> None:
    """Refuse a picture with too many pixels, by its headers alone.

    Args:
        content: The file.
        max_pixels: The limit for all pages together.

    Raises:
        PictureError: The file is no picture, or a document with too many pages.
        ProblemError: There are more pixels.
    """
    if sum(width * height for width, height in page_sizes(content)) > max_pixels:
        raise ProblemError("too-large", f"the picture has more than {max_pixels:,} pixels; make it smaller")
