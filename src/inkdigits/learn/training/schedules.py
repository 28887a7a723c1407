"""The learning rate of each step, as pure functions: a checkpoint needs no state of them. Knows no torch."""

import math

from inkdigits.recipes.optimizers import Cosine, OneCycle, ScheduleSettings


def learning_rate_at(schedule: ScheduleSettings, base: float, step: int, steps: int) -> float:
    """Return the learning rate of one step.

    Args:
        schedule: The recipe's schedule.
        base: The optimiser's learning rate, which is the highest.
        step: The step about to be taken, from 0.
        steps: How many there are in all.

    Examples:
        >>> from inkdigits.recipes.optimizers import Cosine
        >>> [round(learning_rate_at(Cosine(name="cosine"), 1.0, step, 4), 2) for step in range(5)]
        [1.0, 0.85, 0.5, 0.15, 0.0]
    """
    progress = step / max(steps, 1)
    match schedule:
        case Cosine(warmup=warmup, final=final):
            if progress < warmup:
                return base * (step + 1) / (warmup * steps + 1)
            return base * _half_cosine(1.0, final, (progress - warmup) / (1 - warmup))
        case OneCycle(rise=rise, start=start, final=final):
            if progress < rise:
                return base * _half_cosine(start, 1.0, progress / rise)
            return base * _half_cosine(1.0, final, (progress - rise) / (1 - rise))
        case _:
            return base


def _half_cosine(start: float, end: float, progress: float) -> float:
    """Go from `start` to `end` along half a cosine wave."""
    return end + (start - end) * (1 + math.cos(math.pi * min(progress, 1.0))) / 2
