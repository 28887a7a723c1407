"""Texts that a line may have, each with its probability. Knows nothing of how they were found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Candidate:
    """A text that a line may have.

    Attributes:
        text: Its digits.
        confidence: Probability that it is right, 0 … 1.
    """

    text: str
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of the public contract."""
        return {"text": self.text, "confidence": round(self.confidence, 4)}


_LEAST = 1e-9
"""A probability that is divided by is at least this."""


def candidates_of(texts: Sequence[tuple[str, float]], confidence: float) -> tuple[Candidate, ...]:
    """Return candidates whose first has the confidence of the line; the others lose alike.

    Args:
        texts: The most likely first, each with its uncalibrated probability.
        confidence: The calibrated probability that the first is right, 0 … 1.

    Examples:
        >>> candidates_of([("17", 0.6), ("11", 0.3)], 0.8)
        (Candidate(text='17', confidence=0.8), Candidate(text='11', confidence=0.15))
    """
    if not texts:
        return ()
    likeliest = texts[0][1]
    # What makes the first less likely makes the others so, too: perhaps it is no writing.
    share = min(confidence / max(likeliest, _LEAST), (1 - confidence) / max(1 - likeliest, _LEAST))
    others = (Candidate(text, round(share * probability, 4)) for text, probability in texts[1:])
    return (Candidate(texts[0][0], confidence), *others)


def join_candidates(parts: Sequence[Sequence[Candidate]], count: int) -> tuple[Candidate, ...]:
    """Return the most likely texts of a row whose cells are independent.

    Args:
        parts: The candidates of each cell.
        count: At most so many.

    Examples:
        >>> seven, eleven = Candidate("7", 0.9), [Candidate("11", 0.8), Candidate("17", 0.2)]
        >>> [one.text for one in join_candidates([[seven], eleven], 5)]
        ['711', '717']
    """
    joined = [Candidate("", 1.0)]
    for part in parts:
        pairs = [Candidate(a.text + b.text, a.confidence * b.confidence) for a in joined for b in part]
        joined = sorted(pairs, key=lambda one: -one.confidence)[:count]
    return tuple(joined)
