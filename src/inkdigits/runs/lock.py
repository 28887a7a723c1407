"""One training at a time in a run folder. Knows nothing of what a run is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inkdigits.core.atomic import storage_errors
from inkdigits.core.errors import RunError
from inkdigits.core.locks import is_held, lock

TIMEOUT_S = 2.0
"""How long to wait: a worker process whose parent died ends a moment later."""


@contextmanager
def lock_run(path: Path) -> Iterator[None]:
    """Keep other trainings out of a run folder in this block; the lock of a process that dies is released.

    The lock file lies beside the folder, because a folder that is made or replaced gets its name by a rename.

    Args:
        path: The folder, which need not be there.

    Yields:
        Nothing.

    Raises:
        RunError: Another process trains there.
        StorageError: The lock file can't be made.

    Examples:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> with lock_run(folder / "run"):
        ...     [left.name for left in folder.iterdir()]
        ['.run.lock']
        >>> list(folder.iterdir())
        []
    """
    path = path.resolve()

    def in_use(_: Path) -> RunError:
        return RunError(
            f"{path} is being trained by another process",
            expected="one training in a folder",
            mend="wait until it is done, stop it, or choose another --out",
        )

    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with lock(_lock_path(path), TIMEOUT_S, remove=True, in_use=in_use):
        yield


def is_locked(path: Path) -> bool:
    """Tell whether a process trains in a run folder now.

    Args:
        path: The folder, which need not be there.

    Examples:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp()) / "run"
        >>> with lock_run(folder):
        ...     is_locked(folder)
        True
        >>> is_locked(folder)
        False
    """
    return is_held(_lock_path(path.resolve()))


def _lock_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.lock")
