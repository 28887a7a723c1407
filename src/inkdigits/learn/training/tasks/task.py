"""What a network is trained on, step by step. Knows no optimiser and no loop.

Every batch is a function of the seed and the number of its step alone, so that a training can go on from any step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor, nn

from inkdigits.data.dataset import Split
from inkdigits.learn.training.tasks.inference import Score


@dataclass(frozen=True)
class Batch:
    """What one step learns from.

    Attributes:
        pictures: (N, 1, H, W), float32 in 0 … 1.
        targets: What the pictures say, as the task that made the batch know it.
        examples: How many of the pictures have an answer that can be right or wrong.
    """

    pictures: Tensor
    targets: Any
    examples: int


class Task(Protocol):
    """Batches, their loss, and the measure of what was learned."""

    @property
    def steps_per_epoch(self) -> int:
        """How many batches show every digit once."""

    def batch(self, step: int) -> Batch:
        """Return what the step of this number, from 0, learns from."""

    def loss(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return the batch's mean loss, a scalar."""

    def correct(self, logits: Tensor, batch: Batch) -> Tensor | int:
        """Return how many of the batch's examples were right; a scalar tensor where it is still on the device."""

    def score(self, network: nn.Module, split: Split) -> Score:
        """Measure a network on a split."""
