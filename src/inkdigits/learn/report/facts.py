"""What the page works out from the content before it is laid out: figures, patches, bars. Knows no HTML."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Image
from inkdigits.learn.report.content import ReportContent

PATCH_SIDE = 8
MOST_BARS = 12
MOST_PAIRS = 12


@dataclass(frozen=True)
class Cell:
    """One pixel of the patch: as stored, as the network sees it, and its ink from 0 to 1 for shading."""

    before: str
    after: str
    ink: float


@dataclass(frozen=True)
class Bar:
    """One class of the example digit with its probability."""

    name: str
    probability: float
    is_label: bool
    is_prediction: bool


@dataclass(frozen=True)
class Pair:
    """How often one class was read as another."""

    label: int
    prediction: int
    count: int


def pixel_patch(image: Image, content: ReportContent) -> tuple[tuple[Cell, ...], ...]:
    """Cut out the inkiest 8x8 pixels and give their values before and after scaling."""
    sums = np.lib.stride_tricks.sliding_window_view(image.astype(np.int64), (PATCH_SIDE, PATCH_SIDE))
    # The window with the most strokes *and* paper tells more than one full of ink.
    variety = sums.reshape(*sums.shape[:2], -1).std(axis=2)
    top, left = np.unravel_index(variety.argmax(), variety.shape)
    patch = image[top : top + PATCH_SIDE, left : left + PATCH_SIDE]
    before, after = content.before_scaling, content.after_scaling
    span = (before.maximum - before.minimum) or 1.0
    shares = (patch.astype(np.float64) - before.minimum) / span
    scaled = after.minimum + shares * (after.maximum - after.minimum)
    return tuple(
        tuple(
            Cell(str(int(value)), f"{new:.2f}", round(int(value) / 255, 2))
            for value, new in zip(values, news, strict=True)
        )
        for values, news in zip(patch, scaled, strict=True)
    )


def example_bars(content: ReportContent) -> tuple[Bar, ...]:
    """Return the bars of the example digit: all classes, or the likeliest where there are too many."""
    probabilities = content.example.probabilities
    prediction = int(probabilities.argmax())
    shown = np.argsort(-probabilities, kind="stable")[:MOST_BARS].tolist()
    if content.example.label not in shown:
        shown.append(content.example.label)
    return tuple(
        Bar(
            content.classes[each],
            float(probabilities[each]),
            each == content.example.label,
            each == prediction,
        )
        for each in sorted(shown)
    )


def worst_pairs(confusion: NDArray[np.int64]) -> tuple[Pair, ...]:
    """Return the most frequent confusions, the worst first.

    Examples:
        >>> worst_pairs(np.array([[9, 1], [2, 8]]))
        (Pair(label=1, prediction=0, count=2), Pair(label=0, prediction=1, count=1))
    """
    mistakes = confusion - np.diag(np.diag(confusion))
    order = np.argsort(-mistakes, axis=None, kind="stable")[:MOST_PAIRS]
    places: Sequence[tuple[int, int]] = [divmod(int(each), len(mistakes)) for each in order]
    return tuple(Pair(*place, int(mistakes[place])) for place in places if mistakes[place])


def duration(seconds: float) -> str:
    """Say how long something took.

    Examples:
        >>> duration(0.41), duration(75), duration(5400)
        ('0.4 s', '1 min 15 s', '1 h 30 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def percent(share: float | None, decimals: int = 2) -> str:
    """Say a share as a percentage; "none" where there was nothing to measure.

    Rounding never turns a share below 1 into 100 %.

    Examples:
        >>> percent(0.97912), percent(None), percent(0.99999)
        ('97.91 %', 'none', '99.99 %')
    """
    if share is None:
        return "none"
    text = f"{share * 100:.{decimals}f}"
    if share < 1 and float(text) >= 100:
        text = f"{100 - 10**-decimals:.{decimals}f}"
    return text + " %"
