"""The progress of an adaptation: from the training loop to a callback. Knows nothing of how it is shown."""

from collections.abc import Callable

from inkdigits.learn.training.state import TrainingState
from inkdigits.runs.history import Record

ProgressCallback = Callable[[float, str], None]
"""Called with the share of the work that is done, 0 … 1, and with what is being done."""

LOADED, TRAINED = 0.05, 0.8
"""The share of the work that is done when the data is loaded, and when the networks are trained."""


class ProgressListener:
    """Passes the steps of a training on to a callback.

    Args:
        progress: Called after every few steps.
        steps: How many there are in all.
        span: The share of the whole work that is done before them, and after them.
    """

    def __init__(self, progress: ProgressCallback, steps: int, span: tuple[float, float] = (LOADED, TRAINED)) -> None:
        self._progress, self._steps, self._span = progress, steps, span

    def on_step(self, state: TrainingState) -> None:
        """Pass on how many steps are done.

        Args:
            state: Where the training is.
        """
        done = state.step / self._steps
        before, after = self._span
        self._progress((1 - done) * before + done * after, "learning")

    def on_record(self, record: Record) -> None:
        """Do nothing: nobody is shown the loss.

        Args:
            record: Not used.
        """

    def close(self) -> None:
        """Do nothing."""
