"""What the steps since the last look came to, kept on the device. Knows no network and no files."""

import torch
from torch import Tensor

from inkdigits.training.step import Outcome


class Tally:
    """Gathers outcomes without waiting for them.

    Examples:
        >>> tally = Tally()
        >>> tally.add(Outcome(torch.tensor(0.5), torch.tensor(3), examples=4))
        >>> tally.collect()
        [(0.5, 3, 4)]
        >>> tally.collect()
        []
    """

    def __init__(self) -> None:
        self._outcomes: list[Outcome] = []

    def add(self, outcome: Outcome) -> None:
        """Take note of one more step."""
        self._outcomes.append(outcome)

    def collect(self) -> list[tuple[float, int, int]]:
        """Return loss, right answers and examples of each step since the last time, and forget them."""
        outcomes, self._outcomes = self._outcomes, []
        if not outcomes:
            return []
        losses = torch.stack([outcome.loss for outcome in outcomes]).tolist()
        correct = _to_list([outcome.correct for outcome in outcomes])
        return [(loss, right, of.examples) for loss, right, of in zip(losses, correct, outcomes, strict=True)]


def _to_list(counts: list[Tensor | int]) -> list[int]:
    tensors = [count for count in counts if isinstance(count, Tensor)]
    if len(tensors) < len(counts):
        return [int(count) for count in counts]
    return [int(count) for count in torch.stack(tensors).tolist()]
