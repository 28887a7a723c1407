"""Batches that mix a few corrections with many replayed digits, and their loss. Knows no optimiser and no files.

Corrections are learned by their labels. On everything else the network is held to the answers of the teacher, which is
the network before the adaptation (learning without forgetting, Li and Hoiem, 2016). Student and teacher are the same
network at first, so the replayed digits begin with no gradient.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from inkdigits.core.types import Images
from inkdigits.data.dataset import Split
from inkdigits.learn.adaptation.data import LabelledImages
from inkdigits.learn.synthesis.allographs import render_allographs
from inkdigits.learn.synthesis.negatives import make_negatives
from inkdigits.learn.training.tasks.augmentation import augment
from inkdigits.learn.training.tasks.inference import Score, as_input, score_digits
from inkdigits.learn.training.tasks.losses import cross_entropy, outlier_exposure_loss
from inkdigits.learn.training.tasks.task import Batch
from inkdigits.recipes.schema import Augmentation

_REPLAYED, _ALLOGRAPHS, _NEGATIVES = 56, 12, 8
"""How many digits of the replay set a batch has, how many allographs of them, and how many pictures of no digit."""

_CORRECTED, _REJECTED = 24, 8
"""How many corrections to a digit a batch has, and to no digit: each is seen many times, never twice alike."""

BATCH_SIZE = _REPLAYED + _ALLOGRAPHS + _NEGATIVES + _CORRECTED + _REJECTED
"""How many pictures a batch has where there are corrections of both kinds."""

_RENDERED = 800
"""How many allographs, and how many pictures of no digit, are made before training."""

_DISTILLATION_WEIGHT = 10.0
"""The weight of the distance from the teacher against the loss of what is new."""


@dataclass(frozen=True)
class ReplayTargets:
    """What a batch should be answered: replayed pictures come first, then corrections to a digit, then to no digit.

    Attributes:
        teacher: (R, classes), float32, the teacher's logits for the replayed pictures.
        labels: (M,), int64, class numbers of the corrections to a digit.
    """

    teacher: Tensor
    labels: Tensor


class ReplayTask:
    """Corrections among replayed digits, as a `Task` of the training loop.

    Args:
        corrections: What the network is to learn.
        replay: Digits that it must not forget.
        teacher: The network before the adaptation, in evaluation mode; it is not changed.
        augmentation: How pictures are changed each time they are seen.
        seed: Decides which pictures are in which batch.
    """

    def __init__(
        self, corrections: LabelledImages, replay: Split, teacher: nn.Module, augmentation: Augmentation, *, seed: int
    ) -> None:
        self._augmentation, self._teacher, self._seed = augmentation, teacher, seed
        generator = np.random.default_rng(seed)
        chosen = generator.permutation(len(replay))[:_RENDERED]
        self._replay = replay.images
        self._allographs = render_allographs(replay.images[chosen], replay.labels[chosen], 1.0, generator)
        self._negatives = make_negatives(_RENDERED, replay.images[chosen], generator)
        self._corrected, self._rejected = corrections.digits, corrections.negatives

    @property
    def steps_per_epoch(self) -> int:
        """How many batches show as many replayed digits as there are."""
        return math.ceil(len(self._replay) / _REPLAYED)

    def batch(self, step: int) -> Batch:
        """Return pictures with changes of their own each, and the teacher's answers to them.

        Args:
            step: The number of the step, from 0.
        """
        generator = np.random.default_rng((self._seed, step))

        def draw(images: Images, count: int) -> Images:
            return images[generator.integers(0, len(images), count)]

        parts = [draw(self._replay, _REPLAYED), draw(self._allographs, _ALLOGRAPHS), draw(self._negatives, _NEGATIVES)]
        replayed = sum(map(len, parts))
        labels = np.zeros(0, np.int64)
        if len(self._corrected):
            which = generator.integers(0, len(self._corrected), _CORRECTED)
            parts.append(self._corrected.images[which])
            labels = self._corrected.labels[which]
        if len(self._rejected):
            parts.append(draw(self._rejected.images, _REJECTED))
        pictures = augment(as_input(torch.from_numpy(np.concatenate(parts))), self._augmentation)  # (N, 1, 28, 28)
        with torch.no_grad():
            targets = ReplayTargets(self._teacher(pictures[:replayed]), torch.from_numpy(labels))
        return Batch(pictures, targets, replayed + len(labels))

    def loss(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return the distance from the teacher plus the loss of the corrections, a scalar, float32, at least 0.

        Args:
            logits: (N, classes), float32, any finite values.
            batch: What they answer.
        """
        targets: ReplayTargets = batch.targets
        replayed = len(targets.teacher)
        loss = _DISTILLATION_WEIGHT * distillation_kl(logits[:replayed], targets.teacher)
        if len(targets.labels):
            loss = loss + cross_entropy(logits[replayed : batch.examples], targets.labels)
        if len(logits) > batch.examples:
            loss = loss + 0.5 * outlier_exposure_loss(logits[batch.examples :])
        return loss

    def correct(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return how many pictures are read as the teacher or the correction says, a scalar, int64, at least 0.

        Args:
            logits: (N, classes), float32, any finite values.
            batch: What they answer.
        """
        targets: ReplayTargets = batch.targets
        wanted = torch.cat([targets.teacher.argmax(dim=1), targets.labels])
        return torch.sum(logits[: batch.examples].argmax(dim=1) == wanted)

    def score(self, network: nn.Module, split: Split) -> Score:
        """Return how well a network reads digits as they are.

        Args:
            network: From float32 (N, 1, 28, 28) to logits.
            split: The digits.
        """
        return score_digits(network, split, cross_entropy)


def distillation_kl(student: Tensor, teacher: Tensor) -> Tensor:
    """Return the mean Kullback-Leibler divergence of a student's answers from a teacher's, a scalar, float32, in nats.

    Args:
        student: (N, classes), float32, logits of any finite value.
        teacher: (N, classes), float32, logits of any finite value.

    Examples:
        >>> float(distillation_kl(torch.eye(3), torch.eye(3)))
        0.0
    """
    answers, target = (functional.log_softmax(logits, dim=1) for logits in (student, teacher))
    return functional.kl_div(answers, target, reduction="batchmean", log_target=True)
