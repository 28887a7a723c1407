"""What a training is judged by: its curves, the finished network's metrics, and facts about data and recipe."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from inkdigits.learn.evaluation.metrics import Evaluation
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.evaluation.verdict.curves import TrainingCurves, training_curves
from inkdigits.learn.training.tasks.losses import LOSSES
from inkdigits.recipes.layers import Dropout
from inkdigits.recipes.optimizers import OptimizerSettings

_FEW = 100
"""A validation set of fewer digits gives way to a test set of more."""


@dataclass(frozen=True)
class Evidence:
    """What a training is judged by.

    Attributes:
        curves: Loss and accuracy while training.
        train: The finished network on the training digits, without dropout and augmentation.
        test: On the test digits.
        validation: On the validation digits; None where none were held back.
        loss_error: Standard error of the mean loss on the digits that the curves watch; None where they watch none.
        class_names: The name of each class.
        class_counts: Training digits of each class.
        pictures_differ: Whether the training pictures are not all the same.
        loss: The name of the loss, "cross_entropy" or "mean_squared_error".
        optimizer: The optimiser of the recipe.
        diverged: Whether the loss stopped being a finite number.
        changed_pictures: Whether training digits were changed (augmentation) or units dropped (dropout).
        writers: Who wrote the test digits, in a sentence, where that is known; else empty.
    """

    curves: TrainingCurves
    train: Evaluation
    test: Evaluation
    validation: Evaluation | None
    loss_error: float | None
    class_names: tuple[str, ...]
    class_counts: tuple[int, ...]
    pictures_differ: bool
    loss: str
    optimizer: OptimizerSettings
    diverged: bool = False
    changed_pictures: bool = False
    writers: str = ""

    @property
    def learning_rate(self) -> float:
        """The learning rate that was set."""
        return self.optimizer.learning_rate

    @property
    def unseen(self) -> Evaluation:
        """The digits that new ones are judged by: those held back, or the test digits if those are more and enough."""
        if self.validation is None or self.validation.examples < min(_FEW, self.test.examples):
            return self.test
        return self.validation

    @property
    def majority_share(self) -> float:
        """The share of the most frequent class among the training digits: what always giving it would get right."""
        return max(self.class_counts) / sum(self.class_counts)

    @property
    def guessing_loss(self) -> float:
        """The loss of a network that knows how frequent each class is and nothing else."""
        shares = np.array(self.class_counts) / sum(self.class_counts)
        if self.loss == "mean_squared_error":
            return float((1 - (shares**2).sum()) / len(shares))
        present = shares[shares > 0]
        return float(-(present * np.log(present)).sum())

    def skill(self, evaluation: Evaluation) -> float:
        """Return how far a split is read better than by always giving the most frequent class: 0 as well, 1 perfectly.

        Args:
            evaluation: Its metrics.
        """
        if self.majority_share == 1:
            return 0.0
        return (evaluation.accuracy - self.majority_share) / (1 - self.majority_share)


def gather_evidence(run: TrainedRun) -> Evidence:
    """Return what a run is judged by; the network predicts every split.

    Args:
        run: A run of a network for single digits.

    Raises:
        RunError: The run is not complete, or reads lines.
        DataError: Its data can't be found or has changed.
    """
    recipe, train = run.recipe, run.split("train")
    watched = "validation" if recipe.validation else "test" if recipe.watch_test else None
    return Evidence(
        curves=training_curves(run),
        train=run.evaluate("train"),
        test=run.evaluate("test"),
        validation=run.evaluate("validation") if recipe.validation else None,
        loss_error=_loss_error(run, watched) if watched else None,
        class_names=run.classes,
        class_counts=tuple(train.class_counts(len(run.classes)).tolist()),
        pictures_differ=bool((train.images != train.images[0]).any()),
        loss=recipe.loss,
        optimizer=recipe.optimizer,
        diverged=run.folder.status == "diverged",
        changed_pictures=recipe.augmentation is not None or any(isinstance(each, Dropout) for each in recipe.layers),
        writers=run.dataset.provenance.writers,
    )


def _loss_error(run: TrainedRun, split: str) -> float:
    """Return the standard error of a split's mean loss."""
    logits = run.logits(split)
    labels = torch.from_numpy(run.split(split).labels).to(logits.device)
    each = torch.func.vmap(LOSSES[run.recipe.loss])(logits[:, None], labels[:, None])  # (N,)
    return float(each.std(correction=0)) / math.sqrt(len(each))
