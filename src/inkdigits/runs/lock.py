"""One training at a time in a run folder. Knows nothing of what a run is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inkdigits.core.atomic import storage_errors
from inkdigits.core.errors import RunError
from inkdigits.core.locks import lock

_TIMEOUT_S = 2.0
"""How long to wait: trainings that lose whoever started them end a moment later."""


@contextmanager
def alone_in(path: Path) -> Iterator[None]:
    """Be the only training of the run folder `path` in this block; a process that dies gives its place back.

    The lock lies beside the folder, because a folder that is made or replaced appears under its name by a rename.

    Args:
        path: The folder, which need not be there.

    Raises:
        RunError: Another process trains there.
        StorageError: The lock can't be made.

    Examples:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> with alone_in(folder / "run"):
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
    with lock(path.with_name(f".{path.name}.lock"), _TIMEOUT_S, remove=True, in_use=in_use):
        yield
