"""How far a long task is. Knows nothing of the task.

A terminal gets a bar, a notebook a line that changes, everything else plain lines: the first and the last, and of a
task that takes minutes one every half minute.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from inkdigits.core.notebook import CellLine, in_notebook

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, Task

LINE_INTERVAL_S = 30.0
"""How long after a plain line the next one is written."""


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
        unit: What is counted ("pictures"); "bytes" are shown as kB and MB on a terminal. With "%" and a total of 100
            the share alone is shown.

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
        ProgressColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.text import Text  # noqa: PLC0415

    class RateColumn(ProgressColumn):
        def render(self, task: "Task") -> Text:
            rate = task.finished_speed or task.speed
            return Text(f"{rate:,.1f}/s" if rate else "", "progress.data.speed")

    counts: dict[str, list[ProgressColumn]] = {
        "bytes": [DownloadColumn(), TransferSpeedColumn()],
        "%": [TextColumn("{task.completed:>3} %")],
    }
    how_far = counts.get(unit) or [MofNCompleteColumn(), RateColumn()]
    return [TextColumn("{task.description}"), BarColumn(), *how_far, TimeRemainingColumn()]


@contextmanager
def _cell_line(description: str, total: int | None, unit: str) -> Iterator[Callable[[int], None]]:
    line, done = CellLine(description), 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        line.update(f"{description}: {_count(done, total, unit)}")

    start_s = time.perf_counter()
    yield advance
    line.update(f"{description}: {done:,} {unit}".rstrip() + f" in {time.perf_counter() - start_s:.1f} s", now=True)


@contextmanager
def _lines(description: str, total: int | None, unit: str) -> Iterator[Callable[[int], None]]:
    done = 0
    start_s = line_s = time.perf_counter()

    def advance(more: int) -> None:
        nonlocal done, line_s
        done += more
        now_s = time.perf_counter()
        if now_s - line_s >= LINE_INTERVAL_S:
            line_s = now_s
            sys.stderr.write(f"{description}: {_how_far(done, total, unit, now_s - start_s)}\n")

    of = "" if total is None or unit == "%" else f": {total:,} {unit}".rstrip()
    sys.stderr.write(f"{description}{of}\n")
    end = "stopped"
    try:
        yield advance
        end = "done"
    finally:
        duration_s = time.perf_counter() - start_s
        sys.stderr.write(f"{description}: {end}, {done:,} {unit}".rstrip() + f" in {duration_s:.1f} s\n")


def _count(done: int, total: int | None, unit: str) -> str:
    of = "" if total is None or unit == "%" else f" of {total:,}"
    return f"{done:,}{of} {unit}".rstrip()


def _how_far(done: int, total: int | None, unit: str, seconds: float) -> str:
    """Return how far a task is, its rate and the time left.

    Examples:
        >>> _how_far(300, 1200, "pictures", 60.0)
        '300 of 1,200 pictures, 5.0/s, 3 min left'
        >>> _how_far(40, 100, "%", 40.0)
        '40 %, 60 s left'
    """
    rate = done / seconds
    left_s = (total - done) / rate if total is not None and rate else None
    left = "" if left_s is None else f", {left_s / 60:,.0f} min left" if left_s >= 90 else f", {left_s:.0f} s left"
    speed = "" if unit == "%" else f", {rate:,.1f}/s"
    return _count(done, total, unit) + speed + left
