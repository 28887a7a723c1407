"""How one person writes a line: sizes, slant, gaps, habits. Knows nothing of pictures."""

from dataclasses import dataclass

import numpy as np

TAILED_DIGITS = (4, 7, 9)
"""Digits that people end with a long stroke downwards."""

_MAX_EXTENT = 31.0
"""Height in pixels of a whole line with its tails."""


@dataclass(frozen=True)
class WriterStyle:
    """The handwriting of one person in one line; lengths are in pixels of the line image.

    Attributes:
        height: Of a digit.
        width_scale: Width of a digit relative to MNIST's.
        slant: Shear: pixels to the right per pixel upwards.
        gap: Mean distance between two digits; below 0 they overlap.
        gap_spread: Standard deviation of that distance.
        wobble: Standard deviation of how far digits stand off the baseline.
        slope: How much the baseline falls, in pixels per pixel.
        pen: -1 is fine, 0 is usual, 1 is thick.
        allograph_share: Share of the digits drawn as allographs.
        zero_scale: Height of a 0 relative to other digits.
        linked: Probability that a digit is joined to the one before.
        linked_below: Whether joining strokes run at the foot of the digits rather than at the head.
        pressure: Darkness of the lightest ink; 1 is even pressure.
        tails: How much longer the tails of 4, 7 and 9 may make them, in heights.
        first_scale: Height of the first digit relative to the others.
    """

    height: float
    width_scale: float
    slant: float
    gap: float
    gap_spread: float
    wobble: float
    slope: float
    pen: float
    allograph_share: float
    zero_scale: float
    linked: float
    linked_below: bool
    pressure: float
    tails: float
    first_scale: float


def sample_writer_style(generator: np.random.Generator) -> WriterStyle:
    """Return the handwriting of a random person.

    Args:
        generator: Draws everything.
    """
    height = float(np.clip(generator.normal(23, 5), 10, 36))
    tails = float(generator.uniform(0.2, 1.5)) if generator.random() < 0.2 else 0.0
    if tails and generator.random() < 0.7:  # as the reader scales lines with long tails
        height = max(10.0, min(height, _MAX_EXTENT / (1 + tails)))
    gap, spread = [(0.02, 0.06), (0.22, 0.1), (-0.1, 0.07), (0.6, 0.3)][generator.choice(4, p=[0.4, 0.3, 0.2, 0.1])]
    return WriterStyle(
        height=height,
        width_scale=float(np.clip(generator.normal(1.0, 0.18), 0.6, 1.6)),
        slant=float(generator.normal(0.08, 0.2)),
        gap=gap * height,
        gap_spread=spread * height,
        wobble=float(abs(generator.normal(0, 0.05))) * height,
        slope=float(generator.normal(0, 0.03)),
        pen=float(generator.choice([-1.0, 0.0, 1.0], p=[0.3, 0.5, 0.2])),
        allograph_share=float(generator.choice([0.1, 0.4, 0.8], p=[0.3, 0.4, 0.3])),
        zero_scale=float(generator.uniform(0.5, 0.9)) if generator.random() < 0.3 else 1.0,
        linked=float(generator.uniform(0.3, 1.0)) if generator.random() < 0.2 else 0.0,
        linked_below=bool(generator.random() < 0.3),
        pressure=float(generator.uniform(0.4, 0.9)) if generator.random() < 0.15 else 1.0,
        tails=tails,
        first_scale=float(generator.uniform(1.15, 1.6)) if generator.random() < 0.08 else 1.0,
    )
