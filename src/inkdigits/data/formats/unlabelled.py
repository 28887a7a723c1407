"""Pictures without labels, many at once: a table, a folder of pictures, IDX or .npz. Knows nothing of networks."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.progress import track
from inkdigits.core.types import SIDE, Image, Images
from inkdigits.data.formats.folder import prepare_file, visible_entries
from inkdigits.data.formats.idx import read_idx_images
from inkdigits.data.formats.npz import read_npz_images
from inkdigits.data.formats.table import TABLE_SUFFIXES, read_any_table


@dataclass(frozen=True)
class Pictures:
    """Pictures without labels.

    Attributes:
        ids: What each is called: an id of the source, a file's name, or its number from 1.
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink; without the unreadable ones.
        readable: (N + unreadable,) bool, in the order of `ids`: which of them are in `images`.
        notes: What was taken for what.
    """

    ids: tuple[str, ...]
    images: Images
    readable: NDArray[np.bool_]
    notes: tuple[str, ...] = ()


def holds_many(path: Path) -> bool:
    """Whether a path is a folder or a file of many pictures, by its name.

    Args:
        path: A file or a folder.
    """
    name = path.name.lower()
    return path.is_dir() or name.endswith((*TABLE_SUFFIXES, ".npz")) or ("idx" in name and "images" in name)


def read_pictures(path: Path) -> Pictures:
    """Read the pictures of a file or a folder; labels, if there are any, are left aside.

    Args:
        path: A .csv, .npz or IDX file, a picture, or a folder of pictures, also in sub-folders. Pictures are
            prepared as for reading; in files of arrays they are taken as they are.

    Returns:
        The pictures in the order of the file, or of their names.

    Raises:
        DataError: Nothing is there, or the file is damaged or of another form.
    """
    if path.is_dir():
        return _read_files(sorted_files(path), path)
    if not path.exists():
        raise DataError(f"there is no file or folder {path}", expected="pictures", mend="check the path")
    name = path.name.lower()
    if name.endswith(TABLE_SUFFIXES):
        table = read_any_table(path)
        return _numbered(table.images, table.ids, table.notes)
    if name.endswith(".npz"):
        return _numbered(read_npz_images(path))
    if holds_many(path):
        return _numbered(read_idx_images(path))
    return _read_files([path], path.parent)


def _numbered(images: Images, ids: tuple[str, ...] | None = None, notes: tuple[str, ...] = ()) -> Pictures:
    return Pictures(
        ids or tuple(str(number) for number in range(1, len(images) + 1)), images, np.ones(len(images), bool), notes
    )


def sorted_files(folder: Path) -> list[Path]:
    """Return the files in a folder and below, without hidden ones, sorted with 2 before 10.

    Args:
        folder: The folder.
    """
    files: list[Path] = []
    for entry in visible_entries(folder):
        files += sorted_files(entry) if entry.is_dir() else [entry]
    return files


def _read_files(files: list[Path], folder: Path) -> Pictures:
    if not files:
        raise DataError(f"{folder} holds no files", expected="pictures of one digit each", mend="check the folder")
    images: list[Image] = []
    readable = np.zeros(len(files), bool)
    with track("Reading pictures", len(files), unit="pictures") as advance:
        for place, file in enumerate(files):
            image = prepare_file(file)
            if image is not None:
                images.append(image)
                readable[place] = True
            advance(1)
    ids = tuple(file.relative_to(folder).as_posix() for file in files)
    return Pictures(ids, np.array(images, np.uint8).reshape(-1, SIDE, SIDE), readable)
