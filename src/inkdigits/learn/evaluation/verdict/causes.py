"""Why a training learned nothing. Knows the evidence, and how a learning rate is set."""

import math

from inkdigits.core.messages import Message
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


def lower_rate(evidence: Evidence) -> Message:
    """Return the advice to lower the learning rate, with a value to try.

    Args:
        evidence: What is known of the training.
    """
    return _try_rate(lower_learning_rate(evidence.optimizer))


def _try_rate(rate: float) -> Message:
    return Message("try --set optimizer.learning_rate={rate:g}", rate=rate)


def explain_failure(evidence: Evidence) -> Message:
    """Return why nothing was learned, as far as data, recipe and curves show it, and what to do.

    Args:
        evidence: What is known of a training that learned nothing.
    """
    return _data_fault(evidence) or _rate_fault(evidence) or _curve_fault(evidence)


def _data_fault(evidence: Evidence) -> Message | None:
    present = [name for name, count in zip(evidence.class_names, evidence.class_counts, strict=True) if count]
    if len(present) == 1:
        text = "Every training label is {label}: look at the labels with `inkdigits data`."
        return Message(text, label=present[0])
    if not evidence.pictures_differ:
        return Message("All training pictures are the same: look at them with `inkdigits data … --samples digits.png`.")
    return None


def _rate_fault(evidence: Evidence) -> Message | None:
    rate, losses = evidence.learning_rate, [loss for loss in evidence.curves.loss if math.isfinite(loss)]
    highest = max(losses, default=0.0)
    if highest > _EXPLODED * evidence.guessing_loss:
        text = (
            "The learning rate, {rate:g}, is probably too high: the training loss reached {highest:.3g}, and guessing "
            "has {guessing:.3g}; {remedy}."
        )
        guessing, remedy = evidence.guessing_loss, lower_rate(evidence)
        return Message(text, rate=rate, highest=highest, guessing=guessing, remedy=remedy)
    if is_rate_high(evidence):
        text = "The learning rate, {rate:g}, is probably too high; {remedy}."
        return Message(text, rate=rate, remedy=lower_rate(evidence))
    usual = usual_learning_rate(evidence.optimizer)
    if rate * _FAR < usual and (not losses or losses[-1] > (1 - _MOVED) * losses[0]):
        text = "The learning rate, {rate:g}, is probably too low: the training loss hardly moved; {remedy}."
        return Message(text, rate=rate, remedy=_try_rate(usual))
    return None


def _curve_fault(evidence: Evidence) -> Message:
    curves, rate = evidence.curves, evidence.learning_rate
    val_fell = recent_fall(curves.val_loss) is not None if curves.val_loss else True
    if recent_fall(curves.loss) and val_fell:
        return Message("It was probably too short: the loss is still falling; train longer.")
    if evidence.skill(evidence.train) > 2 * max(evidence.skill(evidence.unseen), 0.05):
        return Message(
            "It learned its own digits by heart and nothing that holds for others: the labels may not belong to the "
            "pictures (shuffled, or moved by one place); compare them with `inkdigits data … --samples digits.png`."
        )
    loss = Message("The training loss is unknown")
    if curves.loss:
        text = "The training loss hardly moved ({first:.4g} to {last:.4g})"
        loss = Message(text, first=curves.loss[0], last=curves.loss[-1])
    text = (
        "{loss}: the learning rate, {rate:g}, may not fit (try {higher:g} and {lower:g}), or "
        "the labels may not belong to the pictures (look with `inkdigits data … --samples digits.png`)."
    )
    return Message(text, loss=loss, rate=rate, higher=10 * rate, lower=rate / 10)
