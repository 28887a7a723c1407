"""What may watch a training. Knows nothing of who does."""

from typing import Protocol

from inkdigits.learn.training.state import TrainingState
from inkdigits.runs.history import Record


class Listener(Protocol):
    """Told of steps and records; it may show or write them, never change them."""

    def on_step(self, state: TrainingState) -> None:
        """One or more batches were learned from."""

    def on_record(self, record: Record) -> None:
        """An epoch or an interval of steps is over."""

    def close(self) -> None:
        """Training is over, well or not."""
