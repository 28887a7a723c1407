"""The protocol of what watches a training. Knows nothing of screens or files."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from inkdigits.learn.training.plan import Plan
from inkdigits.learn.training.state import TrainingState
from inkdigits.runs.history import Record


class Listener(Protocol):
    """Is called during a training. It may show or write what it gets, but not change it."""

    def on_step(self, state: TrainingState) -> None:
        """Take the state after one or more batches.

        Args:
            state: Where the training stands.
        """

    def on_record(self, record: Record) -> None:
        """Take the figures of an epoch or of an interval of steps that has ended.

        Args:
            record: The figures.
        """

    def close(self) -> None:
        """Release what is open: the training has ended, well or not."""


class Pace(Protocol):
    """Decides where a training waits."""

    def interrupts(self) -> bool:
        """Tell whether the loop is to come to its next place to wait at once. It is asked after every step."""

    def wait(self, state: TrainingState, save: Callable[[], None], stop_requested: Callable[[], bool]) -> float:
        """Wait where and as long as it wants.

        Args:
            state: Where the training stands.
            save: Writes a checkpoint.
            stop_requested: Ends the waiting.

        Returns:
            How many seconds it waited.
        """


@dataclass(frozen=True)
class ProgressInfo:
    """What a listener has to know of a training before it starts.

    Attributes:
        plan: Its length.
        title: Its name.
        batch_size: Examples a step.
        seed: Its seed, which tells trainings of the same title apart.
        initial_step: The step it starts from.
    """

    plan: Plan
    title: str
    batch_size: int
    seed: int = 1
    initial_step: int = 0

    @property
    def title_with_seed(self) -> str:
        """The title with the seed."""
        return f"{self.title} seed {self.seed}"


ListenerFactory = Callable[[ProgressInfo], Listener]
"""Makes the listener that shows a training."""
