"""Single digits with their labels, and pictures of no digit. Knows no optimiser and no loop."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from inkdigits.core.types import Images, Labels
from inkdigits.data.dataset import Split
from inkdigits.learn.synthesis.allographs import render_allographs
from inkdigits.learn.synthesis.negatives import make_negatives
from inkdigits.learn.training.tasks.augmentation import augment
from inkdigits.learn.training.tasks.hands import Hands
from inkdigits.learn.training.tasks.inference import Score, as_input, score_digits
from inkdigits.learn.training.tasks.losses import LOSSES, outlier_exposure_loss
from inkdigits.learn.training.tasks.task import Batch
from inkdigits.recipes import Recipe

_ALLOGRAPHS = 8000
"""How many digits are written in other ways, once, before training: augmentation changes each anew when it is used."""

_NEGATIVES = 6000
"""How many pictures of no digit are made, likewise."""


class DigitTask:
    """Single digits with their labels.

    Pictures stay uint8 on the device. Their order is drawn once an epoch, and each batch is picked and scaled when it
    is used. To copy all pictures into their order would take a fifth of a step of `softmax`, and 47 MB.

    Args:
        recipe: Loss, batch size and augmentation.
        split: What to learn from.
        seed: Decides the order of the digits.
        device: Where to put the batches.
        hands: Digits of other writers, if the recipe learns from a share of them.
    """

    def __init__(
        self, recipe: Recipe, split: Split, *, seed: int, device: torch.device, hands: Hands | None = None
    ) -> None:
        self._loss, self._augmentation = LOSSES[recipe.loss], recipe.augmentation
        self._smoothing = recipe.label_smoothing
        self._batch_size, self._seed, self._device = recipe.batch_size, seed, device
        self._count = len(split)
        parts: list[tuple[Images, Labels]] = [(np.ascontiguousarray(split.images), split.labels)]
        shares = [0.0]
        if recipe.augmentation and recipe.augmentation.ways_of_writing:
            which = np.random.default_rng(seed).permutation(len(split))[:_ALLOGRAPHS]
            allographs = render_allographs(split.images[which], split.labels[which], 1.0, np.random.default_rng(seed))
            parts.append((allographs, split.labels[which]))
            shares.append(recipe.augmentation.ways_of_writing)
        if hands is not None:
            for share, images, labels in hands.draw(np.random.default_rng((seed, len(split)))):
                parts.append((images, labels))
                shares.append(recipe.hands * share)
        # Digits of the other parts take the places of as many random digits.
        self._shares, self._starts = np.cumsum(shares), np.cumsum([0, *(len(labels) for _, labels in parts)])
        images, labels = (
            np.concatenate(arrays) if len(parts) > 1 else arrays[0] for arrays in zip(*parts, strict=True)
        )
        self._images, self._labels = torch.from_numpy(images).to(device), torch.from_numpy(labels).to(device)
        self._epoch = -1
        self._order = torch.empty(0, dtype=torch.int64, device=device)
        self._negatives: Tensor | None = None
        if recipe.augmentation and recipe.augmentation.not_digits:
            negatives = make_negatives(_NEGATIVES, split.images, np.random.default_rng(seed))
            self._negatives = torch.from_numpy(negatives).to(device)

    @property
    def steps_per_epoch(self) -> int:
        """How many batches show every digit once."""
        return math.ceil(self._count / self._batch_size)

    def batch(self, step: int) -> Batch:
        """Return digits, each augmented on its own, followed by negatives.

        Args:
            step: The number of the step, counted from 0.
        """
        images, labels = self.digits(step)
        if self._negatives is not None and self._augmentation:
            count = round(self._augmentation.not_digits * len(labels))
            which = np.random.default_rng((self._seed, step)).integers(0, len(self._negatives), count)
            images = torch.cat([images, self._negatives[torch.from_numpy(which).to(self._device)]])
        pictures = as_input(images)  # (N, 1, 28, 28)
        if self._augmentation:
            pictures = augment(pictures, self._augmentation)
        return Batch(pictures, labels, len(labels))

    def digits(self, step: int) -> tuple[Tensor, Tensor]:
        """Return the digits of a step as they are.

        Args:
            step: The number of the step, counted from 0.

        Returns:
            Digits (N, 28, 28), uint8, 0 is empty and 255 is ink, and their labels (N,), int64.
        """
        epoch, within = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            self._shuffle(epoch)
        which = self._order[within * self._batch_size : (within + 1) * self._batch_size]
        # index_select copies whole pictures; indexing with [which] copies pixel by pixel.
        return self._images.index_select(0, which), self._labels.index_select(0, which)

    def _shuffle(self, epoch: int) -> None:
        generator = np.random.default_rng((self._seed, epoch))
        order = generator.permutation(self._count)
        if len(self._shares) > 1:
            draws = generator.random(self._count)
            for part, (low, high) in enumerate(pairwise(self._shares.tolist()), start=1):
                places = np.flatnonzero((draws >= low) & (draws < high))
                order[places] = generator.integers(self._starts[part], self._starts[part + 1], len(places))
        self._order, self._epoch = torch.from_numpy(order).to(self._device), epoch

    def loss(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return the mean loss of the digits, plus half the outlier exposure loss of the negatives.

        Args:
            logits: (N, classes), float32, any finite value: the answers to the batch's pictures.
            batch: The batch.

        Returns:
            A float32 scalar, at least 0.
        """
        digits = logits[: batch.examples]
        loss = (1 - self._smoothing) * self._loss(digits, batch.targets)
        if self._smoothing:
            loss = loss + self._smoothing * outlier_exposure_loss(digits)
        if len(logits) > batch.examples:
            loss = loss + 0.5 * outlier_exposure_loss(logits[batch.examples :])
        return loss

    def correct(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return how many digits were right.

        Args:
            logits: (…, N, classes), float32, any finite value: the answers to the batch's pictures.
            batch: The batch.

        Returns:
            (…), int64, at least 0.
        """
        predictions = logits[..., : batch.examples, :].argmax(dim=-1)  # (…, examples)
        return torch.sum(predictions == batch.targets, dim=-1)

    def score(self, network: nn.Module, split: Split) -> Score:
        """Return how well a network does on the digits of a split, without augmentation.

        Args:
            network: What to measure.
            split: What to measure it on.
        """
        return score_digits(network, split, self._loss)
