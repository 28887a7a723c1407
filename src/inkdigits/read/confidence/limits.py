"""What a user accepts -> the least confidence of what is read. Knows no pictures."""

from collections.abc import Mapping

from inkdigits.read.confidence.calibration import KINDS, Kind, load_calibration

MIN_CONFIDENCE = 0.5
"""Default least confidence: what is likelier wrong than right is refused."""


def least_confidences(min_confidence: float | None, max_error: float | None) -> Mapping[Kind, float]:
    """Return the least confidence of lines and of single digits.

    Args:
        min_confidence: Least confidence, 0 … 1, in place of 0.5.
        max_error: The share of errors to expect, 0 … 1, in place of `min_confidence`.

    Raises:
        ValueError: Both are given, or one is outside 0 … 1.
        LimitError: No confidence keeps `max_error`.

    Examples:
        >>> least_confidences(0.7, None)
        {'lines': 0.7, 'single': 0.7}
    """
    for name, value in (("min_confidence", min_confidence), ("max_error", max_error)):
        if value is not None and not 0 <= value <= 1:
            raise ValueError(f"{name} is {value}, expected 0 … 1")
    if max_error is None:
        least = MIN_CONFIDENCE if min_confidence is None else min_confidence
        return {"lines": least, "single": least}
    if min_confidence is not None:
        raise ValueError(f"min_confidence is {min_confidence} and max_error {max_error}, expected one of them")
    calibration = load_calibration()
    return {kind: calibration.min_confidence(max_error, kind) for kind in KINDS}
