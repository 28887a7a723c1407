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

from inkdigits.core.types import SIDE, Images
from inkdigits.pictures.fit import normalize_digit
from inkdigits.read.decoding.ctc import greedy_decode, probabilities
from inkdigits.read.decoding.rescoring import Choice, choose
from inkdigits.read.layout.find_lines import Layout
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.line_crops import LineImage, crop_line
from inkdigits.read.onnx_model import STEP_WIDTH, OnnxModel
from inkdigits.read.page.binarize import Page
from inkdigits.read.result import Alternative, Box, Digit, Line

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


def read_line(networks: Sequence[OnnxModel], page: Page, layout: Layout, line: TextLine) -> LineReading | None:
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
    own = [columns[place] for place in digits]
    read = [
        Digit(names[choice.signs[place]], float(choice.posteriors[place, choice.signs[place]]), box, rivals[place])
        for place, box in zip(digits, _boxes(strip, own, page), strict=True)
    ]
    inks = tuple(strip.image[:, first:last] for first, last in own)
    boxes = np.array([digit.box for digit in read])
    whole = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    confidence = float(np.clip(choice.probability, 0, 1))
    return LineReading(Line(tuple(read), confidence, whole), inks, choice.evidence / len(digits))


def _ask(networks: Sequence[OnnxModel], page: Page, layout: Layout, line: TextLine) -> tuple[Choice, LineImage]:
    """Return what the networks say of a line, and the strip that they say it most clearly of."""
    usual = crop_line(page, layout, line, size=SIZES[0])
    views = look(networks, [usual])
    choice = choose(views)
    if is_sure(choice, views):
        return choice, usual
    others = [crop_line(page, layout, line, size=size) for size in SIZES[1:]]
    views += look(networks, others)
    choice = choose(views)
    return choice, ([usual] * len(networks) + others * len(networks))[choice.view]


def is_sure(choice: Choice, views: Sequence[NDArray[np.float64]]) -> bool:
    """Tell whether several networks say the same beyond doubt.

    By the whole string: its signs may each be sure while it is not that there is no other between them.
    """
    return len(views) > 1 and choice.probability >= _SURE and all(greedy_decode(view) == choice.signs for view in views)


def look(networks: Sequence[OnnxModel], strips: Sequence[LineImage]) -> list[NDArray[np.float64]]:
    """Run line networks side by side over several strips at once.

    Returns:
        For each strip the probabilities (T, C) of its own steps: all of the first network, then those of the next.
    """
    width = max(strip.image.shape[1] for strip in strips)
    batch = np.zeros((len(strips), 1, strips[0].image.shape[0], width), np.float32)
    for row, strip in zip(batch, strips, strict=True):
        row[0, :, : strip.image.shape[1]] = strip.image
    # Nothing but the network in the other threads: Python in two of them waits for itself.
    others = [_threads().submit(network.run, batch) for network in networks[1:]]
    logits = [networks[0].run(batch), *(other.result() for other in others)]
    return [
        own[: strip.image.shape[1] // STEP_WIDTH]
        for network, of_network in zip(networks, logits, strict=True)
        for own, strip in zip(probabilities(of_network, network.metadata.temperature), strips, strict=True)
    ]


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), "line-network")


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
    forms = [normalize_digit(np.asarray(ink)) for ink in firm]
    empty = np.zeros((SIDE, SIDE), np.uint8)
    return np.stack([empty if form is None else form for form in forms])


def _strongest(ink: NDArray[np.float32]) -> float:
    return float(ink.max(initial=0.0))


def _boxes(strip: LineImage, columns: Sequence[tuple[int, int]], page: Page) -> list[Box]:
    """Return where the digits in some columns of a strip are in the picture: the darker half of the ink of each."""
    inked = np.empty((len(columns), 4))
    for edges, (left, right) in zip(inked, columns, strict=True):
        ink = strip.image[:, left:right]
        first, top, width, height = cv2.boundingRect((ink > 0.5 * _strongest(ink)).view(np.uint8))
        if not width:  # no ink: all of it
            first, top, width, height = 0, 0, right - left, len(ink)
        edges[:] = left + first, top, left + first + width, top + height
    return _in_picture(strip.boxes_on_page(inked), page)


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


def _in_picture(boxes: NDArray[np.float64], page: Page) -> list[Box]:
    """Turn boxes on a page, (N, 4), into whole pixels of the picture, each at least one wide and high."""
    height, width = (round(side / page.scale) for side in page.grey.shape)
    ends, edges = np.array([width, height]), boxes / page.scale
    first = np.clip(edges[:, :2].astype(int), 0, ends - 1)
    last = np.clip(np.ceil(edges[:, 2:]).astype(int), first + 1, ends)
    return [(x0, y0, x1, y1) for (x0, y0), (x1, y1) in zip(first.tolist(), last.tolist(), strict=True)]


def _within(value: float, least: float, most: float) -> float:
    # A number on its own: NumPy's own way to clip it takes ten times as long.
    return min(max(value, least), most)
