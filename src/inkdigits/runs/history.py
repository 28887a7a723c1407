"""Loss and accuracy, record by record. Knows nothing of how they were computed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from inkdigits.core.display import Displayed

SERIES = ("loss", "accuracy", "val_loss", "val_accuracy")


@dataclass(frozen=True)
class Record:
    """The figures of one epoch, or of one interval of steps.

    Attributes:
        step: Batches seen so far.
        epoch: Passes over the training set so far (a fraction for recipes counted in steps).
        loss: Mean over the training digits since the last record, each with the weights of its step.
        accuracy: Likewise, 0 … 1.
        val_loss: Of the validation set, or of the test set where the recipe watches it; None where there is neither.
        val_accuracy: Likewise, 0 … 1.
        learning_rate: Of the last step.
    """

    step: int
    epoch: float
    loss: float
    accuracy: float
    val_loss: float | None
    val_accuracy: float | None
    learning_rate: float


class History(Displayed, Mapping[str, list[float]]):
    """Records in order; `history["val_accuracy"]` is one series, empty where it was not recorded.

    Args:
        records: The records, in order.

    Examples:
        >>> history = History([Record(10, 1.0, 0.5, 0.8, None, None, 0.1)])
        >>> history["loss"], history["val_loss"], len(history.records)
        ([0.5], [], 1)
    """

    def __init__(self, records: list[Record] | None = None) -> None:
        self.records = list(records or [])

    def __getitem__(self, name: str) -> list[float]:
        if name not in Record.__dataclass_fields__:
            raise KeyError(name)
        values = (getattr(record, name) for record in self.records)
        return [value for value in values if value is not None]

    def __repr__(self) -> str:
        if not self.records:
            return "<History: no records>"
        last = self.records[-1]
        figures = {name: getattr(last, name) for name in SERIES}
        shown = ", ".join(f"{name} {value:.4f}" for name, value in figures.items() if value is not None)
        return f"<History: {len(self.records)} records, at the end {shown}>"

    def __iter__(self) -> Iterator[str]:
        return iter(SERIES)

    def __len__(self) -> int:
        return len(SERIES)

    def to_list(self) -> list[dict[str, Any]]:
        """Return the records as JSON-ready objects."""
        return [asdict(record) for record in self.records]

    @classmethod
    def from_list(cls, values: list[dict[str, Any]]) -> History:
        """Return the history that `to_list` made objects of.

        Args:
            values: The objects.
        """
        return cls([Record(**value) for value in values])

    def to_csv(self) -> str:
        """Return the records as CSV with a header."""
        text = io.StringIO()
        writer = csv.DictWriter(text, fieldnames=list(Record.__dataclass_fields__), lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.to_list())
        return text.getvalue()
