"""What a user names -> references to all pictures in it, one after the other. Knows nothing of reading them."""

from collections.abc import Callable, Iterable, Iterator

from inkdigits.core.errors import PictureError
from inkdigits.pictures.file_names import PICTURE_SUFFIXES
from inkdigits.read.bulk.sources.archives import (
    COMPRESSED_TAR_SUFFIXES,
    TAR_SUFFIXES,
    ZIP_SUFFIXES,
    tar_pictures,
    zip_pictures,
)
from inkdigits.read.bulk.sources.locations import has_wildcards, is_folder, match, walk
from inkdigits.read.bulk.sources.picture_tables import LIST_SUFFIXES, TABLE_SUFFIXES, list_pictures, table_pictures
from inkdigits.read.bulk.sources.reference import PictureReference

_ARCHIVES = (*ZIP_SUFFIXES, *TAR_SUFFIXES, *COMPRESSED_TAR_SUFFIXES)


def find_pictures(paths: Iterable[str], column: str | None = None) -> Iterator[PictureReference]:
    """Yield all pictures of some paths, in the order of the paths and 2 before 10.

    An archive or a file that is missing or damaged is a reference with its fault.

    Args:
        paths: Files, addresses, folders, patterns, zip and tar files, .parquet and .csv with a column of pictures, .txt
            and .lst with a path a line.
        column: Where tables have their pictures; None for a usual name.

    Yields:
        Where each picture is.

    Raises:
        DataError: A table has no such column.
        PictureError: A folder or a pattern has no pictures.
    """
    for path in paths:
        if has_wildcards(path):
            yield from _at_least_one(path, _matching(path, column))
        elif is_folder(path):
            yield from _at_least_one(path, _in_folder(path))
        else:
            yield from _in_file(path, column) or iter([PictureReference(path, path)])


def _matching(pattern: str, column: str | None) -> Iterator[PictureReference]:
    for path in match(pattern):
        inside = None if path.lower().endswith(LIST_SUFFIXES) else _in_file(path, column)
        if inside is not None:
            yield from inside
        elif path.lower().endswith(tuple(PICTURE_SUFFIXES)):
            yield PictureReference(path, path)


def _in_folder(folder: str) -> Iterator[PictureReference]:
    for path in walk(folder):
        if path.lower().endswith(tuple(PICTURE_SUFFIXES)):
            yield PictureReference(path, path)
        elif path.lower().endswith(_ARCHIVES):
            yield from _in_file(path, None) or ()


def _in_file(path: str, column: str | None) -> Iterator[PictureReference] | None:
    """Return the pictures of an archive, a table or a list; None for any other file."""
    name = path.lower()
    if name.endswith(ZIP_SUFFIXES):
        return _or_fault(path, zip_pictures)
    if name.endswith((*TAR_SUFFIXES, *COMPRESSED_TAR_SUFFIXES)):
        return _or_fault(path, tar_pictures)
    if name.endswith(TABLE_SUFFIXES):
        return _or_fault(path, lambda path: table_pictures(path, column))
    return _or_fault(path, list_pictures) if name.endswith(LIST_SUFFIXES) else None


def _or_fault(path: str, pictures: Callable[[str], Iterator[PictureReference]]) -> Iterator[PictureReference]:
    """Yield the pictures of a file, and a reference with its fault where it is damaged."""
    try:
        yield from pictures(path)
    except PictureError as error:
        yield PictureReference(path, path, fault=str(error))


def _at_least_one(path: str, pictures: Iterator[PictureReference]) -> Iterator[PictureReference]:
    empty = True
    for picture in pictures:
        empty = False
        yield picture
    if empty:
        raise PictureError(f"{path} holds no pictures", expected="at least one", mend="check the path")
