"""How large a picture may be. Knows nothing of how pictures are decoded."""

from inkdigits.core.errors import PictureError, PictureTooLargeError

MAX_PIXELS = 50_000_000
"""The largest picture that is decoded: a phone's camera makes 12 to 50 million pixels."""

MAX_SIDE = 100_000
"""The longest side that is decoded: decoders take memory for each row, however few pixels it has."""

MAX_FILE_BYTES = 500_000_000
"""The largest file that is read: 50 million uncompressed pixels are 400 million bytes."""

MAX_PAGES = 100
"""The most pages of a TIFF or PDF that are read; with more it is refused."""


def check_size(width: int, height: int, name: str) -> None:
    """Check that a picture is not too large.

    Args:
        width: In pixels.
        height: In pixels.
        name: What to call it in an error.

    Raises:
        PictureTooLargeError: It has more than `MAX_PIXELS` pixels or `MAX_SIDE` on a side.
    """
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise too_large(name, f"{width:,} x {height:,} pixels")


def check_page_count(count: int, name: str) -> None:
    """Check that a document does not have too many pages.

    Args:
        count: Of its pages.
        name: What to call it in an error.

    Raises:
        PictureError: It has more than `MAX_PAGES`.
    """
    if count > MAX_PAGES:
        raise PictureError(
            f"{name} has {count:,} pages", expected=f"at most {MAX_PAGES}", mend="split it into several files"
        )


def too_large(name: str, size: str) -> PictureTooLargeError:
    """Return the error that a picture is too large.

    Args:
        name: What to call it.
        size: Its size, with a unit.
    """
    return PictureTooLargeError(
        f"{name} is too large ({size})",
        expected=f"at most {MAX_PIXELS:,} pixels, {MAX_SIDE:,} on a side, in {MAX_FILE_BYTES // 10**6} MB",
        mend="make it smaller or cut out the writing",
    )
