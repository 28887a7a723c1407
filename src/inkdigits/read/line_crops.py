"""A line of writing on a page -> a strip as line networks take it, with the way back. Knows no networks."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import LINE_HEIGHT
from inkdigits.read.layout.find_lines import Layout
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.page.binarize import Page

DIGIT_HEIGHT = 24
"""Height in pixels that a usual digit has in a strip; the rest is for tails."""

_ROOM = 31
"""Height in pixels that a whole line may have in a strip: a line of large and small digits is made smaller.

At the largest size that lines are looked at, 1.19, this fills the strip."""

_LEAST_SIZE = 0.55
"""Nor is a line made smaller than this: what reaches out so far is no digit."""

_MARGIN = 12
"""Pixels of paper before the first digit and behind the last."""

_LONGEST = 2048
"""Widest strip: about 100 digits."""

_STEP = 8
"""Strips are a multiple of this wide, as line networks want them."""


@dataclass(frozen=True, eq=False)
class LineImage:
    """One line of writing, level and at the size that line networks know.

    Attributes:
        image: (40, W), float32, 0 is paper and 1 is ink; W is a multiple of 8.
        to_page: (2, 3): strip pixels (x, y, 1) -> page pixels.
    """

    image: NDArray[np.float32]
    to_page: NDArray[np.float64]

    def boxes_on_page(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the upright boxes on the page around boxes in the strip, (N, 4) each: left, top, right, bottom."""
        columns, rows = boxes[:, [0, 2, 2, 0]], boxes[:, [1, 1, 3, 3]]
        across, down = (along * columns + aside * rows + start for along, aside, start in self.to_page)
        return np.stack([across.min(axis=1), down.min(axis=1), across.max(axis=1), down.max(axis=1)], axis=1)


def crop_line(page: Page, layout: Layout, line: TextLine, *, size: float = 1.0, shift: float = 0.0) -> LineImage:
    """Cut a line out of its page, turn it level and scale it.

    The ink of other lines (tails that reach in) is wiped out.

    Args:
        page: Where it stands.
        layout: All lines of the page.
        line: Which one.
        size: How large its digits become, against the usual 24 pixels.
        shift: How far down the writing is moved, in pixels of the strip.
    """
    factor = _factor(line, size)
    width = int(np.clip(-(-(line.length * factor + 2 * _MARGIN) // _STEP) * _STEP, 2 * _STEP, _LONGEST))
    cosine, sine = np.cos(line.angle) / factor, np.sin(line.angle) / factor
    turn = np.array([[cosine, -sine], [sine, cosine]])
    middle = np.array([width / 2, _middle(line, factor) + shift]) - 0.5
    to_page = np.column_stack([turn, np.array(line.centre) - turn @ middle])
    grey, left, top = _surroundings(page, layout, line, to_page, width)
    if factor < 0.8:
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.4 / factor), np.float32)
    here = to_page.copy()
    here[:, 2] -= (left, top)
    image = cv2.warpAffine(
        grey, here, (width, LINE_HEIGHT), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT
    )
    return LineImage(np.asarray(image, np.float32), to_page)


def _factor(line: TextLine, size: float) -> float:
    """Return strip pixels per page pixel; a line that would get too high or too long is made smaller."""
    usual = DIGIT_HEIGHT / max(line.digit_height, 1.0)
    usual = max(min(usual, _ROOM / max(line.above + line.below, 1.0)), _LEAST_SIZE * usual)
    return min(size * usual, (_LONGEST - 2 * _MARGIN) / max(line.length, 1.0))


def _middle(line: TextLine, factor: float) -> float:
    """Return the height in the strip at which the centre of a line comes: moved where ink would be cut off."""
    highest, lowest = line.above * factor + 1, LINE_HEIGHT - 1 - line.below * factor
    middle = LINE_HEIGHT / 2
    return (highest + lowest) / 2 if highest > lowest else float(np.clip(middle, highest, lowest))


def _surroundings(
    page: Page, layout: Layout, line: TextLine, to_page: NDArray[np.float64], width: int
) -> tuple[NDArray[np.float32], int, int]:
    """Return the page around a line without the ink of others, and where it was cut out."""
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, LINE_HEIGHT, 1], [0, LINE_HEIGHT, 1]]) @ to_page.T
    height, breadth = page.grey.shape
    left, top = (max(0, int(edge) - 2) for edge in corners.min(axis=0))
    right, bottom = (int(edge) + 3 for edge in corners.max(axis=0))
    window = np.s_[top : max(top + 1, min(height, bottom)), left : max(left + 1, min(breadth, right))]
    if len(layout.lines) == 1:
        return page.grey[window], left, top
    grey = page.grey[window].copy()
    owners = layout.owners[layout.labels[window]]
    strangers = (owners > 0) & (owners != layout.owners[line.parts[0].label])
    if strangers.any():
        grey[cv2.dilate(strangers.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 0
    return grey, left, top
