"""Where a training stands, as a value. Knows nothing of weights, files or screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from inkdigits.learn.training.early_stopping import EarlyStoppingState
from inkdigits.runs.history import History, Record


@dataclass(frozen=True)
class Totals:
    """Sums over the training examples since the last record.

    Attributes:
        loss: Sum of the examples' losses.
        correct: How many were right.
        examples: How many there were.
    """

    loss: float = 0.0
    correct: int = 0
    examples: int = 0

    def plus(self, loss: float, correct: int, examples: int) -> Totals:
        """Return the sums with one more batch.

        Args:
            loss: The batch's mean loss.
            correct: How many of its examples were right.
            examples: How many it has.
        """
        return Totals(self.loss + loss * examples, self.correct + correct, self.examples + examples)

    @property
    def mean_loss(self) -> float:
        """Mean loss of an example."""
        return self.loss / max(self.examples, 1)

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return self.correct / max(self.examples, 1)


@dataclass(frozen=True)
class TrainingState:
    """All that the loop remembers apart from tensors; a checkpoint holds it as JSON.

    Attributes:
        step: Batches learned from.
        totals: Sums since the last record.
        records: The history so far.
        early_stopping: The state of early stopping.
        seconds: Time spent training, over all sessions.
    """

    step: int = 0
    totals: Totals = field(default_factory=Totals)
    records: tuple[Record, ...] = ()
    early_stopping: EarlyStoppingState = field(default_factory=EarlyStoppingState)
    seconds: float = 0.0

    @property
    def history(self) -> History:
        """The records as named series."""
        return History(list(self.records))

    def after_steps(self, metrics: Sequence[tuple[float, int, int]]) -> TrainingState:
        """Return the state some steps later.

        Args:
            metrics: Of each step in order: mean loss of its batch, how many examples were right, how many it has.
        """
        totals = self.totals
        for loss, correct, examples in metrics:
            totals = totals.plus(loss, correct, examples)
        return replace(self, step=self.step + len(metrics), totals=totals)

    def after_record(self, record: Record, early_stopping: EarlyStoppingState) -> TrainingState:
        """Return the state with one more record, and with new sums.

        Args:
            record: The record.
            early_stopping: The state of early stopping after it.
        """
        return replace(self, records=(*self.records, record), totals=Totals(), early_stopping=early_stopping)

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON-ready object."""
        values = asdict(self)
        values["patience"] = values.pop("early_stopping")  # the name in checkpoints since 0.1.0
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainingState:
        """Return the state that `to_dict` made an object of.

        Args:
            values: The object.
        """
        return cls(
            step=values["step"],
            totals=Totals(**values["totals"]),
            records=tuple(Record(**record) for record in values["records"]),
            early_stopping=EarlyStoppingState(**values["patience"]),
            seconds=values["seconds"],
        )
