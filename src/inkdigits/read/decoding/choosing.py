"""Several views of one line, and what the user knows -> its string, or why none fits. Knows no pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inkdigits.core.types import CTC_CLASSES
from inkdigits.read.decoding.constrained import decode_fitting
from inkdigits.read.decoding.ctc import Frames
from inkdigits.read.decoding.rescoring import DecodedLine
from inkdigits.read.decoding.signs import add_signs, rescore_digits, signs_as_blanks
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
    digits = len(metadata.digits)
    knowing = [number for number, view in enumerate(views) if view.shape[1] > digits + CTC_CLASSES]
    if constraint.has_signs and knowing:
        # Networks without signs can't tell whether one fits.
        seen, numbers, names = [views[number] for number in knowing], knowing, metadata.classes
    elif len(knowing) < len(views):
        seen, numbers, names = (
            [signs_as_blanks(view, digits) for view in views],
            list(range(len(views))),
            metadata.digits,
        )
    else:
        seen, numbers, names = list(views), list(range(len(views))), metadata.classes
    automaton = constraint.automaton(names)
    fitting = decode_fitting(seen, automaton, metadata.digits, count=constraint.best or 1, check=constraint.check)
    if fitting.decoded is None:
        reason = RefusalReason.NO_MATCH if fitting.is_no_match else RefusalReason.CHECK_FAILED
        return Choice(rescore_digits(views, digits), reason)
    decoded = replace(fitting.decoded, view=numbers[fitting.decoded.view])
    if names != metadata.classes:
        decoded = add_signs(decoded, views, digits)
    return Choice(decoded, "", fitting.texts if constraint.best else (), fitting.log_fit)
