"""What is known of a reading -> the features that its confidence is computed from. Knows no weights."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MIN_LOG_PROBABILITY = -8.0
"""Nats: less says no more."""

_MIN_VIEW_LOG_PROBABILITY = -15.0
"""Nats: the same for one view."""

_MIN_MARGIN, _MAX_MARGIN = -3.0, 9.0
"""Nats: what lies outside says no more."""

_MAX_LOG_LIKELIHOOD_RATIO = 16.0
"""Nats a digit: beyond this a larger ratio says no more."""

_SHARE_OFFSET = 0.03
"""Added to a share before its logarithm is taken: a smaller share says no more."""

Features = Mapping[str, float]
"""Numbers by their names, as `calibration.json` has them."""


@dataclass(frozen=True)
class SingleEvidence:
    """The evidence for a picture of one digit.

    Attributes:
        probability: That the network gives the digit, 0 … 1.
        mean_view_probability: The same, mean over views of it that are turned and scaled a little.
        least_view_probability: The same in the view in which it is least likely.
        ink_share: The share of everything darker than the paper that is the digit, 0 … 1: in texture it is small.
    """

    probability: float
    mean_view_probability: float
    least_view_probability: float
    ink_share: float

    @property
    def features(self) -> Features:
        """What tells a digit that was read rightly from others, and from what is no digit."""
        return {
            "probability": _logit(self.probability, 1e-3),
            "mean_view": _logit(self.mean_view_probability, 1e-3),
            "least_view": _logit(self.least_view_probability, 1e-3),
            "ink_share": math.log(self.ink_share + _SHARE_OFFSET),
        }


@dataclass(frozen=True)
class LineEvidence:
    """The evidence for a line.

    Attributes:
        log_probability: Natural logarithm of the string's probability, mean over the views.
        least_view_log_probability: The same in the view in which it is least likely.
        margin: How much likelier the string is than all other candidates together, in nats; may be infinite.
        agreement: The share of the views whose own best path gives the string, 0 … 1.
        least_posterior: The probability of the least certain label, 0 … 1.
        log_likelihood_ratio: How much likelier the string is than an empty line, in nats a digit.
        witness: The probability that the single-digit network gives each digit, 0 … 1.
        is_only_ones: Whether only 1s were read: edges, cracks and smears look like 1s.
        readable_share: The share of the page's ink in lines that are readable, 0 … 1.
        single: Of a line of one digit: what its surroundings look like as a picture of one digit. None for others.
    """

    log_probability: float
    least_view_log_probability: float
    margin: float
    agreement: float
    least_posterior: float
    log_likelihood_ratio: float
    witness: tuple[float, ...]
    is_only_ones: bool
    readable_share: float
    single: SingleEvidence | None = None

    @property
    def text_features(self) -> Features:
        """What tells a right text from a wrong one, if the line is writing."""
        witness = [_logit(probability, 0.01) for probability in self.witness]
        return {
            "log_probability": max(self.log_probability, _MIN_LOG_PROBABILITY),
            "logit": _logit(math.exp(self.log_probability), 1e-6),
            "least_view": max(self.least_view_log_probability, _MIN_VIEW_LOG_PROBABILITY),
            "margin": min(max(self.margin, _MIN_MARGIN), _MAX_MARGIN),
            "agreement": self.agreement,
            "least_posterior": _logit(self.least_posterior, 1e-4),
            "least_witness": _logit(min(self.witness), 1e-4),
            "mean_witness": sum(witness) / len(witness),
            "length": math.log(len(self.witness)),
        }

    @property
    def writing_features(self) -> Features:
        """What tells writing from walls, arrows and stains."""
        features = {
            "log_likelihood_ratio": min(self.log_likelihood_ratio, _MAX_LOG_LIKELIHOOD_RATIO),
            "readable_share": math.log(min(self.readable_share, 1.0) + _SHARE_OFFSET),
            "only_ones": float(self.is_only_ones),
            "least_witness": _logit(min(self.witness), 1e-4),
        }
        if self.single is None:
            return features | {
                "log_probability": max(self.log_probability, _MIN_LOG_PROBABILITY),
                "length": math.log(len(self.witness)),
            }
        return features | {f"single_{name}": value for name, value in self.single.features.items()}


@dataclass(frozen=True)
class CellEvidence:
    """The evidence for what was read in a cell of a form.

    Attributes:
        probability: That the networks give the text of the cell, and that it is digits, 0 … 1.
        clearness: How much the cell looks like its text, 0 … 1.
        witness: The least probability that the single-digit network gives a digit of the cell, 0 … 1.
        length: How many digits it has.
        holds_one: Whether a cell holds one digit or none: that of a comb.
    """

    probability: float
    clearness: float
    witness: float
    length: int
    holds_one: bool

    @property
    def features(self) -> Features:
        """What tells a cell that was read rightly from others."""
        return {
            "probability": _logit(self.probability, 1e-4),
            "clearness": _logit(self.clearness, 1e-3),
            "witness": _logit(self.witness, 1e-3),
            "length": math.log(self.length),
            "holds_one": float(self.holds_one),
        }


def comb_features(cells: Sequence[float]) -> Features:
    """Return what tells a comb that was read rightly from others.

    Args:
        cells: The confidence of each cell with a digit, 0 … 1.

    Examples:
        >>> comb_features([0.5])
        {'product': 0.0, 'least': 0.0, 'length': 0.0}
    """
    return {
        "product": _logit(math.prod(cells), 1e-4),
        "least": _logit(min(cells), 1e-4),
        "length": math.log(len(cells)),
    }


def digit_features(posterior: float, witness: float, text_probability: float) -> Features:
    """Return what tells a right digit of a line from a wrong one, if the line is writing.

    Args:
        posterior: The probability of the digit if the others are right, 0 … 1.
        witness: The probability that the single-digit network gives it, 0 … 1.
        text_probability: The probability that the text of its line is right, 0 … 1.

    Examples:
        >>> digit_features(0.5, 0.5, 0.5)
        {'posterior': 0.0, 'witness': 0.0, 'text': 0.0}
    """
    return {
        "posterior": _logit(posterior, 1e-4),
        "witness": _logit(witness, 1e-3),
        "text": _logit(text_probability, 1e-3),
    }


def _logit(probability: float, nearest: float) -> float:
    """Return the logit of a probability, which is kept `nearest` away from 0 and 1."""
    kept = min(max(probability, nearest), 1 - nearest)
    return math.log(kept / (1 - kept))
