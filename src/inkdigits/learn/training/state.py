"""Where a training stands, as a value. Knows nothing of weights, files or screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from inkdigits.learn.training.early_stopping import EarlyStoppingState
from inkdigits.runs.history import History, Record


@dataclass(frozen=True)
class Totals:
    """Sums over the training digits since the last record."""

    loss: float = 0.0
    correct: int = 0
    examples: int = 0

    def plus(self, loss: float, correct: int, examples: int) -> Totals:
        """Add a batch with this mean loss."""
        return Totals(self.loss + loss * examples, self.correct + correct, self.examples + examples)

    @property
    def mean_loss(self) -> float:
        """Mean loss a digit."""
        return self.loss / max(self.examples, 1)

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return self.correct / max(self.examples, 1)


@dataclass(frozen=True)
class TrainingState:
    """All that the loop remembers apart from tensors; a checkpoint holds it as JSON.

    Attributes:
        step: Batches seen.
        totals: Sums since the last record.
        records: The history so far.
        patience: What early stopping remembers.
        seconds: Time spent training, over all sessions.
    """

    step: int = 0
    totals: Totals = field(default_factory=Totals)
    records: tuple[Record, ...] = ()
    patience: EarlyStoppingState = field(default_factory=EarlyStoppingState)
    seconds: float = 0.0

    @property
    def history(self) -> History:
        """The records as named series."""
        return History(list(self.records))

    def after_steps(self, outcomes: Sequence[tuple[float, int, int]]) -> TrainingState:
        """Return the state some batches later: their mean loss, right answers and examples, in order."""
        totals = self.totals
        for loss, correct, examples in outcomes:
            totals = totals.plus(loss, correct, examples)
        return replace(self, step=self.step + len(outcomes), totals=totals)

    def after_record(self, record: Record, patience: EarlyStoppingState) -> TrainingState:
        """Return the state with one more record and its sums begun anew."""
        return replace(self, records=(*self.records, record), totals=Totals(), patience=patience)

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON-ready object."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainingState:
        """Read what `to_dict` gave."""
        return cls(
            step=values["step"],
            totals=Totals(**values["totals"]),
            records=tuple(Record(**record) for record in values["records"]),
            patience=EarlyStoppingState(**values["patience"]),
            seconds=values["seconds"],
        )
