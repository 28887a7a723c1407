"""Combs, separate boxes and rows of graph paper: one digit a cell, one line of text. Knows nothing of pages."""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.learn.synthesis.forms.canvas import Canvas
from inkdigits.learn.synthesis.forms.hand import Box, Hand
from inkdigits.learn.synthesis.forms.style import FormStyle
from inkdigits.learn.synthesis.forms.truth import FormBlock, FormCell, rectangle
from inkdigits.pictures.levels import to_unit_range

_CombShape = Literal["closed", "teeth", "dividers"]

_GROUPS = {4: (1,), 6: (1, 3), 8: (1, 3), 9: (2, 5), 10: (3, 6)}
"""After which boxes there may be a wider gap, by their number: dates, telephone numbers, codes in groups."""


class RowBlock:
    """A comb whose cells touch, or separate boxes in a row.

    Args:
        text: A digit or a space a cell.
        style: Its look.
        generator: Chooses its shape.
        separate: Whether the boxes stand apart.
    """

    def __init__(self, text: str, style: FormStyle, generator: np.random.Generator, *, separate: bool) -> None:
        self._text, self._style, self._generator, self._separate = text, style, generator, separate
        steps = np.full(len(text), style.cell_width * (1 + style.gap if separate else 1))
        self._shape: _CombShape = "closed"
        if not separate and generator.random() < 0.3:
            self._shape = "teeth" if generator.random() < 0.6 else "dividers"
        self._rounded = (
            separate and not style.inner.by_hand and style.inner.pattern is None and generator.random() < 0.2
        )
        if separate and len(text) in _GROUPS and generator.random() < 0.25:
            steps[list(_GROUPS[len(text)])] += style.cell_width * generator.uniform(0.4, 0.9)
        self._lefts = np.concatenate([[0.0], np.cumsum(steps[:-1])])  # (cells,)
        self._shaded = style.shade > 0 and self._shape == "closed" and not style.inner.by_hand
        self.width = float(self._lefts[-1]) + style.cell_width
        self.height = style.cell_height

    def draw(self, canvas: Canvas, x: float, y: float, hand: Hand) -> tuple[FormBlock, ...]:
        """Draw it, write its digits, and return it.

        Args:
            canvas: The page.
            x: Its left edge, in pixels.
            y: Its top edge, in pixels.
            hand: Who writes.

        Returns:
            What stands there, in pixels of the page.
        """
        style = self._style
        boxes = [(x + left, y, x + left + style.cell_width, y + style.cell_height) for left in self._lefts.tolist()]
        if self._shaded:
            self._shade(canvas, boxes)
        if self._separate:
            for box in boxes:
                self._box(canvas, *box)
        else:
            self._comb(canvas, x, y)
        cells = []
        for box, name in zip(boxes, self._text, strict=True):
            ink = hand.write(canvas, name, box) if name != " " else np.zeros(4)
            cells.append(FormCell(name.strip(), "written" if name != " " else "empty", rectangle(*box), ink))
        kind: Literal["boxes", "comb"] = "boxes" if self._separate else "comb"
        extra = [name for name, there in (("rounded", self._rounded), ("shaded", self._shaded)) if there]
        names = (self._shape, *extra, *style.names)
        return (FormBlock(kind, (tuple(cells),), self._shape == "closed", names),)

    def _shade(self, canvas: Canvas, boxes: list[Box]) -> None:
        """Tint the paper around the boxes, as on forms whose fields stay white."""
        style = self._style
        around = 0.25 * style.cell_height
        left, top, _, bottom = boxes[0]
        right = boxes[-1][2]
        edges = [left - around, *(edge for box in boxes for edge in (box[0], box[2])), right + around]
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            canvas.fill(first, top, last, bottom, style.inner.colour, style.shade)
        for first, last in ((top - around, top), (bottom, bottom + around)):
            canvas.fill(left - around, first, right + around, last, style.inner.colour, style.shade)

    def _box(self, canvas: Canvas, left: float, top: float, right: float, bottom: float) -> None:
        style = self._style.inner
        if self._rounded:
            _rounded_box(canvas, (left, top, right, bottom), self._style)
            return
        for start, end in (
            ((left, top), (right, top)),
            ((left, bottom), (right, bottom)),
            ((left, top), (left, bottom)),
            ((right, top), (right, bottom)),
        ):
            canvas.rule(start, end, style, self._generator)

    def _comb(self, canvas: Canvas, x: float, y: float) -> None:
        style, generator = self._style, self._generator
        right, bottom = x + self.width, y + self.height
        divider_top = y if self._shape != "teeth" else bottom - style.teeth * self.height
        for number in range(1, len(self._text)):
            column = x + float(self._lefts[number])
            canvas.rule((column, divider_top), (column, bottom), style.inner, generator)
        canvas.rule((x, bottom), (right, bottom), style.outer, generator)
        if self._shape == "closed":
            canvas.rule((x, y), (right, y), style.outer, generator)
        for column in (x, right):
            canvas.rule((column, divider_top), (column, bottom), style.outer, generator)


def _rounded_box(canvas: Canvas, box: tuple[float, float, float, float], style: FormStyle) -> None:
    """Draw a box whose corners are round: an outline four times as large, scaled down."""
    left, top = int(box[0]) - 4, int(box[1]) - 4
    width, height = int(box[2]) - left + 8, int(box[3]) - top + 8
    large = np.zeros((4 * height, 4 * width), np.uint8)
    first_x, first_y, last_x, last_y = (
        round(4 * (edge - corner)) for edge, corner in zip(box, (left, top, left, top), strict=True)
    )
    radius = round(4 * 0.14 * style.cell_width)
    thickness = max(1, round(4 * style.inner.thickness))
    inner = (first_x + radius, first_y + radius, last_x - radius, last_y - radius)
    # The outline of a rectangle that was grown by a disc has round corners.
    cv2.rectangle(large, inner[:2], inner[2:], 255, -1)
    grown = cv2.dilate(large, _disc(radius + thickness // 2)) - cv2.dilate(large, _disc(radius - (thickness + 1) // 2))
    ink = to_unit_range(np.asarray(cv2.resize(grown, (width, height), interpolation=cv2.INTER_AREA), np.uint8))
    canvas.add(ink * np.float32(style.inner.strength), left, top, style.inner.colour)


def _disc(radius: int) -> NDArray[np.uint8]:
    side = 2 * max(0, radius) + 1
    return np.array(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
