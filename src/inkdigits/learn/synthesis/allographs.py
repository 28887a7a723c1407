"""Other shapes of digits than MNIST's usual ones (allographs), in place of its digits. Knows nothing of lines or paper.

`allographs.json` has the shapes: add one there. Each time one is rendered, its points move a little.
"""

from functools import cache
from importlib import resources
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from inkdigits.core.types import SIDE, Image, Images, Labels
from inkdigits.learn.synthesis.ink import SUPERSAMPLING, PenPath, draw_supersampled
from inkdigits.pictures.normalize import BOX, normalize_digit

Coordinate = Annotated[float, Field(ge=-0.35, le=1.35)]
Point = tuple[Coordinate, Coordinate]
"""(x, y) in a box from (0, 0) at the upper left to (1, 1) at the lower right; strokes may leave it a little."""

Stroke = Annotated[tuple[Point, ...], Field(min_length=2)]

_DIGITS = range(10)

_MARGIN = 8
"""Pixels around the digit for strokes that leave it, before the result is normalized again."""


class Allograph(BaseModel):
    """One shape of a digit."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    strokes: Annotated[tuple[Stroke, ...], Field(min_length=1)]
    """The pen's path, one polyline for each time the pen is set down."""
    smooth: bool = True
    """Whether the pen follows a curve through the points rather than straight lines."""
    overlay: bool = False
    """Whether the strokes are added to the digit rather than drawn in its place."""
    aspect: Annotated[float, Field(gt=0)] = 0.65
    """Width of the box divided by its height."""


Allographs = dict[int, tuple[Allograph, ...]]


@cache
def load_allographs() -> Allographs:
    """Return the allographs of each digit, 0 … 9; the file is read once."""
    return parse_allographs((resources.files(__package__) / "allographs.json").read_text("utf-8"))


def parse_allographs(text: str) -> Allographs:
    """Parse and validate allographs.

    Args:
        text: A JSON object with a list of allographs for each digit.

    Returns:
        The allographs of each digit, 0 … 9, in the order of the file.

    Raises:
        ValueError: It is not JSON, a digit is missing, or an allograph is not valid; it says which.

    Examples:
        >>> allographs = load_allographs()
        >>> len(allographs), allographs[1][0].strokes
        (10, (((0.1, 0.35), (0.55, 0.0), (0.5, 1.0)),))
    """
    parsed = TypeAdapter(Allographs).validate_json(text)
    missing = [digit for digit in _DIGITS if not parsed.get(digit)]
    unknown = sorted(set(parsed) - set(_DIGITS))
    if missing or unknown:
        raise ValueError(f"allographs of 0 … 9 expected; missing: {missing}, unknown: {unknown}")
    return parsed


def render_allograph(image: Image, label: int, generator: np.random.Generator) -> Image:
    """Draw a digit as one of its allographs, with a pen about as wide as that of the given digit.

    Args:
        image: (28, 28), uint8, 0 is empty and 255 is ink, normalized as MNIST's digits are.
        label: Which digit it is, 0 … 9.
        generator: Draws the allograph and its variation.

    Returns:
        (28, 28), uint8, 0 is empty and 255 is ink, normalized as MNIST's digits are.

    Examples:
        >>> seven = np.zeros((28, 28), np.uint8)
        >>> seven[4:7, 6:20] = seven[4:24, 17:20] = 255
        >>> render_allograph(seven, 7, np.random.default_rng(0)).shape
        (28, 28)
    """
    allographs = load_allographs()[label]
    allograph = allographs[generator.integers(len(allographs))]
    rows, columns = np.flatnonzero((image > 64).any(axis=1)), np.flatnonzero((image > 64).any(axis=0))  # (R,), (C,)
    if not len(rows):
        return image
    pen_width = _pen_width(image) * generator.uniform(0.6, 1.05)
    side = (SIDE + 2 * _MARGIN) * SUPERSAMPLING
    large = np.zeros((side, side), np.uint8)
    if allograph.overlay:
        left, top, width, height = columns[0], rows[0], columns[-1] - columns[0], rows[-1] - rows[0]
    else:
        height = BOX - pen_width
        width = height * allograph.aspect * generator.uniform(0.75, 1.3)
        left, top = (SIDE - width) / 2, 4 + pen_width / 2
    slant = generator.normal(0, 0.12) if not allograph.overlay else 0.0
    jitter = generator.uniform(0.03, 0.085)
    for stroke in allograph.strokes:
        points = np.array(stroke) + generator.normal(0, jitter, (len(stroke), 2))  # (P, 2)
        points[:, 0] += slant * (0.5 - points[:, 1])
        if allograph.smooth:
            points = _curve(points)
        draw_supersampled(large, points * (width, height) + (left + _MARGIN, top + _MARGIN), pen_width)
    drawn = cv2.resize(large, (SIDE + 2 * _MARGIN,) * 2, interpolation=cv2.INTER_AREA)  # (44, 44)
    drawn = cv2.GaussianBlur(drawn, (0, 0), 0.5)
    if allograph.overlay:
        np.maximum(drawn[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN], image, out=drawn[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN])
    # `to_unit_range` rounds half of the levels differently: 3 % of the digits would have other pixels.
    digit = normalize_digit(drawn.astype(np.float32) / 255)  # (28, 28)
    return image if digit is None else digit


def write_allograph(digit: int, number: int, generator: np.random.Generator) -> list[PenPath]:
    """Write a digit as one of its allographs.

    Args:
        digit: Which digit, 0 … 9.
        number: Which of those that are drawn in place of a digit, counted from 0; more than there are begin anew.
        generator: Draws its variation.

    Returns:
        Its strokes, each (points, 2), float32, in heights: y is 0 on the baseline and -1 at the head.

    Examples:
        >>> [stroke] = write_allograph(1, 0, np.random.default_rng(0))
        >>> stroke.shape, bool(-1.4 < stroke[:, 1].min() < -0.6)
        ((3, 2), True)
    """
    whole = [allograph for allograph in load_allographs()[digit] if not allograph.overlay]
    allograph = whole[number % len(whole)]
    width, jitter = allograph.aspect * generator.uniform(0.75, 1.3), generator.uniform(0.02, 0.06)
    written = []
    for stroke in allograph.strokes:
        points = np.array(stroke) + generator.normal(0, jitter, (len(stroke), 2))
        curve = _curve(points) if allograph.smooth else points
        written.append(((curve - (0, 1)) * (width, 1)).astype(np.float32))
    return written


def render_allographs(images: Images, labels: Labels, share: float, generator: np.random.Generator) -> Images:
    """Draw a share of many digits as allographs.

    Args:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.
        labels: (N,), int64, class numbers 0 … 9.
        share: How many of them are drawn anew, 0 … 1.
        generator: Draws which digits, and how.

    Returns:
        (N, 28, 28), uint8, 0 is empty and 255 is ink: a copy with the other digits as they were.
    """
    changed = images.copy()
    for index in np.flatnonzero(generator.random(len(images)) < share):
        changed[index] = render_allograph(images[index], int(labels[index]), generator)
    return changed


def _pen_width(image: Image) -> float:
    """Return about how wide the strokes of a digit are, in pixels."""
    depth = cv2.distanceTransform((image > 100).astype(np.uint8), cv2.DIST_L2, 3)
    return float(np.clip(2 * np.percentile(depth[depth > 0], 85) if depth.any() else 2.0, 1.3, 5.0))


def _curve(points: NDArray[np.float64], steps: int = 6) -> NDArray[np.float64]:
    """Return points on a smooth curve (Catmull-Rom) through (P, 2) points, `steps` for each segment."""
    before = np.concatenate([points[:1], points[:-2]])[:, None]  # (P - 1, 1, 2), as the next three
    start, end = points[:-1, None], points[1:, None]
    after = np.concatenate([points[2:], points[-1:]])[:, None]
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]  # (1, steps, 1)
    curve = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )  # (P - 1, steps, 2)
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])  # (steps (P - 1) + 1, 2)
