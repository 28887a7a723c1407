"""Why a training learned nothing. Knows the evidence, and how a learning rate is set."""

import math

from inkdigits.learn.evaluation.verdict.curves import recent_fall
from inkdigits.learn.evaluation.verdict.evidence import Evidence
from inkdigits.recipes.optimizers import lower_learning_rate, usual_learning_rate

_FAR = 10
"""A learning rate this many times the usual one, or a fraction of it as small, is suspected."""

_EXPLODED = 3
"""A training loss this many times that of guessing comes from weights that were thrown about."""

_MOVED = 0.02
"""A training loss that fell by less than this share over the whole training has not moved."""


def is_rate_high(evidence: Evidence) -> bool:
    """Tell whether the learning rate is far above the usual one.

    Args:
        evidence: What is known of the training.
    """
    return evidence.learning_rate > _FAR * usual_learning_rate(evidence.optimizer)


def lower_rate(evidence: Evidence) -> str:
    """Return the advice to lower the learning rate, with a value to try.

    Args:
        evidence: What is known of the training.
    """
    return f"try --set optimizer.learning_rate={lower_learning_rate(evidence.optimizer):g}"


def explain_failure(evidence: Evidence) -> str:
    """Return why nothing was learned, as far as data, recipe and curves show it, and what to do.

    Args:
        evidence: What is known of a training that learned nothing.
    """
    return _data_fault(evidence) or _rate_fault(evidence) or _curve_fault(evidence)


def _data_fault(evidence: Evidence) -> str | None:
    present = [name for name, count in zip(evidence.class_names, evidence.class_counts, strict=True) if count]
    if len(present) == 1:
        return f"Every training label is {present[0]}: look at the labels with `inkdigits data`."
    if not evidence.pictures_differ:
        return "All training pictures are the same: look at them with `inkdigits data … --samples digits.png`."
    return None


def _rate_fault(evidence: Evidence) -> str | None:
    rate, losses = evidence.learning_rate, [loss for loss in evidence.curves.loss if math.isfinite(loss)]
    highest = max(losses, default=0.0)
    if highest > _EXPLODED * evidence.guessing_loss:
        return (
            f"The learning rate, {rate:g}, is probably too high: the training loss reached {highest:.3g}, and guessing "
            f"has {evidence.guessing_loss:.3g}; {lower_rate(evidence)}."
        )
    if is_rate_high(evidence):
        return f"The learning rate, {rate:g}, is probably too high; {lower_rate(evidence)}."
    usual = usual_learning_rate(evidence.optimizer)
    if rate * _FAR < usual and (not losses or losses[-1] > (1 - _MOVED) * losses[0]):
        return (
            f"The learning rate, {rate:g}, is probably too low: the training loss hardly moved; "
            f"try --set optimizer.learning_rate={usual:g}."
        )
    return None


def _curve_fault(evidence: Evidence) -> str:
    curves, rate = evidence.curves, evidence.learning_rate
    val_fell = recent_fall(curves.val_loss) is not None if curves.val_loss else True
    if recent_fall(curves.loss) and val_fell:
        return "It was probably too short: the loss is still falling; train longer."
    if evidence.skill(evidence.train) > 2 * max(evidence.skill(evidence.unseen), 0.05):
        return (
            "It learned its own digits by heart and nothing that holds for others: the labels may not belong to the "
            "pictures (shuffled, or moved by one place); compare them with `inkdigits data … --samples digits.png`."
        )
    moved = f" hardly moved ({curves.loss[0]:.4g} to {curves.loss[-1]:.4g})" if curves.loss else " is unknown"
    return (
        f"The training loss{moved}: the learning rate, {rate:g}, may not fit (try {10 * rate:g} and {rate / 10:g}), or "
        f"the labels may not belong to the pictures (look with `inkdigits data … --samples digits.png`)."
    )
