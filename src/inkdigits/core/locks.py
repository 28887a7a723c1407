"""Locks between processes: a file that one process at a time holds. Knows nothing of what a lock protects."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from inkdigits.core.atomic import storage_errors
from inkdigits.core.errors import InkdigitsError, StorageError

_TIMEOUT_S = 10.0


def _in_use(path: Path) -> InkdigitsError:
    return StorageError(
        f"another process is using {path}", expected="one process at a time", mend="wait until it is done, or stop it"
    )


@contextmanager
def lock(
    path: Path,
    timeout_s: float = _TIMEOUT_S,
    *,
    remove: bool = False,
    in_use: Callable[[Path], InkdigitsError] = _in_use,
) -> Iterator[None]:
    """Hold a lock during a block; a process that dies releases its lock.

    Args:
        path: The lock file. Its folder must exist.
        timeout_s: How long to wait for another process.
        remove: Whether to remove the file when the block ends.
        in_use: Makes the error for a lock that another process holds.

    Yields:
        Nothing.

    Raises:
        InkdigitsError: Another process holds the lock for longer than `timeout_s`.
        StorageError: The file can't be made.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "lock"
        >>> with lock(path, remove=True):
        ...     path.exists()
        True
        >>> path.exists()
        False
    """
    file_lock = FileLock(path)
    with storage_errors(path):
        try:
            file_lock.acquire(timeout=timeout_s)
        except Timeout:  # an OSError, too
            raise in_use(path) from None
    try:
        yield
    finally:
        if remove:
            path.unlink(missing_ok=True)  # before the release: afterwards it may be another process's lock
        file_lock.release()


def is_held(path: Path) -> bool:
    """Tell whether a process holds a lock now.

    Args:
        path: The lock file, which need not be there.
    """
    if not path.exists():
        return False
    file_lock = FileLock(path)
    try:
        file_lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    file_lock.release()
    return False
