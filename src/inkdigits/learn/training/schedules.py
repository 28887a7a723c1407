"""Learning rate by step, as pure functions: going on from a checkpoint needs no state. Knows no torch."""

import math

from inkdigits.recipes.optimizers import Cosine, OneCycle, Schedule


def learning_rate_at(schedule: Schedule, base: float, step: int, steps: int) -> float:
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
    done = step / max(steps, 1)
    match schedule:
        case Cosine(warmup=warmup, final=final):
            if done < warmup:
                return base * (step + 1) / (warmup * steps + 1)
            return base * _glide(1.0, final, (done - warmup) / (1 - warmup))
        case OneCycle(rise=rise, start=start, final=final):
            if done < rise:
                return base * _glide(start, 1.0, done / rise)
            return base * _glide(1.0, final, (done - rise) / (1 - rise))
        case _:
            return base


def _glide(start: float, end: float, done: float) -> float:
    """Go from `start` to `end` along half a cosine wave."""
    return end + (start - end) * (1 + math.cos(math.pi * min(done, 1.0))) / 2
