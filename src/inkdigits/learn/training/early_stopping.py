"""When to stop early, and which record was best. Knows nothing of weights or files.

`loop.py` copies the weights of the best record, and `session.py` ends the run with them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from inkdigits.recipes.schema import EarlyStopping
from inkdigits.runs.history import Record


@dataclass(frozen=True)
class EarlyStoppingState:
    """What early stopping remembers from record to record.

    Attributes:
        best: The best value so far; None before the first record.
        best_step: The step it was recorded at.
        waited: Records in a row without gain since then.
    """

    best: float | None = None
    best_step: int = 0
    waited: int = 0

    def after(self, record: Record, settings: EarlyStopping) -> EarlyStoppingState:
        """Return the state after one more record.

        Args:
            record: The record.
            settings: The recipe's early stopping.

        Examples:
            >>> record = Record(10, 1.0, 0.5, 0.8, 0.4, 0.9, 0.1)
            >>> EarlyStoppingState(best=0.3, best_step=5).after(record, EarlyStopping(monitor="val_loss"))
            EarlyStoppingState(best=0.3, best_step=5, waited=1)
        """
        value = getattr(record, settings.monitor)
        if self.best is None or _gain(settings, self.best, value) > settings.min_delta:
            return EarlyStoppingState(best=value, best_step=record.step)
        return replace(self, waited=self.waited + 1)

    def should_stop(self, settings: EarlyStopping) -> bool:
        """Tell whether there were too many records without gain.

        As in Keras, training stops after `patience` records in a row without gain; a patience of 0 counts as 1.

        Args:
            settings: The recipe's early stopping.
        """
        return self.waited >= max(settings.patience, 1)


def _gain(settings: EarlyStopping, best: float, value: float) -> float:
    return value - best if settings.monitor.endswith("accuracy") else best - value
