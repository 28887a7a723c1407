"""The faults that a training can have, each found by one function that returns a sentence or None.

Shares are those of the finished network, never the running ones of the training, and a difference counts only beyond
its uncertainty. Knows nothing of which fault matters more.
"""

import math

from inkdigits.core.formatting import percent
from inkdigits.core.messages import Message
from inkdigits.learn.evaluation.verdict.causes import explain_failure, is_rate_high, lower_rate
from inkdigits.learn.evaluation.verdict.curves import recent_fall
from inkdigits.learn.evaluation.verdict.evidence import Evidence
from inkdigits.learn.evaluation.verdict.intervals import (
    describe_reading,
    interval_of,
    share_read,
    surely_better,
)

_NO_SKILL = 0.1
"""Skill up to this is none: an untrained network reaches it by chance."""

_UNDER_FITTING = 0.85
"""An accuracy on the training digits below this is under-fitting."""

_RISE = 0.05
"""A watched loss above its minimum by more than this share may be over-fitting."""

_JUMP = 0.05
"""A training loss that rises by more than this share of the loss of guessing has jumped."""

_FAR_WORSE = 3
"""An error on new digits this many times that on the training digits is of another kind."""

_MEASURABLE = 30
"""With fewer new digits, nothing is said of how well they are read."""


def find_diverged(evidence: Evidence) -> Message | None:
    """Return that the loss stopped being a finite number.

    Args:
        evidence: What is known of the training.
    """
    curves = evidence.curves
    losses = zip(curves.positions, curves.loss, curves.val_loss or curves.loss, strict=True)
    broken = next((at for at, *values in losses if not all(map(math.isfinite, values))), None)
    if not evidence.diverged and broken is None:
        return None
    what = Message("Diverged: the loss stopped being a finite number.")
    if broken is not None:
        text = "Diverged: the loss stopped being a finite number at {unit} {position:,}."
        what = Message(text, unit=Message(curves.unit), position=broken)
    text = "{what} The learning rate, {rate:g}, is too high; {remedy}."
    return Message(text, what=what, rate=evidence.learning_rate, remedy=lower_rate(evidence))


def find_unmeasured(evidence: Evidence) -> Message | None:
    """Return that nothing was recorded.

    Args:
        evidence: What is known of the training.
    """
    if evidence.curves.positions:
        return None
    return Message("Nothing was measured while training, so there are no curves to judge; go on with --resume.")


def find_learned_nothing(evidence: Evidence) -> Message | None:
    """Return that the network does no better than a constant answer, and why it may be.

    Args:
        evidence: What is known of the training.
    """
    train, unseen = evidence.train, evidence.unseen
    nothing = evidence.skill(train) < _NO_SKILL
    by_heart = unseen.examples >= _MEASURABLE and evidence.skill(unseen) < _NO_SKILL
    if not nothing and not by_heart:
        return None
    if evidence.majority_share == 1:
        return Message("Learned nothing. {why}", why=explain_failure(evidence))
    shown = train if nothing else unseen
    almost = interval_of(shown)[0] > evidence.majority_share
    text = "{what} {share} are read right, and always giving the most frequent class gets {majority}. {why}"
    return Message(
        text,
        what=Message("Learned almost nothing:") if almost else Message("Learned nothing:"),
        share=share_read(shown),
        majority=percent(evidence.majority_share, 1),
        why=explain_failure(evidence),
    )


def find_learning_rate_too_high(evidence: Evidence) -> Message | None:
    """Return that answers are so sure and wrong that guessing would have a lower loss.

    Args:
        evidence: What is known of the training.
    """
    train = evidence.train
    if train.loss <= evidence.guessing_loss:
        return None
    text = (
        "Learning rate too high ({rate:g}): the training loss is {loss:.3g}, more than the {guessing:.3g} of guessing, "
        "because wrong answers are given with full confidence; {remedy}."
    )
    rate, guessing, remedy = evidence.learning_rate, evidence.guessing_loss, lower_rate(evidence)
    return Message(text, rate=rate, loss=train.loss, guessing=guessing, remedy=remedy)


def find_unstable(evidence: Evidence) -> Message | None:
    """Return that the training loss jumped after it had come down.

    Args:
        evidence: What is known of the training.
    """
    losses, positions = evidence.curves.loss, evidence.curves.positions
    for at in range(max(1, len(losses) // 3), len(losses)):
        lowest = min(losses[:at])
        if losses[at] > 2 * lowest and losses[at] - lowest > _JUMP * evidence.guessing_loss:
            return Message(
                "Unstable: the training loss had come down to {lowest:.3g} and jumped to {loss:.3g} at "
                "{unit} {position:,}; lower the learning rate ({rate:g}): {remedy}.",
                lowest=lowest,
                loss=losses[at],
                unit=Message(evidence.curves.unit),
                position=positions[at],
                rate=evidence.learning_rate,
                remedy=lower_rate(evidence),
            )
    return None


def find_under_fitting(evidence: Evidence) -> Message | None:
    """Return that the network can't read its own training digits.

    Args:
        evidence: What is known of the training.
    """
    train = evidence.train
    if interval_of(train)[1] >= _UNDER_FITTING or _errs_on_new_digits(evidence):
        return None
    if is_rate_high(evidence):
        text = "the learning rate, {rate:g}, is probably too high; {remedy}"
        remedy = Message(text, rate=evidence.learning_rate, remedy=lower_rate(evidence))
    elif recent_fall(evidence.curves.loss) or len(evidence.curves.loss) == 1:
        remedy = Message("train longer")
    else:
        remedy = Message("use a larger network or another learning rate")
    return Message("Under-fitting: only {share} are read right; {remedy}.", share=share_read(train), remedy=remedy)


def find_over_fitting(evidence: Evidence) -> Message | None:
    """Return since when the watched loss has risen, beyond its uncertainty, while the training loss fell.

    Args:
        evidence: What is known of the training.
    """
    curves = evidence.curves
    if not curves.val_loss or evidence.loss_error is None:
        return None
    best = min(range(len(curves.val_loss)), key=curves.val_loss.__getitem__)
    lowest, last = curves.val_loss[best], curves.val_loss[-1]
    is_noise = last - lowest <= max(_RISE * lowest, 2 * evidence.loss_error)
    is_kept = curves.kept_position is not None and curves.kept_position <= curves.positions[best]
    if is_noise or is_kept or curves.loss[-1] >= curves.loss[best]:
        return None
    watched = evidence.validation or evidence.test
    return Message(
        "Over-fitting since {unit} {position:,}: the {split} loss has risen from {lowest:.4f} to {last:.4f} "
        "({count:,} digits, ± {error:.2g}) while the training loss fell; stop earlier, or use dropout, augmentation or "
        "more digits.",
        unit=Message(curves.unit),
        position=curves.positions[best],
        split=Message(watched.split),
        lowest=lowest,
        last=last,
        count=watched.examples,
        error=2 * evidence.loss_error,
    )


def find_still_improving(evidence: Evidence) -> Message | None:
    """Return that the watched loss was still falling at the end.

    Args:
        evidence: What is known of the training.
    """
    curves = evidence.curves
    name, losses = (evidence.unseen.split, curves.val_loss) if curves.val_loss else ("training", curves.loss)
    found = recent_fall(losses)
    if curves.stopped_early or found is None or evidence.train.errors == 0 or _errs_on_new_digits(evidence):
        return None
    since, fall = found
    return Message(
        "Still improving: {reading}, and the {split} loss fell by {fall} since {unit} {position:,}; training longer "
        "may help.",
        reading=describe_reading(evidence.unseen),
        split=Message(name),
        fall=percent(fall, 0),
        unit=Message(curves.unit),
        position=curves.positions[since],
    )


def _errs_on_new_digits(evidence: Evidence) -> bool:
    """Tell whether there are far more errors on new digits than on the training digits: a longer training adds none."""
    train, unseen = evidence.train, evidence.unseen
    is_far_worse = 1 - unseen.accuracy > _FAR_WORSE * (1 - train.accuracy)
    return is_far_worse and surely_better(train, unseen)
