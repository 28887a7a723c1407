"""How high the digits of a line are, whatever stands among them: marks, small zeros, long tails."""

from inkdigits.core.quantiles import quantile
from inkdigits.read.layout.components import Part


def usual_height(group: list[Part]) -> float:
    """Return the height of a digit: dots and commas are far lower, and tails make some parts higher."""
    tall = tall_parts(group)
    plain = without_tails(tall)
    return quantile((part.height for part in plain), 0.5)


def tall_parts(group: list[Part]) -> list[Part]:
    """Leave out dots, commas and whatever else is far lower than a digit."""
    heights = [part.height for part in group]
    high = quantile(heights, 0.8)
    # The higher ones may be mostly tail, and the lower ones mostly marks.
    least = 0.5 * min(max(quantile(heights, 0.5), 0.66 * high), high)
    return [part for part in group if part.height >= least]


def without_tails(parts: list[Part]) -> list[Part]:
    """Leave out digits with long tails: their heads are level with the others', and their feet are not.

    Where heads differ and feet are level, the lower ones are small zeros.
    """
    least = 1.25 * quantile((part.height for part in parts), 0.25)
    long = [part for part in parts if part.height > least]
    plain = [part for part in parts if part.height <= least]
    if not long or not plain:
        return parts
    head_gap = abs(_median_head(long) - _median_head(plain))
    foot_gap = abs(_median_foot(long) - _median_foot(plain))
    return plain if foot_gap >= 2 * head_gap else parts


def _median_head(parts: list[Part]) -> float:
    return quantile((part.top for part in parts), 0.5)


def _median_foot(parts: list[Part]) -> float:
    return quantile((part.bottom for part in parts), 0.5)
