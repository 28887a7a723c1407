"""The strokes of a digit as one person wrote it -> the same as others would: bent, slanted, hurried, left open.

Lengths are in heights of a digit: y is 0 on the baseline and -1 at the head of a usual digit. Knows no pens and no ink.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.learn.synthesis.ink import PenPath


@dataclass(frozen=True)
class Habits:
    """How one person moves a pen.

    Attributes:
        bend: How far a smooth warp moves the strokes, in heights.
        hurry: Share of a stroke that corners are rounded over: fast writing.
        shorten: The greatest share of a stroke that is missing at either end: loops stay open.
        aspect: Width relative to what was written.
    """

    bend: float = 0.0
    hurry: float = 0.0
    shorten: float = 0.0
    aspect: float = 1.0


def sample_habits(generator: np.random.Generator) -> Habits:
    """Return the habits of a random person.

    Args:
        generator: Draws everything.
    """
    return Habits(
        bend=float(generator.uniform(0, 0.06)),
        hurry=float(generator.uniform(0.02, 0.14)) if generator.random() < 0.4 else 0.0,
        shorten=float(generator.uniform(0.02, 0.14)) if generator.random() < 0.35 else 0.0,
        aspect=float(np.clip(generator.normal(1, 0.15), 0.65, 1.5)),
    )


def rewrite(strokes: Sequence[PenPath], habits: Habits, generator: np.random.Generator) -> list[PenPath]:
    """Write strokes anew, with habits and by chance a little different each time.

    Args:
        strokes: Each (points, 2), float32, in heights.
        habits: The person's.
        generator: Draws the rest.

    Returns:
        As many strokes of other lengths, float32, in heights.

    Examples:
        >>> stroke = np.stack([np.zeros(9), np.linspace(-1, 0, 9)], axis=1).astype(np.float32)
        >>> [written] = rewrite([stroke], Habits(bend=0.05), np.random.default_rng(0))
        >>> written.shape, bool(np.abs(written - stroke).max() < 0.3)
        ((9, 2), True)
    """
    written = list(strokes)
    if habits.shorten:
        written = [_shortened(stroke, habits.shorten, generator) for stroke in written]
    if habits.hurry:
        written = [_hurried(stroke, habits.hurry * generator.uniform(0.5, 1)) for stroke in written]
    ends = np.cumsum([len(stroke) for stroke in written])[:-1]
    points = np.concatenate(written)
    points = points * np.array([habits.aspect * generator.normal(1, 0.05), 1], np.float32)
    if habits.bend:
        points = points + _warp(points, habits.bend, generator)
    return [np.asarray(part, np.float32) for part in np.split(points, ends)]


def slanted(strokes: Sequence[PenPath], slant: float, rotation: float) -> list[PenPath]:
    """Return strokes slanted and turned about the middle of the baseline.

    Args:
        strokes: Each (points, 2), float32, in any unit.
        slant: Shear: to the right per unit upwards.
        rotation: Radians, clockwise.
    """
    cosine, sine = np.cos(rotation), np.sin(rotation)
    # x' = x - slant y, then turned.
    matrix = np.array([[cosine, sine], [-slant * cosine - sine, -slant * sine + cosine]], np.float32)
    return [stroke @ matrix for stroke in strokes]


def with_tail(strokes: Sequence[PenPath], longer: float) -> list[PenPath]:
    """Return strokes that are longer below the middle of a digit.

    Args:
        strokes: Each (points, 2), float32, in heights.
        longer: By how many heights.
    """
    tailed = []
    for stroke in strokes:
        below = np.maximum(stroke[:, 1] + 0.45, 0) / 0.45
        tailed.append(stroke + np.stack([np.zeros(len(stroke)), longer * below], axis=1).astype(np.float32))
    return tailed


def _shortened(stroke: PenPath, most: float, generator: np.random.Generator) -> PenPath:
    if len(stroke) < 12:
        return stroke
    first, last = generator.uniform(0, most, 2) * len(stroke)
    return stroke[int(first) : len(stroke) - int(last)]


def _hurried(stroke: PenPath, share: float) -> PenPath:
    """Return the moving average of a stroke, with its ends where they are."""
    reach = int(share * len(stroke) / 2)
    if reach < 1 or len(stroke) < 6:
        return stroke
    padded = np.concatenate(
        [2 * stroke[:1] - stroke[reach:0:-1], stroke, 2 * stroke[-1:] - stroke[-2 : -reach - 2 : -1]]
    )
    sums = np.cumsum(np.concatenate([np.zeros((1, 2), np.float32), padded]), axis=0)
    window = 2 * reach + 1
    return np.asarray((sums[window:] - sums[:-window]) / window, np.float32)


def _warp(points: NDArray[np.float32], size: float, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return smooth displacements: a few waves across the digit."""
    angles, phases = generator.uniform(0, 2 * np.pi, (2, 3))
    waves = generator.uniform(0.4, 1.5, 3) * 2 * np.pi
    directions = np.stack([np.cos(angles), np.sin(angles)]) * waves  # (2, 3)
    offsets = generator.normal(0, size * 0.7, (3, 2))
    return np.asarray(np.sin(points @ directions + phases) @ offsets, np.float32)
