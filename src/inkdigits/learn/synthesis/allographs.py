"""Ways of writing that MNIST hardly holds, drawn onto its digits. Knows nothing of lines or paper.

A way of writing is a few strokes, each a list of (x, y) in a box from (0, 0) at the upper left to (1, 1) at the
lower right; every time it is drawn, its points move a little, each writer having a hand of their own.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Image, Images, Labels
from inkdigits.pictures.fit import BOX, normalize_digit

Point = tuple[float, float]
Strokes = tuple[tuple[Point, ...], ...]

_FINE = 4
"""Strokes are drawn this many times larger and shrunk."""

_MARGIN = 8
"""Pixels around the form for strokes that leave it, before all is fitted into it again."""


@dataclass(frozen=True)
class Allograph:
    """One way of writing a digit.

    Attributes:
        strokes: What is drawn.
        smooth: Whether the pen goes round the points in a curve.
        onto: Whether it is added to the digit, rather than drawn in its place.
        width: Width of the box against its height.
    """

    strokes: Strokes
    smooth: bool = True
    onto: bool = False
    width: float = 0.65


ALLOGRAPHS: dict[int, tuple[Allograph, ...]] = {
    0: (
        Allograph((((0.55, 0.03), (0.85, -0.02), (1.2, 0.04)),), onto=True),
        Allograph((((0.8, 0.12), (1.0, 0.0), (1.3, 0.1)),), onto=True),
        Allograph((((0.4, 0.02), (0.5, 0.25), (0.75, 0.3)),), onto=True),
        Allograph((((0.62, 0.08), (0.2, 0.15), (0.1, 0.7), (0.45, 1.0), (0.85, 0.65), (0.72, 0.12), (0.35, -0.02)),)),
        Allograph((((0.3, 0.0), (0.1, 0.5), (0.4, 0.98), (0.85, 0.65), (0.75, 0.1), (0.5, 0.02)),)),
        Allograph(
            (
                (
                    (0.45, 0.1),
                    (0.1, 0.35),
                    (0.3, 0.95),
                    (0.8, 0.75),
                    (0.7, 0.15),
                    (0.4, 0.05),
                    (0.9, -0.08),
                    (1.25, 0.05),
                ),
            )
        ),
        Allograph((((0.15, 1.0), (0.85, 0.0)),), smooth=False, onto=True),
    ),
    1: (
        Allograph((((0.1, 0.35), (0.55, 0.0), (0.5, 1.0)),), smooth=False, width=0.5),
        Allograph((((0.0, 0.75), (0.7, 0.0), (0.65, 1.0)),), smooth=False, width=0.7),
        Allograph((((0.0, 0.95), (0.6, 0.0), (0.75, 1.0)),), smooth=False, width=0.6),
        Allograph((((0.0, 1.0), (0.35, 0.5), (0.8, 0.0), (0.72, 0.5), (0.65, 1.0)),), width=0.7),
        Allograph((((0.3, 0.75), (0.38, 0.4), (0.58, 0.0), (0.5, 1.0)),), smooth=False, width=0.5),
        Allograph((((0.1, 0.5), (0.2, 0.75), (0.6, 0.0), (0.45, 1.0)),), width=0.55),
        Allograph((((0.0, 0.6), (0.75, 0.0), (0.5, 1.0), (0.3, 1.05)),), smooth=False, width=0.7),
        Allograph((((0.2, 0.25), (0.5, 0.0), (0.5, 1.0)), ((0.1, 1.0), (0.95, 0.98))), smooth=False, width=0.55),
        Allograph((((0.5, 0.0), (0.5, 1.0)), ((0.1, 1.0), (0.9, 1.0))), smooth=False, width=0.45),
        Allograph((((0.9, 0.0), (0.1, 1.0)),), smooth=False, width=0.45),
        Allograph((((0.15, 0.4), (0.75, 0.0), (0.25, 1.0)),), smooth=False, width=0.55),
        Allograph((((0.0, 1.0), (0.75, 0.0), (0.8, 1.0)),), smooth=False, width=0.9),
        Allograph((((-0.3, 0.95), (0.45, 0.25), (0.75, 0.0), (0.72, 0.5), (0.68, 1.0)),), width=0.8),
        Allograph((((0.35, 0.62), (0.12, 0.45), (0.75, 0.0), (0.62, 0.5), (0.5, 1.0)),), width=0.5),
        Allograph((((0.1, 0.4), (0.05, 0.62), (0.35, 0.55), (0.8, 0.0), (0.65, 1.0)),), width=0.6),
        Allograph((((0.3, 0.6), (0.75, 0.0), (0.3, 1.0)),), smooth=False, width=0.4),
        Allograph((((0.3, 0.35), (0.05, 0.6), (0.25, 0.7), (0.75, 0.0), (0.6, 1.0)),), width=0.55),
        Allograph((((0.15, 0.45), (0.0, 0.7), (0.3, 0.68), (0.72, 0.05), (0.45, 1.0)),), width=0.55),
        Allograph((((0.45, 0.3), (0.1, 0.45), (0.2, 0.72), (0.6, 0.35), (0.8, 0.0), (0.6, 1.05)),), width=0.55),
        Allograph((((-0.3, 0.6), (0.1, 0.58), (0.4, 0.4), (0.75, 0.0), (0.65, 1.0)),), width=0.6),
        Allograph((((-0.2, 0.48), (0.3, 0.52), (0.55, 0.3), (0.8, 0.0), (0.72, 0.6), (0.68, 1.0)),), width=0.6),
        Allograph((((-0.34, 1.0), (0.1, 0.5), (0.5, 0.0), (0.55, 0.6), (0.8, 1.0), (1.2, 0.9)),), width=0.7),
        Allograph((((-0.3, 1.0), (0.45, 0.1), (0.52, 0.0), (0.6, 0.8), (1.05, 0.95)),), width=0.6),
        Allograph((((0.0, 0.3), (0.4, 0.08), (0.6, 0.0), (0.62, 0.5), (0.6, 1.0)),), width=0.7),
    ),
    2: (
        Allograph(
            (
                (
                    (0.1, 0.25),
                    (0.45, 0.0),
                    (0.75, 0.2),
                    (0.45, 0.65),
                    (0.15, 0.97),
                    (0.05, 0.8),
                    (0.35, 0.8),
                    (0.6, 0.98),
                    (1.0, 0.88),
                ),
            )
        ),
        Allograph((((0.15, 0.15), (0.5, 0.0), (0.8, 0.2), (0.5, 0.6), (0.1, 0.98), (0.5, 0.93), (1.1, 0.98)),)),
        Allograph((((0.1, 0.05), (0.85, 0.05), (0.1, 0.97), (1.0, 0.95)),), smooth=False),
        Allograph(
            (((0.3, 0.4), (0.1, 0.2), (0.45, 0.0), (0.85, 0.2), (0.6, 0.6), (0.1, 0.9), (0.3, 1.0), (0.95, 0.95)),)
        ),
        Allograph(
            (
                (
                    (0.3, 0.3),
                    (0.1, 0.15),
                    (0.5, 0.0),
                    (0.8, 0.2),
                    (0.3, 0.8),
                    (0.1, 0.95),
                    (0.2, 0.75),
                    (0.6, 0.95),
                    (1.0, 0.9),
                ),
            )
        ),
        Allograph(
            (
                (
                    (0.35, 0.35),
                    (0.1, 0.4),
                    (0.15, 0.12),
                    (0.5, 0.0),
                    (0.8, 0.2),
                    (0.45, 0.65),
                    (0.05, 0.97),
                    (1.05, 0.95),
                ),
            )
        ),
    ),
    3: (
        Allograph((((0.1, 0.05), (0.85, 0.03), (0.4, 0.4)), ((0.4, 0.4), (0.85, 0.6), (0.7, 0.95), (0.05, 0.92)))),
        Allograph((((0.15, 0.1), (0.55, 0.0), (0.75, 0.2), (0.4, 0.45), (0.85, 0.7), (0.55, 1.0), (0.05, 0.85)),)),
    ),
    4: (
        Allograph((((0.15, 0.0), (0.1, 0.5), (0.9, 0.47)), ((0.85, 0.0), (0.75, 1.0))), smooth=False),
        Allograph((((0.4, 0.0), (0.05, 0.6), (1.0, 0.55)), ((0.7, 0.3), (0.62, 1.0))), smooth=False),
        Allograph((((0.2, 0.02), (0.08, 0.35), (0.35, 0.55), (0.8, 0.4), (0.85, 0.05), (0.75, 1.0)),)),
        Allograph((((0.3, 0.0), (0.1, 0.65), (1.1, 0.6)), ((0.65, 0.35), (0.6, 1.0))), smooth=False),
    ),
    5: (
        Allograph(
            (((0.3, 0.1), (0.25, 0.45), (0.6, 0.42), (0.78, 0.7), (0.5, 0.98), (0.08, 0.9)), ((0.42, 0.06), (1.0, 0.0)))
        ),
        Allograph((((0.95, 0.03), (0.4, 0.06), (0.3, 0.42), (0.7, 0.55), (0.65, 0.9), (0.1, 0.95)),)),
        Allograph((((0.85, 0.1), (0.5, 0.0), (0.25, 0.25), (0.65, 0.55), (0.7, 0.85), (0.35, 1.0), (0.05, 0.88)),)),
        Allograph((((0.2, 0.12), (0.3, 0.5), (0.6, 0.4), (0.6, 0.8), (0.15, 1.0)), ((0.35, 0.1), (1.1, -0.02)))),
        Allograph((((0.1, 0.3), (0.3, 0.95), (0.55, 0.1), (1.1, 0.05)),), smooth=False),
        Allograph(
            (((0.15, 0.1), (0.2, 0.5), (0.55, 0.5), (0.45, 0.95), (0.1, 0.9)), ((0.2, 0.1), (0.6, 0.05), (1.3, 0.0)))
        ),
        Allograph((((0.35, 0.05), (0.25, 0.4), (0.75, 0.55), (0.4, 1.0), (0.05, 0.95)), ((0.35, 0.05), (0.95, 0.12)))),
        Allograph((((0.0, 0.42), (0.15, 0.36), (0.32, 1.0), (0.55, 0.0), (1.25, -0.02)),), smooth=False),
        Allograph((((0.0, 0.5), (0.28, 0.95), (0.5, 0.1), (0.56, 0.02), (1.05, 0.0)),), smooth=False),
        Allograph((((0.1, 0.15), (0.15, 0.5), (0.38, 0.97), (0.55, 0.35), (0.68, 0.05), (1.25, 0.03)),)),
        Allograph((((0.05, 0.3), (0.28, 0.95), (0.42, 0.85), (0.6, 0.05), (0.95, 0.02)),), smooth=False, width=0.55),
        Allograph((((0.3, 0.12), (0.28, 0.4), (0.7, 0.45), (0.75, 0.85), (0.1, 0.98)), ((0.3, 0.06), (1.33, 0.0)))),
        Allograph(
            (((0.25, 0.1), (0.3, 0.5), (0.72, 0.52), (0.75, 0.8), (0.4, 1.0), (0.0, 0.9)), ((0.5, 0.04), (1.3, 0.02)))
        ),
        Allograph((((0.3, 0.15), (0.28, 0.45), (0.65, 0.4), (0.8, 0.7), (0.1, 1.0)), ((0.4, -0.04), (1.2, -0.1)))),
    ),
    6: (
        Allograph((((0.85, 0.0), (0.35, 0.35), (0.1, 0.75), (0.45, 1.0), (0.78, 0.78), (0.5, 0.58), (0.2, 0.75)),)),
        Allograph((((0.35, 0.0), (0.12, 0.6), (0.4, 1.0), (0.8, 0.8), (0.55, 0.6), (0.15, 0.8)),)),
        Allograph((((0.6, 0.0), (0.15, 0.5), (0.25, 0.98), (0.75, 0.9), (0.7, 0.6), (0.3, 0.65)),)),
    ),
    7: (
        Allograph((((0.1, 0.52), (0.9, 0.48)),), smooth=False, onto=True),
        Allograph((((0.2, 0.5), (0.85, 0.45)),), smooth=False, onto=True),
        Allograph((((0.05, 0.6), (0.8, 0.45)),), smooth=False, onto=True),
        Allograph((((0.05, 0.2), (0.1, 0.02), (0.9, 0.04), (0.4, 1.0)), ((0.3, 0.5), (0.9, 0.47))), smooth=False),
        Allograph((((0.05, 0.05), (0.9, 0.0), (0.55, 0.5), (0.4, 1.0)), ((0.2, 0.52), (0.95, 0.48)))),
        Allograph((((0.0, 0.12), (0.5, 0.04), (0.9, 0.03), (0.6, 0.5), (0.55, 1.1), (0.7, 1.2)),)),
        Allograph((((0.0, 0.25), (0.05, 0.05), (0.8, 0.05), (0.7, 1.0)), ((0.35, 0.5), (1.05, 0.5))), smooth=False),
        Allograph((((0.3, 0.0), (0.62, 0.08), (0.7, 0.35), (0.8, 1.0)), ((0.0, 0.62), (1.1, 0.58)))),
        Allograph((((0.35, 0.05), (0.7, 0.0), (0.62, 0.4), (0.5, 1.0)), ((0.05, 0.55), (1.15, 0.5)))),
        Allograph(
            (((0.2, 0.1), (0.3, 0.0), (0.6, 0.05), (0.5, 0.5), (0.55, 1.0)), ((0.0, 0.5), (0.55, 0.55), (1.2, 0.42)))
        ),
        Allograph((((0.4, 0.0), (0.75, 0.03), (0.7, 0.5), (0.6, 1.0)), ((0.05, 0.7), (1.0, 0.66)))),
    ),
    8: (
        Allograph(
            (
                (
                    (0.75, 0.12),
                    (0.35, 0.0),
                    (0.25, 0.3),
                    (0.7, 0.6),
                    (0.65, 0.95),
                    (0.25, 0.95),
                    (0.3, 0.6),
                    (0.75, 0.25),
                    (0.85, 0.05),
                ),
            )
        ),
        Allograph(
            (
                ((0.5, 0.02), (0.2, 0.22), (0.5, 0.45), (0.78, 0.22), (0.5, 0.02)),
                ((0.5, 0.45), (0.15, 0.72), (0.5, 1.0), (0.85, 0.72), (0.5, 0.45)),
            )
        ),
        Allograph((((0.85, 0.1), (0.4, 0.0), (0.25, 0.28), (0.75, 0.7), (0.4, 1.0), (0.15, 0.8), (0.75, 0.15)),)),
    ),
    9: (
        Allograph(
            (((0.78, 0.2), (0.4, 0.02), (0.15, 0.25), (0.4, 0.45), (0.75, 0.2), (0.75, 0.6), (0.5, 1.0), (0.1, 0.9)),)
        ),
        Allograph((((0.75, 0.15), (0.35, 0.03), (0.15, 0.25), (0.4, 0.42), (0.75, 0.15)), ((0.75, 0.1), (0.65, 1.0)))),
        Allograph((((0.8, 0.05), (0.3, 0.05), (0.15, 0.3), (0.45, 0.45), (0.8, 0.1), (0.75, 0.7), (0.6, 1.15)),)),
        Allograph((((0.35, 0.45), (0.1, 0.2), (0.45, 0.0), (0.8, 0.2), (0.6, 0.6), (0.3, 1.0)),)),
        Allograph((((0.45, 0.55), (0.15, 0.3), (0.45, 0.0), (0.8, 0.22), (0.5, 0.5), (0.42, 0.75), (0.4, 1.0)),)),
        Allograph((((0.55, 0.1), (0.2, 0.2), (0.35, 0.5), (0.75, 0.3), (0.5, 0.05), (0.6, 0.5), (0.65, 1.0)),)),
        Allograph(
            (((0.7, 0.1), (0.25, 0.08), (0.2, 0.4), (0.7, 0.4), (0.8, 0.1), (0.8, 0.8), (0.5, 1.2), (0.0, 1.05)),)
        ),
        Allograph(
            (((0.5, 0.5), (0.12, 0.3), (0.3, 0.02), (0.75, 0.05), (0.85, 0.3), (0.52, 0.5), (0.5, 0.75), (0.5, 1.05)),)
        ),
        Allograph(
            (
                ((0.85, 0.12), (0.5, 0.0), (0.2, 0.18), (0.42, 0.4), (0.65, 0.58), (0.6, 0.85), (0.45, 1.0)),
                ((0.85, 0.12), (0.75, 0.35), (0.55, 0.5)),
            )
        ),
        Allograph(
            (((0.62, 0.48), (0.2, 0.4), (0.15, 0.1), (0.5, 0.0), (0.8, 0.15), (0.68, 0.45), (0.5, 0.7), (0.45, 1.0)),)
        ),
        Allograph((((0.9, 0.02), (0.4, 0.05), (0.25, 0.3), (0.55, 0.45), (0.85, 0.1), (0.55, 0.55), (0.5, 1.0)),)),
        Allograph(
            (((0.1, 0.5), (0.5, 0.4), (0.85, 0.12), (0.55, 0.0), (0.22, 0.15), (0.4, 0.38), (0.6, 0.58), (0.55, 1.0)),)
        ),
        Allograph(
            (((0.25, 0.55), (0.7, 0.35), (0.8, 0.1), (0.5, 0.0), (0.2, 0.12), (0.35, 0.38), (0.52, 0.55), (0.5, 1.0)),)
        ),
        Allograph(
            (
                (
                    (0.05, 0.48),
                    (0.55, 0.42),
                    (0.9, 0.15),
                    (0.7, 0.0),
                    (0.3, 0.15),
                    (0.4, 0.42),
                    (0.75, 0.6),
                    (0.6, 0.85),
                    (0.4, 1.0),
                ),
            )
        ),
        Allograph(
            (((0.4, 0.5), (0.8, 0.3), (0.95, 0.05), (0.5, 0.0), (0.2, 0.2), (0.35, 0.45), (0.5, 0.7), (0.42, 1.0)),)
        ),
    ),
}


def render_allograph(image: Image, label: int, generator: np.random.Generator) -> Image:
    """Write a digit in another way.

    Args:
        image: (28, 28), uint8, in MNIST's form.
        label: 0 … 9.
        generator: Decides which way, and how.

    Returns:
        (28, 28), uint8, in MNIST's form, with strokes about as wide as the digit's own.

    Examples:
        >>> seven = np.zeros((28, 28), np.uint8)
        >>> seven[4:7, 6:20] = seven[4:24, 17:20] = 255
        >>> render_allograph(seven, 7, np.random.default_rng(0)).shape
        (28, 28)
    """
    ways = ALLOGRAPHS[label]
    way = ways[generator.integers(len(ways))]
    rows, columns = np.flatnonzero((image > 64).any(axis=1)), np.flatnonzero((image > 64).any(axis=0))
    if not len(rows):
        return image
    pen = _pen_width(image) * generator.uniform(0.6, 1.05)
    side = (SIDE + 2 * _MARGIN) * _FINE
    fine = np.zeros((side, side), np.uint8)
    if way.onto:
        left, top, width, height = columns[0], rows[0], columns[-1] - columns[0], rows[-1] - rows[0]
    else:
        height = BOX - pen
        width = height * way.width * generator.uniform(0.75, 1.3)
        left, top = (SIDE - width) / 2, 4 + pen / 2
    slant = generator.normal(0, 0.12) if not way.onto else 0.0
    care = generator.uniform(0.03, 0.085)
    for stroke in way.strokes:
        points = np.array(stroke) + generator.normal(0, care, (len(stroke), 2))
        points[:, 0] += slant * (0.5 - points[:, 1])
        if way.smooth:
            points = _curve(points)
        places = (points * (width, height) + (left + _MARGIN, top + _MARGIN) + 0.5) * _FINE - 0.5
        corners = np.round(places).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(fine, [corners], False, 255, max(1, 2 * round(pen * _FINE / 2) - 1))
    drawn = cv2.resize(fine, (SIDE + 2 * _MARGIN,) * 2, interpolation=cv2.INTER_AREA)
    drawn = cv2.GaussianBlur(drawn, (0, 0), 0.5)
    if way.onto:
        np.maximum(drawn[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN], image, out=drawn[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN])
    form = normalize_digit(drawn.astype(np.float32) / 255)
    return image if form is None else form


def render_allographs(images: Images, labels: Labels, share: float, generator: np.random.Generator) -> Images:
    """Write a share of many digits in other ways.

    Args:
        images: (N, 28, 28), uint8.
        labels: (N,), 0 … 9.
        share: How many of them are changed, 0 … 1.
        generator: Decides which, and how.

    Returns:
        New images; those that were not drawn are as they were.
    """
    changed = images.copy()
    for place in np.flatnonzero(generator.random(len(images)) < share):
        changed[place] = render_allograph(images[place], int(labels[place]), generator)
    return changed


def _pen_width(image: Image) -> float:
    depth = cv2.distanceTransform((image > 100).astype(np.uint8), cv2.DIST_L2, 3)
    return float(np.clip(2 * np.percentile(depth[depth > 0], 85) if depth.any() else 2.0, 1.3, 5.0))


def _curve(points: NDArray[np.float64], between: int = 6) -> NDArray[np.float64]:
    """Lead a smooth curve (Catmull-Rom) through points."""
    before = np.concatenate([points[:1], points[:-2]])[:, None]
    start, end = points[:-1, None], points[1:, None]
    after = np.concatenate([points[2:], points[-1:]])[:, None]
    t = np.linspace(0, 1, between, endpoint=False)[None, :, None]
    curve = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])
