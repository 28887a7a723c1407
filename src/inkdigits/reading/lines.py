"""One line of a page -> its digits, with the line networks. Knows nothing of files, or of how lines are found."""

import math
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.pictures.fit import fit_to_form
from inkdigits.reading.artefact import STEP_WIDTH, Artefact
from inkdigits.reading.choose import Choice, choose
from inkdigits.reading.ctc import best_path, probabilities
from inkdigits.reading.ink import Page
from inkdigits.reading.layout import Layout
from inkdigits.reading.measuring import TextLine
from inkdigits.reading.result import Alternative, Box, Digit, Line
from inkdigits.reading.strips import Strip, cut_strip
from inkdigits.types import SIDE, Images

SIZES = (1.0, 0.84, 1.19)
"""The sizes at which a line is looked at, against the usual one: what one size blurs, another shows."""

_SURE = 0.6
"""Where all networks read the same at the usual size, and the whole string is at least this likely, that is enough.

Of 504 lines composed of digits that the networks learned from, 85 % are that sure, of 324 of MNIST's test digits 84 %:
each of them reads the same in all sizes. At 0.5 it would be 87 %, one of them not the same.
"""

_LEAST_ALTERNATIVE = 0.005
"""Less likely digits are not worth naming."""

_MOST_OTHERS = 0.5
"""A line with more than this share of signs that are no digits is no number."""


@dataclass(frozen=True, eq=False)
class LineReading:
    """What was read in a line.

    Attributes:
        line: Its digits.
        inks: Each digit's own piece of the strip, (40, w) float32.
        evidence: How much likelier the networks hold what was read than an empty line, in nats a digit.
    """

    line: Line
    inks: tuple[NDArray[np.float32], ...]
    evidence: float


def read_line(networks: Sequence[Artefact], page: Page, layout: Layout, line: TextLine) -> LineReading | None:
    """Read one line.

    Args:
        networks: One or more line networks; where they aren't of one mind, each looks at the line in several sizes.
        page: Where it stands.
        layout: All lines of the page.
        line: Which one.

    Returns:
        None where the line holds no digits, or more signs that are none.
    """
    choice, strip = _ask(networks, page, layout, line)
    names = networks[0].metadata.classes
    digits = [place for place, sign in enumerate(choice.signs) if sign < len(names)]
    if not digits or len(choice.signs) - len(digits) > _MOST_OTHERS * len(choice.signs):
        return None
    columns = _columns(choice.spans, strip.image.shape[1])
    rivals = _rivals(choice, names)
    read, inks = [], []
    for place in digits:
        first, last = columns[place]
        box, sign = _box(strip, first, last, page), choice.signs[place]
        read.append(Digit(names[sign], float(choice.posteriors[place, sign]), box, rivals[place]))
        inks.append(strip.image[:, first:last])
    boxes = np.array([digit.box for digit in read])
    whole = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    confidence = float(np.clip(choice.probability, 0, 1))
    return LineReading(Line(tuple(read), confidence, whole), tuple(inks), choice.evidence / len(digits))


def _ask(networks: Sequence[Artefact], page: Page, layout: Layout, line: TextLine) -> tuple[Choice, Strip]:
    """Return what the networks say of a line, and the strip that they say it most clearly of."""
    usual = cut_strip(page, layout, line, size=SIZES[0])
    views = _look_all(networks, [usual])
    choice = choose(views)
    if is_sure(choice, views):
        return choice, usual
    others = [cut_strip(page, layout, line, size=size) for size in SIZES[1:]]
    views += _look_all(networks, others)
    choice = choose(views)
    return choice, ([usual] * len(networks) + others * len(networks))[choice.view]


def is_sure(choice: Choice, views: Sequence[NDArray[np.float64]]) -> bool:
    """Tell whether several networks say the same beyond doubt.

    By the whole string: its signs may each be sure while it is not that there is no other between them.
    """
    return len(views) > 1 and choice.probability >= _SURE and all(best_path(view) == choice.signs for view in views)


def _look_all(networks: Sequence[Artefact], strips: Sequence[Strip]) -> list[NDArray[np.float64]]:
    """Run all networks side by side over several strips; give the views of the first, then those of the next."""
    others = [_threads().submit(look, network, strips) for network in networks[1:]]
    return [*look(networks[0], strips), *(view for other in others for view in other.result())]


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), "line-network")


def look(network: Artefact, strips: Sequence[Strip]) -> list[NDArray[np.float64]]:
    """Run a line network over several strips at once.

    Returns:
        For each strip the probabilities (T, C) of its own steps.
    """
    width = max(strip.image.shape[1] for strip in strips)
    batch = np.zeros((len(strips), 1, strips[0].image.shape[0], width), np.float32)
    for row, strip in zip(batch, strips, strict=True):
        row[0, :, : strip.image.shape[1]] = strip.image
    steps = probabilities(network.run(batch), network.metadata.temperature)
    return [own[: strip.image.shape[1] // STEP_WIDTH] for own, strip in zip(steps, strips, strict=True)]


def _rivals(choice: Choice, names: Sequence[str]) -> list[tuple[Alternative, ...]]:
    """Return what else each sign may be, most likely first."""
    posteriors = choice.posteriors[:, : len(names)]
    orders, shares = np.argsort(-posteriors, axis=1).tolist(), posteriors.tolist()
    return [
        tuple(
            Alternative(names[rival], share[rival])
            for rival in order
            if rival != sign and share[rival] >= _LEAST_ALTERNATIVE
        )
        for sign, order, share in zip(choice.signs, orders, shares, strict=True)
    ]


def draw_forms(inks: Iterable[NDArray[np.float32]]) -> Images:
    """Bring digits to the form that networks for single digits take.

    Args:
        inks: N pieces of strips, each (40, w) float32.

    Returns:
        (N, 28, 28), uint8; empty where a piece is.
    """
    firm = (cv2.threshold(ink, 0.25 * _strongest(ink), 1, cv2.THRESH_TOZERO)[1] for ink in inks)
    forms = [fit_to_form(np.asarray(ink)) for ink in firm]
    empty = np.zeros((SIDE, SIDE), np.uint8)
    return np.stack([empty if form is None else form for form in forms])


def _strongest(ink: NDArray[np.float32]) -> float:
    return float(ink.max(initial=0.0))


def _box(strip: Strip, left: int, right: int, page: Page) -> Box:
    """Return where the digit in some columns of a strip is in the picture: the darker half of its ink."""
    ink = strip.image[:, left:right]
    first, top, width, height = cv2.boundingRect((ink > 0.5 * _strongest(ink)).view(np.uint8))
    if not width:  # no ink: all of it
        first, top, width, height = 0, 0, right - left, len(ink)
    corners = strip.box_on_page(left + first, top, left + first + width, top + height)
    return _in_picture(corners, page)


def _columns(spans: Sequence[tuple[int, int]], width: int) -> list[tuple[int, int]]:
    """Return the columns of a strip that belong to each sign: halfway to the signs beside it."""
    middles = [(first + last) / 2 * STEP_WIDTH for first, last in spans]
    between = [(one + other) / 2 for one, other in pairwise(middles)]
    columns = []
    for middle, left, right in zip(middles, [-math.inf, *between], [*between, math.inf], strict=True):
        first = int(_within(max(left, middle - STRIP_REACH), 0, width - 2))
        columns.append((first, int(_within(round(min(right, middle + STRIP_REACH)), first + 2, width))))
    return columns


STRIP_REACH = 24
"""Half the width of the widest digit, in pixels of a strip."""


def _in_picture(box: tuple[float, float, float, float], page: Page) -> Box:
    height, width = (round(side / page.scale) for side in page.grey.shape)
    left, top, right, bottom = (edge / page.scale for edge in box)
    x0, y0 = int(_within(left, 0, width - 1)), int(_within(top, 0, height - 1))
    return x0, y0, int(_within(math.ceil(right), x0 + 1, width)), int(_within(math.ceil(bottom), y0 + 1, height))


def _within(value: float, least: float, most: float) -> float:
    # A number on its own: NumPy's own way to clip it takes ten times as long.
    return min(max(value, least), most)
