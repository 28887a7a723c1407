"""A user's functions that watch a training. Knows nothing of the loop."""

from collections.abc import Sequence

from inkdigits.learn.training.options import Callback
from inkdigits.learn.training.state import TrainingState
from inkdigits.runs.history import Record


class Callbacks:
    """The listener that calls a user's functions.

    Args:
        functions: Called in this order.
    """

    def __init__(self, functions: Sequence[Callback]) -> None:
        self._functions = functions
        self._stop_requested = False

    @property
    def stop_requested(self) -> bool:
        """Whether a function asked to end the training."""
        return self._stop_requested

    def on_step(self, state: TrainingState) -> None:
        """Do nothing.

        Args:
            state: Not used.
        """

    def on_record(self, record: Record) -> None:
        """Call the functions.

        Args:
            record: The figures.
        """
        for function in self._functions:
            self._stop_requested |= function(record.step, record) is True

    def close(self) -> None:
        """Do nothing: nothing is open."""
