"""What else is worth saying of a training beside its worst fault. Knows the evidence."""

from inkdigits.core.formatting import percent
from inkdigits.learn.evaluation.verdict.evidence import Evidence
from inkdigits.learn.evaluation.verdict.faults import find_other_test_digits
from inkdigits.learn.evaluation.verdict.intervals import share_read

_NOTED_GAP = 0.02
"""A running accuracy this far from the finished network's is explained."""


def find_details(evidence: Evidence) -> tuple[str, ...]:
    """Return what else a reader of the curves wants to know: early stopping, and why two figures differ.

    Args:
        evidence: What is known of a training whose network is of use.
    """
    found = (_early_stopping(evidence), _running_accuracy(evidence), find_other_test_digits(evidence))
    return tuple(sentence for sentence in found if sentence)


def _early_stopping(evidence: Evidence) -> str | None:
    curves, kept = evidence.curves, evidence.curves.kept_position
    if curves.stopped_early:
        weights = f"the weights of {curves.unit} {kept:,} were" if kept is not None else "its last weights were"
        return f"Training stopped early at {curves.unit} {curves.positions[-1]:,}, and {weights} kept."
    if kept is not None and kept != curves.positions[-1]:
        return f"The weights of {curves.unit} {kept:,}, the best, were kept."
    return None


def _running_accuracy(evidence: Evidence) -> str | None:
    running, train = evidence.curves.accuracy[-1], evidence.train
    if abs(train.accuracy - running) < _NOTED_GAP:
        return None
    how = "with dropout or augmentation, and while" if evidence.changed_pictures else "while"
    return (
        f"The training curve ends at {percent(running, 1)}: it counts answers given {how} the weights still changed. "
        f"The finished network reads {share_read(train)} right."
    )
