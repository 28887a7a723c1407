"""Uncertainty of shares and mean losses that were measured on a number of digits. Knows no networks."""

import math

from inkdigits.core.formatting import percent
from inkdigits.core.messages import Message
from inkdigits.learn.evaluation.metrics import Evaluation

_Z = 1.96
"""Standard deviations of a 95 % interval."""


def wilson_interval(right: int, examples: int) -> tuple[float, float]:
    """Return the 95 % interval of a share. Wilson, 1927: it also holds for few digits and for shares near 0 or 1.

    Args:
        right: How many are right.
        examples: Of how many, at least 1.

    Examples:
        >>> low, high = wilson_interval(9, 10)
        >>> round(low, 3), round(high, 3)
        (0.596, 0.982)
    """
    share, spread = right / examples, _Z**2 / examples
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / examples + spread / (4 * examples)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def interval_of(evaluation: Evaluation) -> tuple[float, float]:
    """Return the 95 % interval of a split's accuracy.

    Args:
        evaluation: The metrics of the split.
    """
    return wilson_interval(evaluation.examples - evaluation.errors, evaluation.examples)


def surely_better(better: Evaluation, worse: Evaluation) -> bool:
    """Tell whether one split is read better than another beyond chance: the 95 % interval of the difference.

    Newcombe, 1998 (method 10), for independent digits.

    Args:
        better: The metrics of the split with the higher accuracy.
        worse: Those of the other.
    """
    low, high = interval_of(better)[0], interval_of(worse)[1]
    distance = math.hypot(better.accuracy - low, high - worse.accuracy)
    return better.accuracy - worse.accuracy > distance


def share_read(evaluation: Evaluation) -> Message:
    """Return the accuracy of a split in words, with the number of its digits.

    Args:
        evaluation: The metrics of the split.
    """
    return Message(
        "{share} of {count:,} {split} digits",
        share=percent(evaluation.accuracy, 1),
        count=evaluation.examples,
        split=Message({"train": "training"}.get(evaluation.split, evaluation.split)),
    )


def uncertainty(evaluation: Evaluation) -> Message:
    """Return the 95 % interval of a split's accuracy in words.

    Args:
        evaluation: The metrics of the split.
    """
    low, high = interval_of(evaluation)
    return Message("95 % interval {low} to {high}", low=percent(low, 1).removesuffix(" %"), high=percent(high, 1))


def describe_reading(evaluation: Evaluation) -> Message:
    """Return how well a split is read, with its uncertainty.

    Args:
        evaluation: The metrics of the split.
    """
    text = "{share} are read right ({interval})"
    return Message(text, share=share_read(evaluation), interval=uncertainty(evaluation))
