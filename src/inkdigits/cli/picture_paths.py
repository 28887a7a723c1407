"""Which picture files a command line means: files as given, and the pictures of folders. Knows no options."""

from collections.abc import Sequence
from pathlib import Path

from inkdigits.cli.console import print_error
from inkdigits.core.errors import PictureError
from inkdigits.pictures.file_names import PICTURE_SUFFIXES, natural_key


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
        pictures = [file for file in path.iterdir() if file.suffix.lower() in PICTURE_SUFFIXES and file.is_file()]
        files += sorted(pictures, key=lambda file: natural_key(file.name.lower()))
        if not pictures:
            all_found = False
            print_error(PictureError(f"{path} holds no pictures", expected="at least one", mend="check the folder"))
    return files, all_found
