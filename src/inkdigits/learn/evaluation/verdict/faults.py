"""The faults that a training can have, each found by one function that returns a sentence or None.

Shares are those of the finished network, never the running ones of the training, and a difference counts only beyond
its uncertainty. Knows nothing of which fault matters more.
"""

import math

from inkdigits.core.formatting import percent
from inkdigits.learn.evaluation.verdict.causes import explain_failure, is_rate_high, lower_rate
from inkdigits.learn.evaluation.verdict.curves import recent_fall
from inkdigits.learn.evaluation.verdict.evidence import Evidence
from inkdigits.learn.evaluation.verdict.intervals import (
    describe_reading,
    interval_of,
    share_read,
    surely_better,
    uncertainty,
)

_NO_SKILL = 0.1
"""Skill up to this is none: an untrained network reaches it by chance."""

_UNDER_FITTING = 0.85
"""An accuracy on the training digits below this is under-fitting."""

_GOOD = 0.95
"""A network that has converged below this accuracy on its own training digits is too small for them."""

_RISE = 0.05
"""A watched loss above its minimum by more than this share may be over-fitting."""

_JUMP = 0.05
"""A training loss that rises by more than this share of the loss of guessing has jumped."""

_GAP = 0.02
"""A difference of accuracies below this is not worth a word."""

_WIDE_GAP = 0.03
"""A distance of the training digits from new ones below this is usual."""

_FAR_WORSE = 3
"""An error on new digits this many times that on the training digits is of another kind."""

_FEW_TRAINING_DIGITS = 500
"""Fewer are too few to learn from."""

_WIDE = 0.2
"""A 95 % interval wider than this says little."""

_MEASURABLE = 30
"""With fewer new digits, nothing is said of how well they are read."""


def find_diverged(evidence: Evidence) -> str | None:
    """Return that the loss stopped being a finite number.

    Args:
        evidence: What is known of the training.
    """
    curves = evidence.curves
    losses = zip(curves.positions, curves.loss, curves.val_loss or curves.loss, strict=True)
    broken = next((at for at, *values in losses if not all(map(math.isfinite, values))), None)
    if not evidence.diverged and broken is None:
        return None
    at = f" at {curves.unit} {broken:,}" if broken is not None else ""
    return (
        f"Diverged: the loss stopped being a finite number{at}. The learning rate, {evidence.learning_rate:g}, is too "
        f"high; {lower_rate(evidence)}."
    )


def find_unmeasured(evidence: Evidence) -> str | None:
    """Return that nothing was recorded.

    Args:
        evidence: What is known of the training.
    """
    if evidence.curves.positions:
        return None
    return "Nothing was measured while training, so there are no curves to judge; go on with --resume."


def find_learned_nothing(evidence: Evidence) -> str | None:
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
        return f"Learned nothing. {explain_failure(evidence)}"
    shown = train if nothing else unseen
    almost = "almost " if interval_of(shown)[0] > evidence.majority_share else ""
    return (
        f"Learned {almost}nothing: {share_read(shown)} are read right, and always giving the most frequent class gets "
        f"{percent(evidence.majority_share, 1)}. {explain_failure(evidence)}"
    )


def find_learning_rate_too_high(evidence: Evidence) -> str | None:
    """Return that answers are so sure and wrong that guessing would have a lower loss.

    Args:
        evidence: What is known of the training.
    """
    train = evidence.train
    if train.loss <= evidence.guessing_loss:
        return None
    return (
        f"Learning rate too high ({evidence.learning_rate:g}): the training loss is {train.loss:.3g}, more than the "
        f"{evidence.guessing_loss:.3g} of guessing, because wrong answers are given with full confidence; "
        f"{lower_rate(evidence)}."
    )


def find_unstable(evidence: Evidence) -> str | None:
    """Return that the training loss jumped after it had come down.

    Args:
        evidence: What is known of the training.
    """
    losses, positions = evidence.curves.loss, evidence.curves.positions
    for at in range(max(1, len(losses) // 3), len(losses)):
        lowest = min(losses[:at])
        if losses[at] > 2 * lowest and losses[at] - lowest > _JUMP * evidence.guessing_loss:
            return (
                f"Unstable: the training loss had come down to {lowest:.3g} and jumped to {losses[at]:.3g} at "
                f"{evidence.curves.unit} {positions[at]:,}; lower the learning rate ({evidence.learning_rate:g}): "
                f"{lower_rate(evidence)}."
            )
    return None


def find_under_fitting(evidence: Evidence) -> str | None:
    """Return that the network can't read its own training digits.

    Args:
        evidence: What is known of the training.
    """
    train = evidence.train
    if interval_of(train)[1] >= _UNDER_FITTING or _errs_on_new_digits(evidence):
        return None
    if is_rate_high(evidence):
        remedy = f"the learning rate, {evidence.learning_rate:g}, is probably too high; {lower_rate(evidence)}"
    elif recent_fall(evidence.curves.loss) or len(evidence.curves.loss) == 1:
        remedy = "train longer"
    else:
        remedy = "use a larger network or another learning rate"
    return f"Under-fitting: only {share_read(train)} are read right; {remedy}."


def find_over_fitting(evidence: Evidence) -> str | None:
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
    return (
        f"Over-fitting since {curves.unit} {curves.positions[best]:,}: the {watched.split} loss has risen from "
        f"{lowest:.4f} to {last:.4f} ({watched.examples:,} digits, ± {2 * evidence.loss_error:.2g}) while the training "
        f"loss fell; stop earlier, or use dropout, augmentation or more digits."
    )


def find_still_improving(evidence: Evidence) -> str | None:
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
    return (
        f"Still improving: {describe_reading(evidence.unseen)}, and the {name} loss fell by {percent(fall, 0)} since "
        f"{curves.unit} {curves.positions[since]:,}; training longer may help."
    )


def _errs_on_new_digits(evidence: Evidence) -> bool:
    """Tell whether there are far more errors on new digits than on the training digits: a longer training adds none."""
    train, unseen = evidence.train, evidence.unseen
    is_far_worse = 1 - unseen.accuracy > _FAR_WORSE * (1 - train.accuracy)
    return is_far_worse and surely_better(train, unseen)


def find_gap(evidence: Evidence) -> str | None:
    """Return that training digits are read much better than new ones.

    Args:
        evidence: What is known of the training.
    """
    train, unseen = evidence.train, evidence.unseen
    if train.accuracy - unseen.accuracy < _WIDE_GAP or not surely_better(train, unseen):
        return None
    few = train.examples < _FEW_TRAINING_DIGITS
    remedy = "more training digits would help most" if few else "more training digits or augmentation would help"
    return (
        f"Over-fitting: {share_read(train)} are read right, but only {share_read(unseen)} ({uncertainty(unseen)}); "
        f"{remedy}."
    )


def find_too_few_digits(evidence: Evidence) -> str | None:
    """Return that too few digits were measured to say anything.

    Args:
        evidence: What is known of the training.
    """
    low, high = interval_of(evidence.unseen)
    if high - low <= _WIDE:
        return None
    return f"Too few digits to judge: {describe_reading(evidence.unseen)}; measure on more of them."


def find_other_test_digits(evidence: Evidence) -> str | None:
    """Return that test digits are read worse than validation digits.

    Args:
        evidence: What is known of the training.
    """
    validation, test = evidence.validation, evidence.test
    if validation is None or validation.accuracy - test.accuracy < _GAP or not surely_better(validation, test):
        return None
    why = f". {evidence.writers}" if evidence.writers else "; they may come from other writers."
    return f"Test digits are harder than validation digits: {describe_reading(test)}, but {share_read(validation)}{why}"


def find_one_record(evidence: Evidence) -> str | None:
    """Return that a single record makes no curve.

    Args:
        evidence: What is known of the training.
    """
    if len(evidence.curves.positions) > 1:
        return None
    return (
        f"Only one {evidence.curves.unit if evidence.curves.unit == 'epoch' else 'record'}: "
        f"{describe_reading(evidence.unseen)}; the curves can't say yet whether training longer would help."
    )


def find_converged(evidence: Evidence) -> str | None:
    """Return that the loss has settled although the training digits are not all read.

    Args:
        evidence: What is known of the training.
    """
    if evidence.train.accuracy >= _GOOD:
        return None
    return (
        f"Converged: {describe_reading(evidence.unseen)}; of the training digits it is "
        f"{percent(evidence.train.accuracy, 1)}, so a larger network would help more than training longer."
    )
