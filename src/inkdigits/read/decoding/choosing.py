"""Several views of one line, and what the user knows -> its string, or why none fits. Knows no pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inkdigits.core.types import CTC_CLASSES
from inkdigits.read.decoding.constrained import decode_fitting
from inkdigits.read.decoding.ctc import Frames
from inkdigits.read.decoding.rescoring import DecodedLine
from inkdigits.read.decoding.signs import rescore_digits
from inkdigits.read.onnx_model import Metadata
from inkdigits.read.patterns.constraint import Constraint
from inkdigits.read.refusal import RefusalReason


@dataclass(frozen=True, eq=False)
class Choice:
    """The string of a line.

    Attributes:
        decoded: The string, the most likely of all where there is a reason.
        reason: Why nothing that the user asked for was found; empty if it was.
        texts: The most likely texts, where a list of them was asked for, each with its uncalibrated probability.
        log_fit: Natural logarithm of the probability that the line fits at all; 0 if everything fits.
    """

    decoded: DecodedLine
    reason: str = ""
    texts: tuple[tuple[str, float], ...] = ()
    log_fit: float = 0.0


def choose(views: Sequence[Frames], metadata: Metadata, constraint: Constraint | None) -> Choice:
    """Return the most likely string, or the most likely one that fits.

    Args:
        views: (T, C) each, float64, probabilities; the last class is the blank.
        metadata: Of the networks: what each class is.
        constraint: What the user knows and wants.
    """
    if constraint is None:
        return Choice(rescore_digits(views, len(metadata.digits)))
    automaton = constraint.automaton(metadata.classes)
    # Networks without the signs of the others can't tell whether a sign fits.
    alike = [number for number, view in enumerate(views) if view.shape[1] == len(metadata.classes) + CTC_CLASSES]
    fitting = decode_fitting(
        [views[number] for number in alike],
        automaton,
        metadata.digits,
        count=constraint.best or 1,
        check=constraint.check,
    )
    if fitting.decoded is None:
        reason = RefusalReason.NO_MATCH if fitting.is_no_match else RefusalReason.CHECK_FAILED
        return Choice(rescore_digits(views, len(metadata.digits)), reason)
    decoded = replace(fitting.decoded, view=alike[fitting.decoded.view])
    return Choice(decoded, "", fitting.texts if constraint.best else (), fitting.log_fit)
