"""What the page computes from its content before layout: pixels, weights, bars, confused classes. Knows no HTML."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Image
from inkdigits.learn.report.content import ReportContent
from inkdigits.learn.report.sprites import png_uri

PATCH_SIDE = 8
MOST_BARS = 12
MOST_PAIRS = 12

MOST_CLASSES = 40
"""The most rows of a chart or matrix; of more classes, those with the most mistakes are shown."""


_MAX_WEIGHT_PICTURES = 64
"""More pictures say nothing more."""

_ZERO, _PLUS, _MINUS = np.array([246, 245, 241]), np.array([27, 95, 184]), np.array([184, 74, 0])
"""Paper, blue and orange, as in the page's evidence."""

_WEIGHT_PICTURE_PIXELS = 40
"""About how wide one picture is drawn."""


@dataclass(frozen=True)
class PixelCell:
    """One pixel of the patch.

    Attributes:
        before: Its value as stored.
        after: Its value as the network sees it.
        ink: 0 … 1, for shading.
    """

    before: str
    after: str
    ink: float


@dataclass(frozen=True)
class ProbabilityBar:
    """One class of the example digit with its probability."""

    name: str
    probability: float
    is_label: bool
    is_prediction: bool


@dataclass(frozen=True)
class ConfusedPair:
    """How often one class was predicted as another."""

    label: int
    prediction: int
    count: int


@dataclass(frozen=True)
class ConfusionCell:
    """One cell of the confusion matrix.

    Attributes:
        label: The true class number.
        prediction: The predicted one.
        count: How many digits.
        shade: How strongly to colour a mistake, 0 … 1; 0 for none and for right answers.
    """

    label: int
    prediction: int
    count: int
    shade: float


def pixel_patch(image: Image, content: ReportContent) -> tuple[tuple[PixelCell, ...], ...]:
    """Return the 8x8 pixels of a digit that vary most, with their values before and after scaling.

    Args:
        image: (28, 28), uint8, 0 is empty and 255 is ink.
        content: It holds the ranges before and after scaling.
    """
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(np.int64), (PATCH_SIDE, PATCH_SIDE))
    # A window with ink and paper shows more than one full of ink.
    deviation = windows.reshape(*windows.shape[:2], -1).std(axis=2)  # (21, 21)
    top, left = np.unravel_index(deviation.argmax(), deviation.shape)
    patch = image[top : top + PATCH_SIDE, left : left + PATCH_SIDE]
    before, after = content.before_scaling, content.after_scaling
    span = (before.maximum - before.minimum) or 1.0
    shares = (patch.astype(np.float64) - before.minimum) / span
    scaled = after.minimum + shares * (after.maximum - after.minimum)
    return tuple(
        tuple(
            PixelCell(str(int(value)), f"{new:.2f}", round(int(value) / 255, 2))
            for value, new in zip(values, news, strict=True)
        )
        for values, news in zip(patch, scaled, strict=True)
    )


def example_bars(content: ReportContent) -> tuple[ProbabilityBar, ...]:
    """Return the bars of the example digit: all classes, or if there are too many, the likeliest and the label.

    Args:
        content: It holds the digit and the class names.
    """
    probabilities = content.example.probabilities
    prediction = int(probabilities.argmax())
    shown = np.argsort(-probabilities, kind="stable")[:MOST_BARS].tolist()
    if content.example.label not in shown:
        shown.append(content.example.label)
    return tuple(
        ProbabilityBar(
            content.classes[each],
            float(probabilities[each]),
            each == content.example.label,
            each == prediction,
        )
        for each in sorted(shown)
    )


def most_confused(confusion: NDArray[np.int64]) -> tuple[ConfusedPair, ...]:
    """Return the pairs of classes that were confused most often, the most frequent first.

    Args:
        confusion: (classes, classes), int64, at least 0: a row for each true class, a column for each predicted one.

    Examples:
        >>> most_confused(np.array([[9, 1], [2, 8]]))
        (ConfusedPair(label=1, prediction=0, count=2), ConfusedPair(label=0, prediction=1, count=1))
    """
    mistakes = confusion - np.diag(np.diag(confusion))
    order = np.argsort(-mistakes, axis=None, kind="stable")[:MOST_PAIRS]
    places: Sequence[tuple[int, int]] = [divmod(int(each), len(mistakes)) for each in order]
    return tuple(ConfusedPair(*place, int(mistakes[place])) for place in places if mistakes[place])


def most_mistaken(confusion: NDArray[np.int64]) -> list[int]:
    """Return the class numbers to show: all, or if there are too many, those with the most mistakes; in order.

    Args:
        confusion: (classes, classes), int64, at least 0: a row for each true class, a column for each predicted one.
    """
    mistakes = confusion.sum(axis=0) + confusion.sum(axis=1) - 2 * np.diag(confusion)
    return sorted(np.argsort(-mistakes, kind="stable")[:MOST_CLASSES].tolist())


def confusion_rows(confusion: NDArray[np.int64]) -> list[list[ConfusionCell]]:
    """Return the confusion matrix row by row, a row for each true class.

    Only mistakes are shaded, relative to the most frequent one: right answers are a hundred times as many.

    Args:
        confusion: (classes, classes), int64, at least 0: a row for each true class, a column for each predicted one.

    Examples:
        >>> [[cell.count for cell in row] for row in confusion_rows(np.array([[9, 1], [0, 8]]))]
        [[9, 1], [0, 8]]
    """
    kept = most_mistaken(confusion)
    most = max(int((confusion - np.diag(np.diag(confusion))).max()), 1)
    return [
        [
            ConfusionCell(
                label,
                prediction,
                count := int(confusion[label, prediction]),
                round(0.12 + 0.45 * math.sqrt(count / most), 2) if count and label != prediction else 0.0,
            )
            for prediction in kept
        ]
        for label in kept
    ]


class WeightPicture(NamedTuple):
    """The weights of one unit.

    Attributes:
        source: A PNG in a `data:` URI.
        name: The class that the unit answers with; empty where it is not the last layer's.
    """

    source: str
    name: str


class WeightPictures(NamedTuple):
    """The weights of a first layer.

    Attributes:
        pictures: The first units' weights.
        units: How many units there are.
        size: The width and height of a picture on the page, in pixels.
    """

    pictures: list[WeightPicture]
    units: int
    size: tuple[int, int]


def draw_first_weights(content: ReportContent) -> WeightPictures | None:
    """Return the weights of the first layer as pictures, all on one scale; None if there are none to draw.

    Args:
        content: The report's.
    """
    weights = content.network.first_weights
    if weights is None or not np.isfinite(weights).all():
        return None
    units, height, width = weights.shape
    largest = float(np.abs(weights).max(initial=0)) or 1.0
    with_weights = sum(1 for row in content.network.rows if row.parameters)
    # Where the first layer is the only one, each unit is the template of a class.
    names = content.classes if with_weights == 1 and units == len(content.classes) else ("",) * units
    pictures = [
        WeightPicture(png_uri(_colour(unit / largest)), name)
        for unit, name in zip(weights[:_MAX_WEIGHT_PICTURES], names, strict=False)
    ]
    scale = max(2, round(_WEIGHT_PICTURE_PIXELS / width)) if not names[0] else 3
    return WeightPictures(pictures, units, (width * scale, height * scale))


def _colour(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return weights of -1 … 1 as colours, (h, w, 3)."""
    share = np.abs(values)[..., None]  # (h, w, 1)
    ends = np.where(values[..., None] < 0, _MINUS, _PLUS)  # (h, w, 3)
    return np.asarray(np.rint(_ZERO + share * (ends - _ZERO)), np.uint8)
