"""Files of this machine and addresses that fsspec knows: opened, listed, matched. Knows nothing of pictures."""

import glob
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from inkdigits.core.errors import InkdigitsError, PictureError
from inkdigits.pictures.file_names import natural_key
from inkdigits.pictures.files import printable_name
from inkdigits.pictures.limits import MAX_FILE_BYTES, too_large

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_WILDCARD = re.compile(r"[*?[]")


def is_address(path: str) -> bool:
    """Tell whether a path is an address such as s3://bucket/scans, and no file of this machine.

    Args:
        path: Of anything.

    Examples:
        >>> is_address("memory://a.png"), is_address("C:/a.png")
        (True, False)
    """
    return bool(_ADDRESS.match(path))


def is_only_here(path: str) -> bool:
    """Tell whether other processes see nothing at an address.

    Args:
        path: A path or an address.
    """
    return path.startswith("memory://")


def has_wildcards(path: str) -> bool:
    """Tell whether a path is a pattern such as scans/*.png, and no file of that name.

    Args:
        path: A path or an address.
    """
    return bool(_WILDCARD.search(path)) and (is_address(path) or not os.path.lexists(path))


def is_folder(path: str) -> bool:
    """Tell whether there is a folder.

    Args:
        path: A path or an address.

    Raises:
        PictureError: The address can't be reached.
    """
    if not is_address(path):
        return Path(path).is_dir()
    with location_errors(path):
        filesystem, inner = _filesystem(path)
        return bool(filesystem.isdir(inner))


def open_file(path: str) -> IO[bytes]:
    """Open a file for reading bytes.

    Args:
        path: A path or an address.

    Returns:
        The file, to be closed by the caller.

    Raises:
        PictureError: It does not exist or can't be reached.
    """
    with location_errors(path):
        if not is_address(path):
            return Path(path).open("rb")
        filesystem, inner = _filesystem(path)
        return cast(IO[bytes], filesystem.open(inner, "rb"))


def read_file(path: str) -> bytes:
    """Return the content of a file that may be a picture.

    Args:
        path: A path or an address.

    Raises:
        PictureError: It does not exist, can't be reached or is too large.
    """
    with open_file(path) as file, location_errors(path):
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise too_large(printable_name(Path(path)), f"over {MAX_FILE_BYTES:,} bytes")
    return content


def walk(folder: str) -> Iterator[str]:
    """Yield the files in a folder and below, without hidden ones, 2 before 10. Links to folders are not followed.

    Args:
        folder: A path or an address.

    Yields:
        Each file, as its folder was given.

    Raises:
        PictureError: The folder can't be read.
    """
    folders = [folder]
    while folders:
        within = folders.pop()
        entries = sorted(_entries(within), key=lambda entry: natural_key(entry[0].lower()))
        inner = []
        for name, path, kind in entries:
            if name.startswith((".", "__MACOSX")):
                continue
            if kind == "folder":
                inner.append(path)
            elif kind == "file":
                yield path
        folders += reversed(inner)


def match(pattern: str) -> Iterator[str]:
    """Yield the files that match a pattern, 2 before 10.

    Args:
        pattern: A path or an address with *, ?, [ ] or **.

    Raises:
        PictureError: The address can't be reached.
    """
    with location_errors(pattern):
        if is_address(pattern):
            filesystem, inner = _filesystem(pattern)
            found = [filesystem.unstrip_protocol(name) for name in filesystem.glob(inner) if filesystem.isfile(name)]
        else:
            names = glob.iglob(pattern, recursive=True)  # noqa: PTH207  Path's has no absolute patterns
            found = [name for name in names if Path(name).is_file() and "__MACOSX" not in name]
    yield from sorted(found, key=lambda path: natural_key(path.lower()))


@contextmanager
def location_errors(path: str) -> Iterator[None]:
    """Turn what goes wrong on the way to a file into `PictureError`.

    Args:
        path: The file, folder or address.

    Yields:
        Nothing.

    Raises:
        PictureError: It does not exist or can't be reached.
        InkdigitsError: A library for such addresses is not installed.
    """
    name = printable_name(Path(path)) if not is_address(path) else path[:200]
    try:
        yield
    except InkdigitsError:
        raise
    except FileNotFoundError as error:
        raise PictureError(f"{name} does not exist", expected="a picture", mend="check the path") from error
    except ImportError as error:
        raise InkdigitsError(
            f"{name} needs {error.name or 'a library'} ({_reason(error)})",
            expected="the library for such addresses",
            mend='pip install "inkdigits[scale]" and what the message names',
        ) from error
    except Exception as error:  # each file system of fsspec has errors of its own
        raise PictureError(
            f"{name} can't be opened ({_reason(error)})", expected="a file you may read", mend="check the path"
        ) from error


def _filesystem(path: str) -> "tuple[AbstractFileSystem, str]":
    import fsspec  # noqa: PLC0415  only addresses need it

    filesystem, inner = fsspec.url_to_fs(path)
    return filesystem, inner


def _entries(folder: str) -> Iterator[tuple[str, str, str]]:
    """Yield name, path and "file", "folder" or "other" of each entry of a folder."""
    with location_errors(folder):
        if is_address(folder):
            filesystem, inner = _filesystem(folder)
            for entry in filesystem.ls(inner, detail=True):
                path = filesystem.unstrip_protocol(entry["name"].rstrip("/"))
                kind = {"file": "file", "directory": "folder"}.get(entry["type"], "other")
                yield path.rpartition("/")[2], path, kind
            return
        with os.scandir(folder) as entries:
            for entry in entries:
                kind = "folder" if entry.is_dir(follow_symlinks=False) else "file" if entry.is_file() else "other"
                yield entry.name, entry.path, kind


def _reason(error: Exception) -> str:
    words = " ".join(str(getattr(error, "strerror", None) or error).split()) or type(error).__name__
    return words if len(words) < 120 else words[:117] + "…"
