"""Training curves, and whether a loss still falls. Knows run folders and plain numbers."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.training.plan import make_plan

_IMPROVING_FALL = 0.03
"""A loss that fell by more than this share over the last fifth of training still improves."""


@dataclass(frozen=True)
class TrainingCurves:
    """Loss and accuracy during training, one value for each position.

    Attributes:
        positions: Epochs or steps after which each value was measured, rising.
        unit: "epoch" or "step".
        loss: On the training digits, each with the weights of its step, dropout and augmentation.
        accuracy: Likewise.
        val_loss: On the validation set; None where there was none.
        val_accuracy: On the validation set; None where there was none.
        validation_name: The validation set: "validation" or "test (watched, never selected on)".
        stopped_early: Whether early stopping ended the training.
        kept_position: The position whose weights were kept; None for the last one.
    """

    positions: tuple[int, ...]
    unit: str
    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    val_loss: tuple[float, ...] | None = None
    val_accuracy: tuple[float, ...] | None = None
    validation_name: str = "validation"
    stopped_early: bool = False
    kept_position: int | None = None


def training_curves(run: TrainedRun) -> TrainingCurves:
    """Return the curves of a run.

    Args:
        run: A finished or interrupted run.
    """
    recipe, history, metadata = run.recipe, run.history, run.folder.metadata
    by_steps = recipe.steps is not None
    positions = [record.step if by_steps else round(record.epoch) for record in history.records]
    steps = [record.step for record in history.records]
    kept = metadata.get("best_step")
    planned = make_plan(recipe, len(run.split("train"))).steps
    return TrainingCurves(
        positions=tuple(positions),
        unit="step" if by_steps else "epoch",
        loss=tuple(history["loss"]),
        accuracy=tuple(history["accuracy"]),
        val_loss=tuple(history["val_loss"]) or None,
        val_accuracy=tuple(history["val_accuracy"]) or None,
        validation_name="test (watched, never selected on)" if recipe.watch_test else "validation",
        stopped_early=metadata["status"] == "complete" and metadata["steps"] < planned,
        kept_position=positions[steps.index(kept)] if kept in steps and kept != steps[-1] else None,
    )


def recent_fall(losses: Sequence[float]) -> tuple[int, float] | None:
    """Return where the last fifth of a curve begins and the share by which it fell since; None if it did not fall.

    A fall of a few per cent, or one within the curve's own noise, is none.

    Args:
        losses: The curve, one value a record.

    Examples:
        >>> recent_fall([1.0, 0.8, 0.6]), recent_fall([0.5, 0.31, 0.29, 0.3, 0.28, 0.31, 0.29])
        ((1, 0.25), None)
    """
    if len(losses) < 2:
        return None
    since = len(losses) - 1 - max(1, len(losses) // 5)
    fall = losses[since] - losses[-1]
    if not losses[since] > 0 or fall <= max(_IMPROVING_FALL * losses[since], 2 * _noise(losses)):
        return None
    return since, round(fall / losses[since], 6)


def _noise(losses: Sequence[float]) -> float:
    """Return the standard deviation of a curve's last half around its course, from its second differences.

    White noise of variance v has second differences of variance 6 v. A curve that only falls shows none: its second
    differences are its bend.
    """
    half = losses[len(losses) // 2 :]
    if all(later <= before for before, later in pairwise(half)):
        return 0.0
    bends = [before - 2 * here + after for before, here, after in zip(half, half[1:], half[2:], strict=False)]
    return math.sqrt(statistics.fmean(bend**2 for bend in bends) / 6) if bends else 0.0
