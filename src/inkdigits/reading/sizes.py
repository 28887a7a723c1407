"""How high the digits of a line are, whatever stands among them: marks, small zeros, long tails."""

import numpy as np

from inkdigits.reading.parts import Part


def usual_height(group: list[Part]) -> float:
    """Return the height of a digit: dots and commas are far lower, and tails make some parts higher."""
    tall = tall_parts(group)
    plain = without_tails(tall)
    return float(np.median([part.height for part in plain]))


def tall_parts(group: list[Part]) -> list[Part]:
    """Leave out dots, commas and whatever else is far lower than a digit."""
    heights = [part.height for part in group]
    high = float(np.quantile(heights, 0.8))
    # The higher ones may be mostly tail, and the lower ones mostly marks.
    least = 0.5 * float(np.clip(np.median(heights), 0.66 * high, high))
    return [part for part in group if part.height >= least]


def without_tails(parts: list[Part]) -> list[Part]:
    """Leave out digits with long tails: their heads are level with the others', and their feet are not.

    Where heads differ and feet are level, the lower ones are small zeros.
    """
    heights = np.array([part.height for part in parts], np.float64)
    is_long = heights > 1.25 * np.quantile(heights, 0.25)
    if is_long.all() or not is_long.any():
        return parts
    heads, feet = np.array([[part.top, part.bottom] for part in parts], np.float64).T
    head_gap, foot_gap = (abs(float(np.median(edge[is_long]) - np.median(edge[~is_long]))) for edge in (heads, feet))
    if foot_gap < 2 * head_gap:
        return parts
    return [part for part, long in zip(parts, is_long, strict=True) if not long]
