"""Batches that mix a few corrections with many known digits, and their loss. Knows no optimiser and no files.

Corrections are learned by their labels. For everything else the network is held to what it answered before it was
taught (learning without forgetting, Li and Hoiem, 2016): as it begins there, known digits pull it nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from inkdigits.core.types import Images
from inkdigits.data.dataset import Split
from inkdigits.learn.adaptation.examples import Examples
from inkdigits.learn.synthesis.allographs import render_allographs
from inkdigits.learn.synthesis.negatives import make_negatives
from inkdigits.learn.training.tasks.augmentation import augment
from inkdigits.learn.training.tasks.inference import as_input
from inkdigits.learn.training.tasks.losses import cross_entropy, outlier_exposure_loss
from inkdigits.recipes.schema import Augmentation

_KNOWN, _RESTYLED, _JUNK = 56, 12, 8
"""How many known digits a batch has as they are, in other ways of writing, and of what is no digit."""

_CORRECTED, _DENIED = 24, 8
"""How many corrections to a digit a batch has, and to none: each many times over in the course, never twice alike."""

_DRAWN = 800
"""How many digits in other ways, and pictures of no digit, are drawn before teaching."""

_HOLD = 10.0
"""What a batch's departure from the answers of before weighs against what is new."""


@dataclass(frozen=True)
class Batch:
    """What one step learns from: known pictures, then corrections to a digit, then corrections to none.

    Attributes:
        pictures: (N, 1, 28, 28), float32 in 0 … 1.
        known: How many of them are known.
        labels: (M,): what the corrected digits are.
    """

    pictures: Tensor
    known: int
    labels: Tensor


class ReplayTask:
    """Corrections among digits of every kind that the network has learned before.

    Args:
        corrections: What the network is to learn.
        known: What it must not forget.
        before: The network that is taught, as it is before; in evaluation mode.
        augmentation: How pictures are changed each time they are seen.
        seed: Decides all chance but that of the changes, which is torch's.
    """

    def __init__(
        self, corrections: Examples, known: Split, before: nn.Module, augmentation: Augmentation, *, seed: int
    ) -> None:
        self._augmentation, self._generator, self._before = augmentation, np.random.default_rng(seed), before
        chosen = self._generator.permutation(len(known))[:_DRAWN]
        self._known = known.images
        self._restyled = render_allographs(known.images[chosen], known.labels[chosen], 1.0, self._generator)
        self._junk = make_negatives(_DRAWN, known.images[chosen], self._generator)
        self._corrected, self._denied = corrections.where(digits=True), corrections.where(digits=False)

    def batch(self) -> Batch:
        """Return the next batch."""
        parts = [self._draw(self._known, _KNOWN), self._draw(self._restyled, _RESTYLED), self._draw(self._junk, _JUNK)]
        labels = np.zeros(0, np.int64)
        if len(self._corrected):
            which = self._generator.integers(0, len(self._corrected), _CORRECTED)
            parts.append(self._corrected.images[which])
            labels = self._corrected.labels[which]
        if len(self._denied):
            parts.append(self._draw(self._denied.images, _DENIED))
        pictures = augment(as_input(torch.from_numpy(np.concatenate(parts))), self._augmentation)
        return Batch(pictures, sum(map(len, parts[:3])), torch.from_numpy(labels))

    def loss(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return how far from right the corrections are, and how far from before everything else."""
        with torch.inference_mode():
            before = self._before(batch.pictures[: batch.known])
        loss = _HOLD * distillation_kl(logits[: batch.known], before)
        first_denied = batch.known + len(batch.labels)
        if len(batch.labels):
            loss = loss + cross_entropy(logits[batch.known : first_denied], batch.labels)
        if len(logits) > first_denied:
            loss = loss + 0.5 * outlier_exposure_loss(logits[first_denied:])
        return loss

    def _draw(self, images: Images, count: int) -> Images:
        return images[self._generator.integers(0, len(images), count)]


def distillation_kl(logits: Tensor, before: Tensor) -> Tensor:
    """Return how far answers have gone from those of before (Kullback-Leibler divergence), a scalar.

    Examples:
        >>> float(distillation_kl(torch.eye(3), torch.eye(3)))
        0.0
    """
    after, target = (functional.log_softmax(values, dim=1) for values in (logits, before))
    return functional.kl_div(after, target, reduction="batchmean", log_target=True)
