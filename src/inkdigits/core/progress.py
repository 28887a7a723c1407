"""How far a long task is. Knows nothing of the task.

A terminal gets a bar, a notebook a line that changes, everything else plain lines.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from inkdigits.core.notebook import CellLine, in_notebook

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn


def make_display(columns: "Callable[[], Sequence[ProgressColumn]]") -> "Progress | None":
    """Return a display of bars on stderr; None where stderr is no terminal and plain lines are written instead.

    Rich takes a tenth of a second to import: only users who see a bar wait for it.

    Args:
        columns: Makes what stands beside each other in the row of a task.
    """
    if not sys.stderr.isatty():
        return None
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    return Progress(*columns(), console=Console(stderr=True, highlight=False))


@contextmanager
def track(description: str, total: int | None, *, unit: str = "") -> Iterator[Callable[[int], None]]:
    """Show on stderr how far a task is.

    Args:
        description: What is being done ("Reading digits").
        total: How many units there are; None where that is not known.
        unit: What is counted ("pictures"); "bytes" are shown as kB and MB on a terminal.

    Yields:
        A function to call with the number of units done since its last call.

    Examples:
        >>> with track("Reading digits", 2, unit="pictures") as advance:
        ...     advance(1)
        ...     advance(1)
    """
    display = make_display(lambda: _columns(unit))
    if display is None:
        show = _cell_line if in_notebook() else _lines
        with show(description, total, unit) as advance:
            yield advance
        return
    with display:
        task = display.add_task(description, total=total)
        yield lambda done: display.advance(task, done)


def _columns(unit: str) -> "list[ProgressColumn]":
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    count = DownloadColumn() if unit == "bytes" else MofNCompleteColumn()
    return [TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn()]


@contextmanager
def _cell_line(description: str, total: int | None, unit: str) -> Iterator[Callable[[int], None]]:
    line, done = CellLine(description), 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        of = "" if total is None else f" of {total:,}"
        line.update(f"{description}: {done:,}{of} {unit}".rstrip())

    start_s = time.perf_counter()
    yield advance
    line.update(f"{description}: {done:,} {unit}".rstrip() + f" in {time.perf_counter() - start_s:.1f} s", now=True)


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
