"""The path of a pen -> its ink: width by speed and direction, failing ink, bleed. Knows nothing of digits."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.learn.synthesis.ink import SUPERSAMPLING, Ink, PenPath
from inkdigits.pictures.levels import to_unit_range

_WIDTHS = 4
"""A stroke is drawn in so many widths: OpenCV draws lines of one width together."""

_FRACTION_BITS = 3
"""OpenCV takes places in eighths of a pixel."""


@dataclass(frozen=True)
class Pen:
    """A pen in a hand.

    Attributes:
        width: Of its line, in pixels.
        by_speed: Share of the width that is lost where the pen is fastest.
        nib: Share of the width that is lost along the edge of a flat nib.
        nib_angle: Direction of that edge, in radians.
        darkness: Of its ink, 0 … 1.
        grain: How much of the paper's grain shows, 0 … 1: a pencil's.
        gaps: How much of the ink fails, 0 … 1.
        bleed: How far the ink runs, in pixels.
    """

    width: float
    by_speed: float = 0.0
    nib: float = 0.0
    nib_angle: float = 0.0
    darkness: float = 1.0
    grain: float = 0.0
    gaps: float = 0.0
    bleed: float = 0.0


def sample_pen(height: float, generator: np.random.Generator) -> Pen:
    """Return a ballpoint, a felt tip, a pencil or a nib.

    Args:
        height: Of the digits that it writes, in pixels.
        generator: Draws everything.
    """
    kind = generator.random()
    if kind < 0.5:  # ballpoint
        return Pen(
            max(1.0, height * generator.uniform(0.045, 0.1)),
            by_speed=generator.uniform(0, 0.3),
            gaps=generator.uniform(0, 0.5) if generator.random() < 0.3 else 0.0,
        )
    if kind < 0.7:  # felt tip
        return Pen(max(1.3, height * generator.uniform(0.09, 0.17)), bleed=generator.uniform(0, 0.7))
    if kind < 0.85:  # pencil
        return Pen(
            max(1.0, height * generator.uniform(0.05, 0.11)),
            by_speed=generator.uniform(0, 0.3),
            darkness=generator.uniform(0.5, 1),
            grain=generator.uniform(0.1, 0.7),
        )
    return Pen(
        max(1.3, height * generator.uniform(0.07, 0.16)),
        nib=generator.uniform(0.3, 0.8),
        nib_angle=generator.uniform(0, np.pi),
        bleed=generator.uniform(0, 0.5),
    )


def draw_paths(canvas: Ink, paths: Sequence[PenPath], pen: Pen, generator: np.random.Generator) -> None:
    """Draw the path of a pen.

    Args:
        canvas: (height, width), float32, 0 is empty and 1 is ink; changed in place.
        paths: Each (points, 2), float32, in pixels; (0, 0) is the middle of the first pixel.
        pen: What draws them.
        generator: Draws where ink fails.

    Examples:
        >>> canvas = np.zeros((9, 20), np.float32)
        >>> draw_paths(canvas, [np.array([[2, 4], [17, 4]], np.float32)], Pen(3.0), np.random.default_rng(0))
        >>> np.flatnonzero(canvas[:, 10] > 0.5).tolist()
        [3, 4, 5]
    """
    height, width = canvas.shape
    large = np.zeros((height * SUPERSAMPLING, width * SUPERSAMPLING), np.uint8)
    for path in paths:
        # A place in pixels of the large canvas, then in fractions of these.
        places = np.round(((path + 0.5) * SUPERSAMPLING - 0.5) * 2**_FRACTION_BITS).astype(np.int32)
        for first, last, line_width in _runs(path, pen):
            thickness = max(1, round(line_width * SUPERSAMPLING))
            piece = places[first : last + 1].reshape(-1, 1, 2)
            cv2.polylines(large, [piece], False, 255, thickness, cv2.LINE_8, _FRACTION_BITS)
    layer = to_unit_range(np.asarray(cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA), np.uint8))
    if pen.bleed > 0.2:
        layer = np.minimum(1, np.asarray(cv2.GaussianBlur(layer, (0, 0), pen.bleed), np.float32) * np.float32(1.3))
    if pen.grain:
        grain = generator.random(canvas.shape, dtype=np.float32)
        layer = layer * (1 - np.float32(pen.grain) * grain)
    if pen.gaps:
        cells = generator.random((height // 3 + 2, width // 3 + 2), dtype=np.float32)
        cloud = np.asarray(cv2.resize(cells, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
        layer = layer * (1 - np.float32(pen.gaps) * (cloud > 0.6))
    np.maximum(canvas, layer * np.float32(pen.darkness), out=canvas)


def _runs(path: PenPath, pen: Pen) -> list[tuple[int, int, float]]:
    """Return the stretches of a path that are drawn with one width: first and last point, and the width."""
    if len(path) < 3 or not (pen.by_speed or pen.nib):
        return [(0, len(path) - 1, pen.width)]
    steps = np.diff(path, axis=0)  # (P - 1, 2)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    kept = np.ones(len(steps), np.float32)
    if pen.by_speed:
        kept -= np.float32(pen.by_speed) * lengths / max(1e-6, float(lengths.max()))
    if pen.nib:
        along = np.cos(np.arctan2(steps[:, 1], steps[:, 0]) - pen.nib_angle)
        kept -= np.float32(pen.nib) * np.abs(along)
    levels = np.round(np.clip(kept, 0.2, 1) * _WIDTHS).astype(int)
    starts = np.flatnonzero(np.diff(levels, prepend=-1)).tolist()
    ends = [*starts[1:], len(steps)]
    return [(start, end, pen.width * int(levels[start]) / _WIDTHS) for start, end in zip(starts, ends, strict=True)]
