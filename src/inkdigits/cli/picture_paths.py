"""Which picture files a command line means: files as given, and the pictures of folders. Knows no options."""

import re
from collections.abc import Sequence
from pathlib import Path

from inkdigits.cli.console import print_error
from inkdigits.core.errors import PictureError

_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".ppm", ".pgm", ".pbm", ".avif", ".pdf"}


def find_pictures(paths: Sequence[Path]) -> tuple[list[Path], bool]:
    """List the files given, and the pictures of the folders given in natural order.

    Args:
        paths: Files, folders, or - for standard input.

    Returns:
        The files, and whether every folder held a picture; an error is printed for each that did not.
    """
    files: list[Path] = []
    all_found = True
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        pictures = [file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES and file.is_file()]
        files += sorted(pictures, key=_natural_key)
        if not pictures:
            all_found = False
            print_error(PictureError(f"{path} holds no pictures", expected="at least one", mend="check the folder"))
    return files, all_found


def _natural_key(path: Path) -> list[tuple[int, str]]:
    """Sort page-2 before page-10."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]
