"""Single digits with their labels. Knows no optimiser and no loop."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from inkdigits.data.dataset import Split
from inkdigits.learn.synthesis.allographs import render_allographs
from inkdigits.learn.synthesis.negatives import make_negatives
from inkdigits.learn.training.tasks.augmentation import augment
from inkdigits.learn.training.tasks.inference import Score, as_input, score
from inkdigits.learn.training.tasks.losses import LOSSES, outlier_exposure_loss
from inkdigits.learn.training.tasks.task import Batch
from inkdigits.recipes import Recipe


class DigitTask:
    """Single digits with their labels.

    Pictures stay uint8 where they are; their order is drawn once an epoch, and each batch is picked and scaled as it is
    used. To copy all of them into their order would cost a step of `softmax` a fifth of its time, and 47 MB.

    Args:
        recipe: Loss, batch size and augmentation.
        split: What to learn from.
        seed: What the order of the digits starts from.
        device: Where to put the batches.
    """

    def __init__(self, recipe: Recipe, split: Split, *, seed: int, device: torch.device) -> None:
        self._loss, self._augmentation = LOSSES[recipe.loss], recipe.augmentation
        self._smoothing = recipe.label_smoothing
        self._batch_size, self._seed, self._device = recipe.batch_size, seed, device
        self._count = len(split)
        images, labels = np.ascontiguousarray(split.images), split.labels
        if recipe.augmentation and recipe.augmentation.ways_of_writing:
            which = np.random.default_rng(seed).permutation(len(split))[:_RESTYLED]
            restyled = render_allographs(split.images[which], split.labels[which], 1.0, np.random.default_rng(seed))
            images, labels = np.concatenate([images, restyled]), np.concatenate([labels, labels[which]])
        self._images, self._labels = torch.from_numpy(images).to(device), torch.from_numpy(labels).to(device)
        self._epoch = -1
        self._order = torch.empty(0, dtype=torch.int64, device=device)
        self._junk: Tensor | None = None
        if recipe.augmentation and recipe.augmentation.not_digits:
            self._junk = torch.from_numpy(make_negatives(_JUNK, split.images, np.random.default_rng(seed))).to(device)

    @property
    def steps_per_epoch(self) -> int:
        """How many batches show every digit once."""
        return math.ceil(self._count / self._batch_size)

    def batch(self, step: int) -> Batch:
        """Return digits, with changes of their own each, and behind them what is no digit."""
        images, labels = self.digits(step)
        if self._junk is not None and self._augmentation:
            count = round(self._augmentation.not_digits * len(labels))
            which = np.random.default_rng((self._seed, step)).integers(0, len(self._junk), count)
            images = torch.cat([images, self._junk[torch.from_numpy(which).to(self._device)]])
        pictures = as_input(images)
        if self._augmentation:
            pictures = augment(pictures, self._augmentation)
        return Batch(pictures, labels, len(labels))

    def digits(self, step: int) -> tuple[Tensor, Tensor]:
        """Return the digits of a step, (N, 28, 28) uint8, and their labels (N,)."""
        epoch, within = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            self._shuffle(epoch)
        which = self._order[within * self._batch_size : (within + 1) * self._batch_size]
        # Whole pictures are copied; picking by [which] goes pixel by pixel.
        return self._images.index_select(0, which), self._labels.index_select(0, which)

    def _shuffle(self, epoch: int) -> None:
        generator = np.random.default_rng((self._seed, epoch))
        order = generator.permutation(self._count)
        restyled = len(self._labels) - self._count
        if restyled and self._augmentation:
            # Digits written in other ways take the places of as many others, whatever these were.
            places = np.flatnonzero(generator.random(self._count) < self._augmentation.ways_of_writing)
            order[places] = self._count + generator.integers(0, restyled, len(places))
        self._order, self._epoch = torch.from_numpy(order).to(self._device), epoch

    def loss(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return the mean loss of the digits, and how far from even the answers to all else are."""
        digits = logits[: batch.examples]
        loss = (1 - self._smoothing) * self._loss(digits, batch.targets)
        if self._smoothing:
            loss = loss + self._smoothing * outlier_exposure_loss(digits)
        if len(logits) > batch.examples:
            loss = loss + 0.5 * outlier_exposure_loss(logits[batch.examples :])
        return loss

    def correct(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return how many digits were right, for logits (…, N, classes)."""
        return torch.sum(logits[..., : batch.examples, :].argmax(dim=-1) == batch.targets, dim=-1)

    def score(self, network: nn.Module, split: Split) -> Score:
        """Measure a network on digits as they are."""
        return score(network, split, self._loss)


_RESTYLED = 8000
"""How many digits are written in other ways, once, before training: each time one is used it is changed anew."""

_JUNK = 6000
"""Likewise, how many pictures of what is no digit are made."""
