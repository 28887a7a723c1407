"""The protocol of what a network is trained on. Knows no optimiser and no loop.

Every batch depends only on the seed and the number of its step, so that a training can be resumed at any step.
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
        targets: The right answers, in the form that the task works with.
        examples: How many of the pictures have an answer that can be right or wrong.
    """

    pictures: Tensor
    targets: Any
    examples: int


class Task(Protocol):
    """Makes batches, and knows their loss and how to measure a network."""

    @property
    def steps_per_epoch(self) -> int:
        """How many batches show every digit once."""

    def batch(self, step: int) -> Batch:
        """Return what a step learns from.

        Args:
            step: Its number, counted from 0.
        """

    def loss(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return the batch's mean loss, a float32 scalar of any finite value.

        Args:
            logits: (N, classes) or (N, T, classes), float32, any finite value: the answers to the batch's pictures.
            batch: The batch.
        """

    def correct(self, logits: Tensor, batch: Batch) -> Tensor | int:
        """Return how many of the batch's examples were right: an int, or an int64 scalar, at least 0, on the device.

        Args:
            logits: (N, classes) or (N, T, classes), float32, any finite value: the answers to the batch's pictures.
            batch: The batch.
        """

    def score(self, network: nn.Module, split: Split) -> Score:
        """Return how well a network does on a split.

        Args:
            network: What to measure.
            split: What to measure it on.
        """
