"""Locks between processes: a file that one process at a time holds. Knows nothing of what they guard."""

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
    """Be the only process in this block; a process that dies gives its lock back.

    Args:
        path: The lock file; its folder must be there.
        timeout_s: How long to wait for another process.
        remove: Whether the file goes when the block ends.
        in_use: Makes the error that tells that another process holds the lock.

    Raises:
        InkdigitsError: Another process is in the block for longer than `timeout_s`.
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
            path.unlink(missing_ok=True)  # while it is still held, so that nobody's lock is taken away
        file_lock.release()
