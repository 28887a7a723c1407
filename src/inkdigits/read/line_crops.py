"""A line of writing on a page -> its image as line networks take it, with the way back. Knows no networks."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import LINE_DIGIT_HEIGHT, LINE_HEIGHT, LINE_WIDTH_MULTIPLE
from inkdigits.read.layout.find_lines import Layout
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.page.binarize import Page

_MAX_LINE_EXTENT = 31
"""Height in pixels that a whole line may have in its image: a line of large and small digits is scaled down.

At the largest scale that lines are read at, 1.19, this fills the image."""

_MIN_SHRINK = 0.55
"""A line is not scaled down further than this: what reaches out so far is no digit."""

_MARGIN = 12
"""Pixels of paper before the first digit and after the last."""

_MAX_WIDTH = 2048
"""Widest image: about 100 digits."""


@dataclass(frozen=True, eq=False)
class LineImage:
    """The image of one line of writing, level and at the size that line networks expect.

    Attributes:
        pixels: (40, W), float32, 0 is paper and 1 is ink; W is a multiple of 8.
        to_page: (2, 3), float64, the affine map from pixels of the image (x, y, 1) to pixels of the page.
    """

    pixels: NDArray[np.float32]
    to_page: NDArray[np.float64]

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])

    def boxes_on_page(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the upright boxes on the page around boxes in the image.

        Args:
            boxes: (N, 4), float64, left, top, right and bottom in pixels of the image.

        Returns:
            (N, 4), float64, the same in pixels of the page.
        """
        columns, rows = boxes[:, [0, 2, 2, 0]], boxes[:, [1, 1, 3, 3]]  # (N, 4) each: the corners
        x, y = (along * columns + aside * rows + start for along, aside, start in self.to_page)
        return np.stack([x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)], axis=1)  # (N, 4)


def crop_line(page: Page, layout: Layout, line: TextLine, *, scale: float = 1.0, shift: float = 0.0) -> LineImage:
    """Return the image of a line: cut out of its page, rotated level and scaled, without the ink of other lines.

    Args:
        page: The page with the line.
        layout: All lines of the page.
        line: Which one.
        scale: How large its digits become, against the usual 24 pixels.
        shift: How far down the writing is moved, in pixels of the image.
    """
    factor = _scale_factor(line, scale)
    padded = line.length * factor + 2 * _MARGIN
    width = -(-padded // LINE_WIDTH_MULTIPLE) * LINE_WIDTH_MULTIPLE
    width = int(np.clip(width, 2 * LINE_WIDTH_MULTIPLE, _MAX_WIDTH))
    cosine, sine = np.cos(line.angle) / factor, np.sin(line.angle) / factor
    rotation = np.array([[cosine, -sine], [sine, cosine]])
    middle = np.array([width / 2, _centre_row(line, factor) + shift]) - 0.5
    to_page = np.column_stack([rotation, np.array(line.centre) - rotation @ middle])  # (2, 3)
    grey, left, top = _surroundings(page, layout, line, to_page, width)
    if factor < 0.8:
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.4 / factor), np.float32)
    to_window = to_page.copy()
    to_window[:, 2] -= (left, top)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    pixels = cv2.warpAffine(grey, to_window, (width, LINE_HEIGHT), flags=flags, borderMode=cv2.BORDER_CONSTANT)
    return LineImage(np.asarray(pixels, np.float32), to_page)


def _scale_factor(line: TextLine, scale: float) -> float:
    """Return image pixels per page pixel; a line that would be too high or too long is scaled down."""
    factor = LINE_DIGIT_HEIGHT / max(line.digit_height, 1.0)
    factor = max(min(factor, _MAX_LINE_EXTENT / max(line.above + line.below, 1.0)), _MIN_SHRINK * factor)
    return min(scale * factor, (_MAX_WIDTH - 2 * _MARGIN) / max(line.length, 1.0))


def _centre_row(line: TextLine, factor: float) -> float:
    """Return the row of the image for the centre of a line: the middle, or moved where ink would be cut off."""
    highest, lowest = line.above * factor + 1, LINE_HEIGHT - 1 - line.below * factor
    middle = LINE_HEIGHT / 2
    return (highest + lowest) / 2 if highest > lowest else float(np.clip(middle, highest, lowest))


def _surroundings(
    page: Page, layout: Layout, line: TextLine, to_page: NDArray[np.float64], width: int
) -> tuple[NDArray[np.float32], int, int]:
    """Return the page around a line without the ink of other lines, and its left and top on the page."""
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, LINE_HEIGHT, 1], [0, LINE_HEIGHT, 1]]) @ to_page.T  # (4, 2)
    page_height, page_width = page.grey.shape
    left, top = (max(0, int(edge) - 2) for edge in corners.min(axis=0))
    right, bottom = (int(edge) + 3 for edge in corners.max(axis=0))
    window = np.s_[top : max(top + 1, min(page_height, bottom)), left : max(left + 1, min(page_width, right))]
    if len(layout.lines) == 1 and not layout.edges:
        return page.grey[window], left, top
    grey = page.grey[window].copy()
    line_numbers = layout.line_of_label[layout.label_map[window]]  # (h, w)
    own = max(layout.line_of_label[component.label] for component in line.components)
    is_foreign = (line_numbers != 0) & (line_numbers != own)
    if is_foreign.any():
        grey[cv2.dilate(is_foreign.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 0
    return grey, left, top
