"""Locks between processes. Knows nothing of what they guard."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from inkdigits.core.atomic import storage_errors
from inkdigits.core.errors import StorageError

_LOCK_TIMEOUT_S = 10.0


@contextmanager
def lock(path: Path, timeout_s: float = _LOCK_TIMEOUT_S) -> Iterator[None]:
    """Be the only process in this block; a process that dies gives its lock back.

    Raises:
        StorageError: Another process is in the block for longer than `timeout_s`, or the file can't be made.
    """
    held = FileLock(path)
    try:
        held.acquire(timeout=timeout_s)
    except Timeout as error:
        raise StorageError(
            f"another process is using {path}",
            expected="one process at a time",
            mend="wait until it is done, or stop it",
        ) from error
    except OSError as error:
        with storage_errors(path):
            raise error from None
    try:
        yield
    finally:
        held.release()
