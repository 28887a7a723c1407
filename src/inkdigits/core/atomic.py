"""Files that are either whole or absent. Knows nothing of their content.

A reader sees the old bytes or the new ones, even after kill -9, a full disk or a power cut.
"""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inkdigits.core.errors import StorageError

_PARTIAL = ".part"
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn errors of the operating system into `StorageError` within a block that writes a file.

    Args:
        path: The file or folder that is written.

    Yields:
        Nothing.

    Raises:
        StorageError: The disk is full or the path can't be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise StorageError(
                f"no space left to write {path}",
                expected="room on that disk",
                mend="free some space or choose another folder; what was written before is whole",
            ) from error
        raise StorageError(
            f"{path} can't be written ({error.strerror or error})",
            expected="a path in a folder that exists and is yours to write",
            mend="choose another path",
        ) from error


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the same folder; it replaces `path` when the block ends without an error.

    Args:
        path: The file to make or replace. Its folder must exist.

    Raises:
        StorageError: The disk is full or the folder can't be written; `path` stays as it was.

    Examples:
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp()) / "note.txt"
        >>> with atomic_path(target) as temporary:
        ...     _ = temporary.write_text("whole")
        >>> target.read_text()
        'whole'
    """
    with storage_errors(path):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_PARTIAL)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            _flush(temporary)
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
            _flush(path.parent)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that is either whole or absent.

    Args:
        path: The file to make or replace. Its folder must exist.
        content: All of its bytes.

    Raises:
        StorageError: The disk is full or the folder can't be written; `path` stays as it was.
    """
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, content: str) -> None:
    """Write a text file, in UTF-8, that is either whole or absent.

    Args:
        path: The file to make or replace. Its folder must exist.
        content: All of its text.

    Raises:
        StorageError: The disk is full or the folder can't be written; `path` stays as it was.
    """
    write_bytes(path, content.encode())


def remove_partial(folder: Path) -> None:
    """Remove temporary files that killed processes left behind.

    Args:
        folder: Where they may lie.
    """
    for left in folder.glob(f".*{_PARTIAL}"):
        left.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    if path.is_dir() and os.name == "nt":  # Windows can't flush a folder and needn't
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
