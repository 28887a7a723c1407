"""Training as a person watches it: a bar on a terminal, plain lines elsewhere, both on stderr."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from inkdigits.learn.training.listeners import Listener
from inkdigits.learn.training.plan import Plan
from inkdigits.learn.training.state import TrainingState
from inkdigits.runs.history import Record


@dataclass(frozen=True)
class ProgressInfo:
    """What a training is about to do.

    Attributes:
        plan: How long it will be.
        title: What it is called.
        batch_size: Examples a step.
        seed: Which one it is of several that are called so.
        start: Where it goes on from, in steps.
    """

    plan: Plan
    title: str
    batch_size: int
    seed: int = 1
    start: int = 0

    @property
    def full_title(self) -> str:
        """The title with the seed."""
        return f"{self.title} seed {self.seed}"


ListenerFactory = Callable[[ProgressInfo], Listener]
"""Makes what shows a training."""


def watch(course: ProgressInfo) -> Listener:
    """Return the listener that fits what stderr is."""
    return ProgressBar(course) if sys.stderr.isatty() else ProgressLines(course)


@contextmanager
def watch_several() -> Iterator[ListenerFactory]:
    """Show trainings that go on at the same time: yield what makes the listener of each."""
    if not sys.stderr.isatty():
        yield lambda course: ProgressLines(course, several=True)
        return
    with _new_display() as display:
        yield lambda course: ProgressBar(course, display)


class _Progress:
    def __init__(self, course: ProgressInfo) -> None:
        self.course, self.plan, self.begun = course, course.plan, time.perf_counter()

    def rate(self, step: int) -> float:
        """Return examples a second since this session began."""
        return (step - self.course.start) * self.course.batch_size / max(time.perf_counter() - self.begun, 1e-9)

    def place(self, record: Record) -> str:
        """Say where a record stands: `epoch 3/5`, or `step 300/10,000`."""
        if self.plan.record_every == self.plan.steps_per_epoch:
            return f"epoch {round(record.epoch)}/{self.plan.steps // self.plan.steps_per_epoch}"
        return f"step {record.step:,}/{self.plan.steps:,}"


class ProgressLines(_Progress):
    """One plain line a record, for logs and pipes; where there are several trainings, with the title in each."""

    def __init__(self, course: ProgressInfo, *, several: bool = False) -> None:
        super().__init__(course)
        self._title = f"{course.full_title}  " if several else ""
        if not several:
            sys.stderr.write(f"{course.title}\n")

    def on_step(self, state: TrainingState) -> None:
        """Say nothing."""

    def on_record(self, record: Record) -> None:
        """Write the record's figures."""
        rate = f"{self.rate(record.step):,.0f} examples/s"
        sys.stderr.write(f"{self._title}{self.place(record)}  {figures(record)}  {rate}\n")

    def close(self) -> None:
        """Nothing is open."""


class ProgressBar(_Progress):
    """A bar with loss, accuracy, examples a second and time left; finished records stay above it.

    Args:
        course: What is shown.
        display: Where several trainings are shown; without it the bar has one of its own.
    """

    def __init__(self, course: ProgressInfo, display: Progress | None = None) -> None:
        super().__init__(course)
        self.shown_at, self._alone = 0.0, display is None
        self.bar = display or _new_display()
        title = course.title if self._alone else course.full_title
        self.task = self.bar.add_task(title, total=self.plan.steps, completed=course.start, figures="")
        self.bar.start()

    def on_step(self, state: TrainingState) -> None:
        """Move the bar, at most ten times a second."""
        now = time.perf_counter()
        if now - self.shown_at < 0.1:
            return
        self.shown_at = now
        totals = state.totals
        text = f"loss {totals.mean_loss:.4f}  accuracy {totals.accuracy:.2%}  {self.rate(state.step):,.0f} examples/s"
        self.bar.update(self.task, completed=state.step, figures=text)

    def on_record(self, record: Record) -> None:
        """Leave a line above the bar."""
        self.bar.update(self.task, completed=record.step)
        title = "" if self._alone else self.course.full_title
        self.bar.console.print(f"{title}{self.place(record):>12}  {figures(record)}", markup=False)

    def close(self) -> None:
        """Take the bar down."""
        if self._alone:
            self.bar.stop()
        else:
            self.bar.remove_task(self.task)


def _new_display() -> Progress:
    return Progress(
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[figures]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True, highlight=False),
    )


def figures(record: Record) -> str:
    """Return a record's figures in one line."""
    text = f"loss {record.loss:.4f}  accuracy {record.accuracy:.2%}"
    if record.val_loss is not None and record.val_accuracy is not None:
        text += f"  val_loss {record.val_loss:.4f}  val_accuracy {record.val_accuracy:.2%}"
    return text
