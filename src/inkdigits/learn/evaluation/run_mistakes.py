"""The digits that a run misread, with the run that can explain them. Knows a run by what an explanation needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, overload

from torch import nn

from inkdigits.core.display import Displayed
from inkdigits.core.formatting import percent
from inkdigits.data.dataset import Split
from inkdigits.learn.evaluation.mistakes import Mistake


class MisreadingRun(Protocol):
    """What an explanation needs of a run."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The name of each class number."""

    @property
    def network(self) -> nn.Module:
        """The trained network."""

    def split(self, name: str) -> Split:
        """Return the digits of a split.

        Args:
            name: "test", "validation" or "train".
        """


@dataclass(frozen=True, repr=False)
class MistakeOfRun(Displayed, Mistake):
    """One digit that a run predicted wrong; `show()` says why.

    Attributes:
        run: The run.
        split: The split that the digit is from.
    """

    run: MisreadingRun
    split: str

    def __repr__(self) -> str:
        label, prediction = self.run.classes[self.label], self.run.classes[self.prediction]
        return f"<{self.split} digit {self.index}: {label} read as {prediction}, {percent(self.confidence, 1)} sure>"


class Mistakes(Displayed, Sequence[MistakeOfRun]):
    """The digits of a split that a run predicted wrong, the most confident first.

    Args:
        run: The run.
        split: The name of the split.
        mistakes: The mistakes, in order.
    """

    def __init__(self, run: MisreadingRun, split: str, mistakes: Sequence[MistakeOfRun]) -> None:
        self.run, self.split, self._mistakes = run, split, list(mistakes)

    @overload
    def __getitem__(self, place: int) -> MistakeOfRun: ...
    @overload
    def __getitem__(self, place: slice) -> Mistakes: ...
    def __getitem__(self, place: int | slice) -> MistakeOfRun | Mistakes:
        if isinstance(place, slice):
            return Mistakes(self.run, self.split, self._mistakes[place])
        return self._mistakes[place]

    def __len__(self) -> int:
        return len(self._mistakes)

    def __repr__(self) -> str:
        first = f", first {self[0]!r}" if self else ""
        return f"<{len(self)} misread {self.split} digits{first}>"
