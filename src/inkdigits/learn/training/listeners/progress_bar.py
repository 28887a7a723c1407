"""How far a training is. Knows nothing of the loop.

A terminal gets a bar, a notebook a line that changes, everything else plain lines on stderr.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from inkdigits.core.formatting import loss_text, percent
from inkdigits.core.notebook import CellLine, in_notebook
from inkdigits.core.progress import make_display
from inkdigits.learn.training.listeners.listener import Listener, ListenerFactory, ProgressInfo
from inkdigits.learn.training.state import TrainingState
from inkdigits.runs.history import Record

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn


def progress_listener(info: ProgressInfo) -> Listener:
    """Return a listener that shows one training.

    Args:
        info: The training.
    """
    display = make_display(_columns)
    if display:
        return ProgressBar(info, display)
    return ProgressCellLine(info) if in_notebook() else ProgressLines(info)


@contextmanager
def parallel_progress() -> Iterator[ListenerFactory]:
    """Yield a factory of listeners for trainings that run at the same time: on a terminal they share a display."""
    display = make_display(_columns)
    if display is None:
        yield lambda info: ProgressLines(info, is_parallel=True)
        return
    with display:
        yield lambda info: ProgressBar(info, display, is_parallel=True)


class _ProgressListener:
    def __init__(self, info: ProgressInfo) -> None:
        self._info, self._start_s = info, time.perf_counter()

    def _rate(self, step: int) -> float:
        """Return examples a second since this session began."""
        steps = step - self._info.initial_step
        return steps * self._info.batch_size / max(time.perf_counter() - self._start_s, 1e-9)

    def _position(self, record: Record) -> str:
        """Return where a record stands: `epoch 3/5`, or `step 300/10,000`."""
        plan = self._info.plan
        if plan.record_every == plan.steps_per_epoch:
            return f"epoch {round(record.epoch)}/{plan.steps // plan.steps_per_epoch}"
        return f"step {record.step:,}/{plan.steps:,}"


class ProgressLines(_ProgressListener):
    """Writes one plain line a record, for logs and pipes.

    Args:
        info: What is shown.
        is_parallel: Whether other trainings write lines too; then each line begins with the title.
    """

    def __init__(self, info: ProgressInfo, *, is_parallel: bool = False) -> None:
        super().__init__(info)
        self._title = f"{info.title_with_seed}  " if is_parallel else ""
        if not is_parallel:
            sys.stderr.write(f"{info.title}\n")

    def on_step(self, state: TrainingState) -> None:
        """Write nothing.

        Args:
            state: Not used.
        """

    def on_record(self, record: Record) -> None:
        """Write the record's figures.

        Args:
            record: The figures.
        """
        rate = f"{self._rate(record.step):,.0f} examples/s"
        sys.stderr.write(f"{self._title}{self._position(record)}  {format_record(record)}  {rate}\n")

    def close(self) -> None:
        """Do nothing: nothing is open."""


class ProgressCellLine(_ProgressListener):
    """One line below a cell of a notebook, which says where the training is.

    Args:
        info: What is shown.
    """

    def __init__(self, info: ProgressInfo) -> None:
        super().__init__(info)
        self._line, self._last = CellLine(info.title), ""

    def on_step(self, state: TrainingState) -> None:
        """Say how far it is.

        Args:
            state: Where the training stands.
        """
        done = f"{percent(state.step / self._info.plan.steps, 0):>5}  {self._last or format_totals(state)}"
        self._line.update(f"{self._info.title}  {done}  {self._rate(state.step):,.0f} examples/s")

    def on_record(self, record: Record) -> None:
        """Say what was measured.

        Args:
            record: The figures.
        """
        self._last = f"{self._position(record)}  {format_record(record)}"
        self._line.update(f"{self._info.title}  {self._last}")

    def close(self) -> None:
        """Leave the last figures."""
        self._line.update(f"{self._info.title}  {self._last}", now=True)


class ProgressBar(_ProgressListener):
    """A bar with loss, accuracy, examples a second and time left; finished records stay above it.

    Args:
        info: What is shown.
        display: Where the bar is shown.
        is_parallel: Whether other trainings have bars on the same display, which then stays open.
    """

    def __init__(self, info: ProgressInfo, display: "Progress", *, is_parallel: bool = False) -> None:
        super().__init__(info)
        self._updated_at_s, self._is_parallel, self._display = 0.0, is_parallel, display
        title = info.title_with_seed if is_parallel else info.title
        self._bar = display.add_task(title, total=info.plan.steps, completed=info.initial_step, figures="")
        display.start()

    def on_step(self, state: TrainingState) -> None:
        """Move the bar, at most ten times a second.

        Args:
            state: Where the training stands.
        """
        now = time.perf_counter()
        if now - self._updated_at_s < 0.1:
            return
        self._updated_at_s = now
        text = f"{format_totals(state)}  {self._rate(state.step):,.0f} examples/s"
        self._display.update(self._bar, completed=state.step, figures=text)

    def on_record(self, record: Record) -> None:
        """Leave a line above the bar.

        Args:
            record: The figures.
        """
        self._display.update(self._bar, completed=record.step)
        title = self._info.title_with_seed if self._is_parallel else ""
        self._display.console.print(f"{title}{self._position(record):>12}  {format_record(record)}", markup=False)

    def close(self) -> None:
        """Take the bar down."""
        if self._is_parallel:
            self._display.remove_task(self._bar)
        else:
            self._display.stop()


def _columns() -> "list[ProgressColumn]":
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn  # noqa: PLC0415

    return [
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[figures]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    ]


def format_totals(state: TrainingState) -> str:
    """Return loss and accuracy since the last record.

    Args:
        state: Where the training stands.
    """
    return f"loss {loss_text(state.totals.mean_loss)}  accuracy {percent(state.totals.accuracy)}"


def format_record(record: Record) -> str:
    """Return a record's figures in one line.

    Args:
        record: The figures.
    """
    text = f"loss {loss_text(record.loss)}  accuracy {percent(record.accuracy)}"
    if record.val_loss is not None and record.val_accuracy is not None:
        text += f"  val_loss {loss_text(record.val_loss)}  val_accuracy {percent(record.val_accuracy)}"
    return text
