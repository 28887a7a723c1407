"""Pictures in zip and tar files: listed and read in memory, never unpacked to disk. Knows nothing of what they show."""

import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath
from typing import IO

from inkdigits.core.errors import PictureError
from inkdigits.pictures.file_names import PICTURE_SUFFIXES
from inkdigits.pictures.limits import MAX_FILE_BYTES, too_large
from inkdigits.read.bulk.sources.locations import is_address, location_errors, open_file
from inkdigits.read.bulk.sources.reference import PictureReference

ZIP_SUFFIXES = (".zip",)
TAR_SUFFIXES = (".tar",)
COMPRESSED_TAR_SUFFIXES = (".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")

_MAX_RATIO = 200
"""A member that unpacks to more than this many times its size, and to over `_SMALL_BYTES`, is no picture."""

_SMALL_BYTES = 20_000_000

_EXPECTED = "a whole zip or tar file"


def zip_pictures(path: str) -> Iterator[PictureReference]:
    """Yield the pictures of a zip file.

    Args:
        path: A path or an address.

    Raises:
        PictureError: It is damaged or can't be reached.
    """
    with _archive_errors(path), open_file(path) as file, zipfile.ZipFile(file) as archive:
        for place, member in enumerate(archive.infolist()):
            is_link = stat.S_ISLNK(member.external_attr >> 16)
            if _is_picture(member.filename) and not member.is_dir() and not is_link:
                fault = _fault(path, member.filename, member.file_size, member.compress_size)
                yield PictureReference(f"{path}/{member.filename}", path, "zip", place, fault=fault)


def tar_pictures(path: str) -> Iterator[PictureReference]:
    """Yield the pictures of a tar file.

    Args:
        path: A path or an address; a compressed file has one of `COMPRESSED_TAR_SUFFIXES`.

    Raises:
        PictureError: It is damaged or can't be reached.
    """
    compressed = path.lower().endswith(COMPRESSED_TAR_SUFFIXES)
    with _archive_errors(path), open_file(path) as file, _open_tar(file, compressed) as archive:
        for place, member in enumerate(_members(archive)):
            if _is_picture(member.name) and member.isreg() and not member.issparse():
                fault = _fault(path, member.name, member.size, member.size)
                source = f"{path}/{member.name}"
                if compressed:
                    yield PictureReference(source, path, "stream", place, fault=fault)
                else:
                    yield PictureReference(source, path, "tar", member.offset_data, member.size, fault)


def stream_tar(path: str) -> Iterator[tuple[int, Callable[[], bytes]]]:
    """Yield the members of a compressed tar in their order, each to be read before the next is asked for.

    Args:
        path: A path or an address.

    Yields:
        The number of a member that is a file, and a function that returns its content.

    Raises:
        PictureError: It is damaged or can't be reached.
    """
    with _archive_errors(path), open_file(path) as file, _open_tar(file, compressed=True) as archive:
        for place, member in enumerate(_members(archive)):
            content = archive.extractfile(member) if member.isreg() and not member.issparse() else None
            if content is not None:
                yield place, partial(read_limited, content, f"{path}/{member.name}")


class ArchiveReader:
    """Reads members of archives one after the other; the last zip file stays open."""

    def __init__(self) -> None:
        self._path = ""
        self._zip: zipfile.ZipFile | None = None

    def read(self, reference: PictureReference) -> bytes:
        """Return the content of a member.

        Args:
            reference: To a member of a zip, or of a tar that is not compressed.

        Raises:
            PictureError: It is damaged, encrypted or too large.
        """
        with _archive_errors(reference.source):
            if reference.kind == "tar":
                with open_file(reference.path) as file:
                    file.seek(reference.place)
                    content = file.read(reference.size)
                if len(content) < reference.size:
                    raise tarfile.ReadError("unexpected end of data")
                return content
            archive = self._open_zip(reference.path)
            with archive.open(archive.infolist()[reference.place]) as member:
                return read_limited(member, reference.source)

    def _open_zip(self, path: str) -> zipfile.ZipFile:
        if self._zip is None or self._path != path:
            self._zip = None  # a zip file closes what it has opened once nobody has it
            self._path, self._zip = path, zipfile.ZipFile(open_file(path) if is_address(path) else path)
        return self._zip


def read_limited(file: IO[bytes], name: str) -> bytes:
    """Return the rest of a file, if it is not too large to be a picture.

    Args:
        file: Open for reading bytes.
        name: What to call it in an error.

    Raises:
        PictureTooLargeError: It is.
    """
    content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise too_large(name, f"over {MAX_FILE_BYTES:,} bytes")
    return content


def _open_tar(file: IO[bytes], compressed: bool) -> tarfile.TarFile:
    """Open a tar file to go through it once; gzip, bzip2 and xz are told from their first bytes."""
    return tarfile.open(fileobj=file, mode="r|*" if compressed else "r:")


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (member := archive.next()) is not None:
        yield member
        archive.members = []  # type: ignore[attr-defined]  # or it would remember them all


def _is_picture(name: str) -> bool:
    path = _inner_path(name)
    hidden = any(part == "__MACOSX" or (part[0] == "." and part not in (".", "..")) for part in path.parts)
    return path.suffix.lower() in PICTURE_SUFFIXES and not hidden


def _inner_path(name: str) -> PurePosixPath:
    return PurePosixPath(name.replace("\\", "/"))  # as some programs for Windows write it


def _fault(path: str, name: str, size: int, packed: int) -> str:
    """Return why a member of an archive is not read; empty if it is."""
    inner = _inner_path(name)
    if inner.is_absolute() or ".." in inner.parts or name[1:2] == ":":
        return str(
            PictureError(
                f"{path} has a file outside its own folder ({name[:100]})",
                expected="names inside the archive",
                mend="pack it again",
            )
        )
    if size > MAX_FILE_BYTES or (size > _SMALL_BYTES and size > _MAX_RATIO * packed):
        return str(too_large(f"{path}/{name[:100]}", f"{packed:,} bytes unpack to {size:,}"))
    return ""


@contextmanager
def _archive_errors(name: str) -> Iterator[None]:
    """Turn errors of the libraries for archives into ours."""
    with location_errors(name):
        try:
            yield
        except (zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
            raise PictureError(f"{name} is damaged ({error})", expected=_EXPECTED, mend="pack it again") from error
        except (RuntimeError, NotImplementedError) as error:  # encrypted, or packed in a rare way
            raise PictureError(
                f"{name} can't be unpacked ({error})", expected=_EXPECTED, mend="pack it again, without a password"
            ) from error
