"""Training as a person watches it: a bar on a terminal, plain lines elsewhere, both on stderr."""

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from inkdigits.training.history import Record
from inkdigits.training.plan import Plan
from inkdigits.training.state import TrainingState


def watch(plan: Plan, title: str, *, batch_size: int, start: int = 0) -> "ProgressBar | ProgressLines":
    """Return the listener that fits what stderr is."""
    kind = ProgressBar if sys.stderr.isatty() else ProgressLines
    return kind(plan, title, batch_size=batch_size, start=start)


class _Progress:
    def __init__(self, plan: Plan, title: str, *, batch_size: int, start: int) -> None:
        self.plan, self.title, self.batch_size = plan, title, batch_size
        self.start, self.begun = start, time.perf_counter()
        self.open()

    def open(self) -> None:
        """Show the title."""

    def rate(self, step: int) -> float:
        """Return examples a second since this sitting began."""
        return (step - self.start) * self.batch_size / max(time.perf_counter() - self.begun, 1e-9)

    def place(self, record: Record) -> str:
        """Say where a record stands: `epoch 3/5`, or `step 300/10,000`."""
        if self.plan.record_every == self.plan.steps_per_epoch:
            return f"epoch {round(record.epoch)}/{self.plan.steps // self.plan.steps_per_epoch}"
        return f"step {record.step:,}/{self.plan.steps:,}"


class ProgressLines(_Progress):
    """One plain line a record, for logs and pipes."""

    def open(self) -> None:
        """Write the title."""
        sys.stderr.write(f"{self.title}\n")

    def on_step(self, state: TrainingState) -> None:
        """Say nothing."""

    def on_record(self, record: Record) -> None:
        """Write the record's figures."""
        sys.stderr.write(f"{self.place(record)}  {figures(record)}  {self.rate(record.step):,.0f} examples/s\n")

    def close(self) -> None:
        """Nothing is open."""


class ProgressBar(_Progress):
    """A bar with loss, accuracy, examples a second and time left; finished records stay above it."""

    def open(self) -> None:
        """Start the bar."""
        self.shown_at = 0.0
        self.bar = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[figures]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True, highlight=False),
        )
        self.task = self.bar.add_task(self.title, total=self.plan.steps, completed=self.start, figures="")
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
        self.bar.console.print(f"{self.place(record):>12}  {figures(record)}", markup=False)

    def close(self) -> None:
        """Take the bar down."""
        self.bar.stop()


def figures(record: Record) -> str:
    """Return a record's figures in one line."""
    text = f"loss {record.loss:.4f}  accuracy {record.accuracy:.2%}"
    if record.val_loss is not None and record.val_accuracy is not None:
        text += f"  val_loss {record.val_loss:.4f}  val_accuracy {record.val_accuracy:.2%}"
    return text
