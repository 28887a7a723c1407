"""One line of a page -> its digits, with the line networks. Knows nothing of files, or of how lines are found."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

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
from inkdigits.types import SIDE, Image, Images

SIZES = (1.0, 0.84, 1.19)
"""The sizes at which a line is looked at, against the usual one: what one size blurs, another shows."""

_SURE = 0.7
"""Where all networks read the same at the usual size, and the whole string is at least this likely, that is enough.

Of 348 lines composed from MNIST's test digits, none of which this was chosen by, 80 % are that sure; each of them
reads the same in all sizes, and 97 % are right at a mean confidence of 93 %.
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
        forms: (N, 28, 28), uint8: each digit in the form that networks for single digits take.
        evidence: How much likelier the networks hold what was read than an empty line, in nats a digit.
    """

    line: Line
    forms: Images
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
    read = [_digit(choice, place, strip, page, names) for place in digits]
    boxes = np.array([digit.box for digit, _ in read])
    whole = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    confidence = float(np.clip(choice.probability, 0, 1))
    line_read = Line(tuple(digit for digit, _ in read), confidence, whole)
    return LineReading(line_read, np.stack([form for _, form in read]), choice.evidence / len(digits))


def _ask(networks: Sequence[Artefact], page: Page, layout: Layout, line: TextLine) -> tuple[Choice, Strip]:
    """Return what the networks say of a line, and the strip that they say it most clearly of."""
    usual = cut_strip(page, layout, line, size=SIZES[0])
    views = [look(network, [usual])[0] for network in networks]
    choice = choose(views)
    if is_sure(choice, views):
        return choice, usual
    others = [cut_strip(page, layout, line, size=size) for size in SIZES[1:]]
    views += [view for network in networks for view in look(network, others)]
    choice = choose(views)
    return choice, ([usual] * len(networks) + others * len(networks))[choice.view]


def is_sure(choice: Choice, views: Sequence[NDArray[np.float64]]) -> bool:
    """Tell whether several networks say the same beyond doubt.

    By the whole string: its signs may each be sure while it is not that there is no other between them.
    """
    return len(views) > 1 and choice.probability >= _SURE and all(best_path(view) == choice.signs for view in views)


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


def _digit(choice: Choice, place: int, strip: Strip, page: Page, names: Sequence[str]) -> tuple[Digit, Image]:
    """Return one digit with its place in the picture, and its form."""
    left, right = _columns(choice.spans, place, strip.image.shape[1])
    ink = strip.image[:, left:right]
    box = _ink_box(ink)
    top, bottom, first, last = box
    form = fit_to_form(np.where(ink > 0.25 * ink.max(initial=0.0), ink, 0.0))
    posterior = choice.posteriors[place]
    order = [int(sign) for sign in np.argsort(-posterior[: len(names)]) if sign != choice.signs[place]]
    alternatives = tuple(
        Alternative(names[sign], float(posterior[sign])) for sign in order if posterior[sign] >= _LEAST_ALTERNATIVE
    )
    corners = strip.box_on_page(left + first, top, left + last, bottom)
    return (
        Digit(
            names[choice.signs[place]], float(posterior[choice.signs[place]]), _in_picture(corners, page), alternatives
        ),
        form if form is not None else np.zeros((SIDE, SIDE), np.uint8),
    )


def _columns(spans: Sequence[tuple[int, int]], place: int, width: int) -> tuple[int, int]:
    """Return the columns of a strip that belong to one sign: halfway to the signs beside it."""
    middles = [(first + last) / 2 * STEP_WIDTH for first, last in spans]
    left = (middles[place - 1] + middles[place]) / 2 if place else middles[place] - STRIP_REACH
    right = (middles[place] + middles[place + 1]) / 2 if place + 1 < len(middles) else middles[place] + STRIP_REACH
    left, right = max(left, middles[place] - STRIP_REACH), min(right, middles[place] + STRIP_REACH)
    first = int(_within(left, 0, width - 2))
    return first, int(_within(round(right), first + 2, width))


STRIP_REACH = 24
"""Half the width of the widest digit, in pixels of a strip."""


def _ink_box(ink: NDArray[np.float32]) -> tuple[int, int, int, int]:
    """Return top, bottom, left, right of the darker half of the ink."""
    dark = ink > 0.5 * float(ink.max(initial=0.0))
    rows, columns = (np.flatnonzero(dark.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return 0, ink.shape[0], 0, ink.shape[1]
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _in_picture(box: tuple[float, float, float, float], page: Page) -> Box:
    height, width = (round(side / page.scale) for side in page.grey.shape)
    left, top, right, bottom = (edge / page.scale for edge in box)
    x0, y0 = int(_within(left, 0, width - 1)), int(_within(top, 0, height - 1))
    return x0, y0, int(_within(math.ceil(right), x0 + 1, width)), int(_within(math.ceil(bottom), y0 + 1, height))


def _within(value: float, least: float, most: float) -> float:
    # A number on its own: NumPy's own way to clip it takes ten times as long.
    return min(max(value, least), most)
