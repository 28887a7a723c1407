"""Finds the digits of a source on this machine, or downloads them. Knows nothing of strokes, crops or networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, Generic, TypeVar

from inkdigits.core.atomic import storage_errors
from inkdigits.core.errors import DataError
from inkdigits.data.download import MAX_BYTES, fetch
from inkdigits.data.folders import VARIABLE, cache_folder, local_folders
from inkdigits.data.payload import payload_sha256

Content = TypeVar("Content")

_PLACES = (".", "hands", "../hands")
"""Where the files may lie: in a named folder, in its folder `hands`, or in one beside it."""

_CACHE = "hands"

_EXPECTED = "the archive as its publisher has it"


@dataclass(frozen=True)
class Source(Generic[Content]):
    """A public source of digits, and the file in which they are kept on this machine.

    Attributes:
        name: Of the data set.
        file: The .npz file, made from the archives.
        archives: For each archive at the source, by its name, what takes its bytes and returns what is in it; it
            raises `DataError` for other bytes.
        mirrors: URLs of folders with the archives, each with a slash at its end.
        read: Reads the file.
        write: Writes the file.
        join: Makes the content of what is in several archives, in their order.
        max_bytes: Of the largest archive that is downloaded.
    """

    name: str
    file: str
    archives: Mapping[str, Callable[[bytes], Any]]
    mirrors: tuple[str, ...]
    read: Callable[[Path], Content]
    write: Callable[[Path, Content], None]
    join: Callable[[Sequence[Any]], Content] = itemgetter(0)
    max_bytes: int = MAX_BYTES


@dataclass(frozen=True)
class Located(Generic[Content]):
    """What was found of a source.

    Attributes:
        content: The digits.
        folder: The absolute folder of the file.
        sha256: Digest of the file, by its name.
        notes: What it was made from, if it was just now.
    """

    content: Content
    folder: str
    sha256: dict[str, str]
    notes: tuple[str, ...] = ()


def find(source: Source[Content], data_dir: Path | None = None) -> Located[Content] | None:
    """Return the digits of a source if they are on this machine.

    It looks for the .npz file in `data_dir` and $INKDIGITS_DATA, in a folder `hands` in each and beside each, and then
    in the user's cache. A damaged file in the cache counts as missing.

    Args:
        source: Which source.
        data_dir: A folder of the user.

    Raises:
        DataError: `data_dir` doesn't exist, or a file outside of the cache is damaged.
    """
    for folder in _places(data_dir):
        if (folder / source.file).is_file():
            return _located(source, folder / source.file)
    cached = cache_folder(_CACHE) / source.file
    if cached.is_file():
        with suppress(DataError):
            return _located(source, cached)
    return None


def find_file(name: str) -> Path | None:
    """Return the path of a source's file if it is where `find` looks without a folder of the user, unread.

    Args:
        name: Of the file.
    """
    paths = (folder / name for folder in (*_places(None), cache_folder(_CACHE)))
    return next((path for path in paths if path.is_file()), None)


def find_or_download(source: Source[Content], data_dir: Path | None = None) -> Located[Content]:
    """Return the digits of a source, downloaded into the user's cache if they are not on this machine.

    Archives that the user put into a folder, under their names at the source, are as good as a download.

    Args:
        source: Which source.
        data_dir: A folder of the user.

    Raises:
        DataError: As `find`, or no mirror sends the right archives.
        StorageError: The cache can't be written.
    """
    found = find(source, data_dir)
    if found is not None:
        return found
    content, notes = _unpack_local(source, data_dir) or _download(source)
    path = cache_folder(_CACHE) / source.file
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    source.write(path, content)
    return _located(source, path, *notes)


def _unpack_local(source: Source[Content], data_dir: Path | None) -> tuple[Content, list[str]] | None:
    """Return the content of archives in the user's folders, and a note of their place; None if they are missing."""
    for folder in _places(data_dir):
        paths = [folder / name for name in source.archives]
        if all(path.is_file() for path in paths):
            packed = zip(paths, source.archives.values(), strict=True)
            return source.join([unpack(path.read_bytes()) for path, unpack in packed]), [f"unpacked from {folder}"]
    return None


def _download(source: Source[Content]) -> tuple[Content, list[str]]:
    """Return the content of the archives, and a note of each mirror that sent them."""
    parts, used = [], []
    try:
        for archive, unpack in source.archives.items():
            part, mirror = fetch(archive, source.mirrors, unpack, _EXPECTED, max_bytes=source.max_bytes)
            parts.append(part)
            used.append(mirror)
    except DataError as error:
        raise DataError(
            f"--data uci needs no network; {source.name} is not on this machine, and {error.given}",
            expected=error.expected,
            mend=f"connect to a network, or put {' and '.join(source.archives)} or {source.file} into one folder and "
            f"name it with --data-dir or ${VARIABLE}",
        ) from error
    return source.join(parts), [f"downloaded from {mirror}" for mirror in sorted(set(used))]


def _places(data_dir: Path | None) -> list[Path]:
    return [folder / place for folder in local_folders(data_dir) for place in _PLACES]


def _located(source: Source[Content], path: Path, *notes: str) -> Located[Content]:
    path = path.resolve()
    return Located(source.read(path), str(path.parent), {path.name: payload_sha256(path)}, notes)
