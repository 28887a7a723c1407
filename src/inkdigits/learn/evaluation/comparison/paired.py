"""Statistics of pairs: two networks on the same digits, two recipes with the same seeds. Knows only numbers."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.05
"""Differences whose p-value is below are beyond chance; intervals cover 95 %."""

_GRID = 300
"""Quantiles of each of two distributions whose product is taken: the ends are right to a hundredth of a point."""


@dataclass(frozen=True)
class PairedDifference:
    """A difference of two shares or means with its uncertainty.

    Attributes:
        value: The second minus the first.
        low: Lower end of its 95 % interval.
        high: Upper end.
        p_value: The probability of a difference at least this far from 0 if there were none.
    """

    value: float
    low: float
    high: float
    p_value: float


def mcnemar_p_value(only_first: int, only_second: int) -> float:
    """Return the two-sided p-value of McNemar's exact test.

    Only digits that one network reads and the other does not say anything about the difference. If both are equally
    good, each of these is as likely to fall to the one as to the other.

    Args:
        only_first: Digits that only the first reads right.
        only_second: Digits that only the second reads right.

    Source: McNemar, "Note on the sampling error of the difference between correlated proportions", 1947.

    Examples:
        >>> round(mcnemar_p_value(1, 7), 4)
        0.0703
    """
    fewer, both = min(only_first, only_second), only_first + only_second
    # Whole numbers are exact for any count, where floats would underflow.
    tail = sum(math.comb(both, number) for number in range(fewer + 1))
    share: float = tail / 2**both
    return min(1.0, 2 * share)


def paired_share_difference(only_first: int, only_second: int, examples: int) -> PairedDifference:
    """Return how many more of the same digits the second network reads, as a share of all.

    The interval leaves out 0 exactly where McNemar's exact test gives less than 5 %.

    Args:
        only_first: Digits that only the first reads right.
        only_second: Digits that only the second reads right.
        examples: All digits, at least 1.

    Source: Fay and Lumbard, "Confidence intervals for difference in proportions for matched pairs compatible with
        exact McNemar's or sign tests", 2021.

    Examples:
        >>> found = paired_share_difference(1, 7, 21)
        >>> round(found.value, 3), found.low < 0 < found.high
        (0.286, True)
    """
    both = only_first + only_second
    p_value = mcnemar_p_value(only_first, only_second)
    low = _lower_end(only_second, both, examples)
    high = -_lower_end(only_first, both, examples)
    return PairedDifference((only_second - only_first) / examples, low, high, p_value)


def _lower_end(wins: int, both: int, examples: int) -> float:
    """Return the lower end of the interval of (wins - losses) / examples, by confidence distributions of two shares.

    The share of digits that exactly one reads, and among these the share of wins: each has the beta distribution of
    its Clopper-Pearson limits, and their product is taken over a grid of quantiles.
    """
    if not wins:
        # No win says nothing of how few there may be: the limit of losses alone.
        return -_beta_quantile(1 - LEVEL / 2, both + 1, examples - both)
    quantiles = (np.arange(_GRID) + 0.5) / _GRID
    shares = _beta_quantiles(quantiles, wins, both - wins + 1)  # (_GRID,)
    balance = 2 * shares - 1
    few = _beta_quantiles(quantiles, both, examples - both + 1)[:, None] * np.maximum(balance, 0)
    many = _beta_quantiles(quantiles, both + 1, examples - both)[:, None] * np.minimum(balance, 0)
    return float(np.quantile(few + many, LEVEL / 2))


def _beta_quantiles(quantiles: NDArray[np.float64], a: int, b: int) -> NDArray[np.float64]:
    # A beta distribution with a parameter of 0 is a single point.
    if not b:
        return np.ones_like(quantiles)
    from scipy.special import betaincinv  # noqa: PLC0415  takes a tenth of a second to import

    return np.asarray(betaincinv(a, b, quantiles), np.float64)


def _beta_quantile(quantile: float, a: int, b: int) -> float:
    return float(_beta_quantiles(np.array([quantile]), a, b)[0])


def paired_mean_difference(
    first: Sequence[float], second: Sequence[float], *, resolution: float = 0.0
) -> PairedDifference:
    """Return the mean of paired differences with its interval, by Student's t distribution.

    Args:
        first: One value for each seed, at least two.
        second: Those of the other recipe with the same seeds.
        resolution: The step in which a value can differ. Two seeds that happen to agree to the digit would otherwise
            have an interval of no width.

    Examples:
        >>> found = paired_mean_difference([0.97, 0.98, 0.97], [0.98, 0.99, 0.99])
        >>> round(found.value, 4), round(found.low, 4), round(found.p_value, 4)
        (0.0133, -0.001, 0.0572)
    """
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415  as above

    differences = [after - before for before, after in zip(first, second, strict=True)]
    freedom = len(differences) - 1
    mean = statistics.fmean(differences)
    # Rounding both values to steps gives a difference of this standard deviation at least.
    deviation = max(statistics.stdev(differences), resolution / math.sqrt(6))
    error = deviation / math.sqrt(len(differences))
    if error == 0:
        return PairedDifference(mean, mean, mean, 1.0 if mean == 0 else 0.0)
    half = float(stdtrit(freedom, 1 - LEVEL / 2)) * error
    return PairedDifference(mean, mean - half, mean + half, 2 * float(stdtr(freedom, -abs(mean) / error)))


def adjust_p_values(p_values: Sequence[float]) -> list[float]:
    """Return p-values of several tests, raised so that all of them together err with 5 %: Holm's method.

    Args:
        p_values: One for each test.

    Source: Holm, "A simple sequentially rejective multiple test procedure", 1979.

    Examples:
        >>> adjust_p_values([0.01, 0.04, 0.03])
        [0.03, 0.06, 0.06]
    """
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = largest
    return adjusted
