"""What limits a training that works: a gap to new digits, too few or other digits, a single record, a small network.

Each is found by one function that returns a sentence or None. Knows nothing of which matters more.
"""

from inkdigits.core.formatting import percent
from inkdigits.core.messages import Message
from inkdigits.learn.evaluation.verdict.evidence import Evidence
from inkdigits.learn.evaluation.verdict.intervals import (
    describe_reading,
    interval_of,
    share_read,
    surely_better,
    uncertainty,
)

_GOOD = 0.95
"""A network that has converged below this accuracy on its own training digits is too small for them."""

_GAP = 0.02
"""A difference of accuracies below this is not worth a word."""

_WIDE_GAP = 0.03
"""A distance of the training digits from new ones below this is usual."""

_FEW_TRAINING_DIGITS = 500
"""Fewer are too few to learn from."""

_WIDE = 0.2
"""A 95 % interval wider than this says little."""


def find_gap(evidence: Evidence) -> Message | None:
    """Return that training digits are read much better than new ones.

    Args:
        evidence: What is known of the training.
    """
    train, unseen = evidence.train, evidence.unseen
    if train.accuracy - unseen.accuracy < _WIDE_GAP or not surely_better(train, unseen):
        return None
    few = train.examples < _FEW_TRAINING_DIGITS
    remedy = "more training digits would help most" if few else "more training digits or augmentation would help"
    return Message(
        "Over-fitting: {train} are read right, but only {unseen} ({interval}); {remedy}.",
        train=share_read(train),
        unseen=share_read(unseen),
        interval=uncertainty(unseen),
        remedy=Message(remedy),
    )


def find_too_few_digits(evidence: Evidence) -> Message | None:
    """Return that too few digits were measured to say anything.

    Args:
        evidence: What is known of the training.
    """
    low, high = interval_of(evidence.unseen)
    if high - low <= _WIDE:
        return None
    text = "Too few digits to judge: {reading}; measure on more of them."
    return Message(text, reading=describe_reading(evidence.unseen))


def find_other_test_digits(evidence: Evidence) -> Message | None:
    """Return that test digits are read worse than validation digits.

    Args:
        evidence: What is known of the training.
    """
    validation, test = evidence.validation, evidence.test
    if validation is None or validation.accuracy - test.accuracy < _GAP or not surely_better(validation, test):
        return None
    what, share = describe_reading(test), share_read(validation)
    if not evidence.writers:
        text = (
            "Test digits are harder than validation digits: {test}, but {validation}; they may come from other writers."
        )
        return Message(text, test=what, validation=share)
    text = "Test digits are harder than validation digits: {test}, but {validation}. {writers}"
    return Message(text, test=what, validation=share, writers=Message(evidence.writers))


def find_one_record(evidence: Evidence) -> Message | None:
    """Return that a single record makes no curve.

    Args:
        evidence: What is known of the training.
    """
    if len(evidence.curves.positions) > 1:
        return None
    return Message(
        "Only one {unit}: {reading}; the curves can't say yet whether training longer would help.",
        unit=Message(evidence.curves.unit if evidence.curves.unit == "epoch" else "record"),
        reading=describe_reading(evidence.unseen),
    )


def find_converged(evidence: Evidence) -> Message | None:
    """Return that the loss has settled although the training digits are not all read.

    Args:
        evidence: What is known of the training.
    """
    if evidence.train.accuracy >= _GOOD:
        return None
    return Message(
        "Converged: {reading}; of the training digits it is {share}, so a larger network would help more than training "
        "longer.",
        reading=describe_reading(evidence.unseen),
        share=percent(evidence.train.accuracy, 1),
    )
