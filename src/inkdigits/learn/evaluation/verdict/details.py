"""What else is worth saying of a training beside its worst fault. Knows the evidence."""

from inkdigits.core.formatting import percent
from inkdigits.core.messages import Message
from inkdigits.learn.evaluation.verdict.evidence import Evidence
from inkdigits.learn.evaluation.verdict.intervals import share_read
from inkdigits.learn.evaluation.verdict.limits import find_other_test_digits

_NOTED_GAP = 0.02
"""A running accuracy this far from the finished network's is explained."""


def find_details(evidence: Evidence) -> tuple[Message, ...]:
    """Return what else a reader of the curves wants to know: early stopping, and why two figures differ.

    Args:
        evidence: What is known of a training whose network is of use.
    """
    found = (_early_stopping(evidence), _running_accuracy(evidence), find_other_test_digits(evidence))
    return tuple(sentence for sentence in found if sentence)


def _early_stopping(evidence: Evidence) -> Message | None:
    curves, kept = evidence.curves, evidence.curves.kept_position
    unit, last = Message(curves.unit), curves.positions[-1]
    if curves.stopped_early and kept is None:
        text = "Training stopped early at {unit} {last:,}, and its last weights were kept."
        return Message(text, unit=unit, last=last)
    if curves.stopped_early:
        text = "Training stopped early at {unit} {last:,}, and the weights of {unit} {kept:,} were kept."
        return Message(text, unit=unit, last=last, kept=kept)
    if kept is not None and kept != last:
        return Message("The weights of {unit} {kept:,}, the best, were kept.", unit=unit, kept=kept)
    return None


def _running_accuracy(evidence: Evidence) -> Message | None:
    running, train = evidence.curves.accuracy[-1], evidence.train
    if abs(train.accuracy - running) < _NOTED_GAP:
        return None
    text = (
        "The training curve ends at {running}: it counts answers given with dropout or augmentation, and while the "
        "weights still changed. The finished network reads {share} right."
        if evidence.changed_pictures
        else "The training curve ends at {running}: it counts answers given while the weights still changed. "
        "The finished network reads {share} right."
    )
    return Message(text, running=percent(running, 1), share=share_read(train))
