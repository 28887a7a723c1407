"""By which names picture files are known, and in which order people expect them. Knows nothing of their content."""

import re

PICTURE_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".ppm", ".pgm", ".pbm", ".avif", ".pdf"}
)
"""In lower case. A file that is named by itself may have any."""


def natural_key(name: str) -> list[tuple[int, str]]:
    """Return a sort key under which 2 comes before 10.

    Args:
        name: Of a file or folder, without what is before it.

    Examples:
        >>> sorted(["page-10", "page-3", "page-2", "10", "9"], key=natural_key)
        ['9', '10', 'page-2', 'page-3', 'page-10']
    """
    pieces = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(int(piece), "") if piece.isascii() and piece.isdigit() else (10**18, piece) for piece in pieces]
