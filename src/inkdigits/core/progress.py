"""How far a long task is: a bar on a terminal, plain lines elsewhere. Knows nothing of the task."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def track(description: str, total: int | None, *, unit: str = "") -> Iterator[Callable[[int], None]]:
    """Show on stderr how far a task is.

    Args:
        description: What is being done ("Reading digits").
        total: How many units there are; None where nobody knows.
        unit: What is counted ("pictures"); "bytes" are shown as kB and MB on a terminal.

    Yields:
        A function to call with the number of units done since its last call.

    Examples:
        >>> with track("Reading digits", 2, unit="pictures") as advance:
        ...     advance(1)
        ...     advance(1)
    """
    with (_bar if sys.stderr.isatty() else _lines)(description, total, unit) as advance:
        yield advance


@contextmanager
def _bar(description: str, total: int | None, unit: str) -> Iterator[Callable[[int], None]]:
    # Rich takes a tenth of a second to import: only those who see a bar wait for it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    count = DownloadColumn() if unit == "bytes" else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(description, total=total)
        yield lambda done: progress.advance(task, done)


@contextmanager
def _lines(description: str, total: int | None, unit: str) -> Iterator[Callable[[int], None]]:
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more

    of = "" if total is None else f": {total:,} {unit}".rstrip()
    sys.stderr.write(f"{description}{of}\n")
    start_s = time.perf_counter()
    end = "stopped"
    try:
        yield advance
        end = "done"
    finally:
        duration_s = time.perf_counter() - start_s
        sys.stderr.write(f"{description}: {end}, {done:,} {unit}".rstrip() + f" in {duration_s:.1f} s\n")
