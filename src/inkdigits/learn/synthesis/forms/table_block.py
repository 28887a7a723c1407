"""Tables and grids: rows and columns of cells with rules, words and numbers. Knows nothing of pages."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from inkdigits.learn.synthesis.forms.canvas import Canvas, RuleStyle
from inkdigits.learn.synthesis.forms.fonts import print_text
from inkdigits.learn.synthesis.forms.hand import Box, Hand
from inkdigits.learn.synthesis.forms.style import FormStyle
from inkdigits.learn.synthesis.forms.truth import Content, FormBlock, FormCell, rectangle


@dataclass(frozen=True)
class CellPlan:
    """What a cell is to hold.

    Attributes:
        content: Digits by hand, printed digits, printed words, a mark by hand, or nothing.
        text: The digits or words.
    """

    content: Content
    text: str = ""


@dataclass(frozen=True)
class TablePlan:
    """What a table looks like beside its style.

    Attributes:
        kind: Whether it is a table of numbers or a grid of digits.
        widths: Of the columns, in pixels.
        heights: Of the rows, in pixels.
        cells: Row by row.
        across: Whether there are rules between rows.
        down: Whether there are rules between columns.
        frame: Whether there are rules around it.
        group: After how many rows and columns a rule is as thick as the frame; 0 is never.
        align: Where numbers stand: 0 left, 0.5 in the middle, 1 right.
    """

    kind: Literal["table", "grid"]
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    cells: tuple[tuple[CellPlan, ...], ...]
    across: bool = True
    down: bool = True
    frame: bool = True
    group: int = 0
    align: float = 0.5


class TableBlock:
    """A table that is drawn as planned.

    Args:
        plan: Its rows and columns.
        style: Its look.
        generator: Draws what the plan leaves open.
    """

    def __init__(self, plan: TablePlan, style: FormStyle, generator: np.random.Generator) -> None:
        self._plan, self._style, self._generator = plan, style, generator
        self.width, self.height = sum(plan.widths), sum(plan.heights)

    def draw(self, canvas: Canvas, x: float, y: float, hand: Hand) -> tuple[FormBlock, ...]:
        """Draw it, write its numbers, and return it.

        Args:
            canvas: The page.
            x: Its left edge, in pixels.
            y: Its top edge, in pixels.
            hand: Who writes.

        Returns:
            What stands there, in pixels of the page.
        """
        plan, style = self._plan, self._style
        columns = x + np.concatenate([[0], np.cumsum(plan.widths)])  # (columns + 1,)
        rows = y + np.concatenate([[0], np.cumsum(plan.heights)])  # (rows + 1,)
        if style.shade and plan.kind == "table":
            canvas.fill(columns[0], rows[0], columns[-1], rows[1], style.inner.colour, style.shade)
        self._rules(canvas, columns, rows)
        filled = []
        for row, cells in enumerate(plan.cells):
            boxes = [(columns[i], rows[row], columns[i + 1], rows[row + 1]) for i in range(len(cells))]
            filled.append(tuple(self._fill(canvas, cell, box, hand) for cell, box in zip(cells, boxes, strict=True)))
        closed = plan.across and plan.down and plan.frame
        ruling = "closed" if closed else "rows only" if plan.across else "columns only"
        return (FormBlock(plan.kind, tuple(filled), closed, (ruling, *style.names)),)

    def _rules(self, canvas: Canvas, columns: NDArray[np.float64], rows: NDArray[np.float64]) -> None:
        plan, style = self._plan, self._style
        for number, row in enumerate(rows):
            rule = self._rule(number, len(rows), plan.across)
            if rule:
                canvas.rule((columns[0], row), (columns[-1], row), rule, self._generator)
        for number, column in enumerate(columns):
            rule = self._rule(number, len(columns), plan.down)
            if rule:
                canvas.rule((column, rows[0]), (column, rows[-1]), rule, self._generator)
        if plan.across and not plan.frame:
            for row in (rows[0], rows[-1]):
                canvas.rule((columns[0], row), (columns[-1], row), style.outer, self._generator)

    def _rule(self, number: int, count: int, inside: bool) -> RuleStyle | None:
        if number in (0, count - 1):
            return self._style.outer if self._plan.frame else None
        if not inside:
            return None
        is_thick = self._plan.group and number % self._plan.group == 0
        return self._style.outer if is_thick else self._style.inner

    def _fill(self, canvas: Canvas, cell: CellPlan, box: Box, hand: Hand) -> FormCell:
        ink = np.zeros(4)
        if cell.content == "written":
            ink = hand.write(canvas, cell.text, box, self._plan.align)
        elif cell.content == "mark":
            ink = hand.mark(canvas, box)
        elif cell.content in ("printed", "words"):
            ink = self._print(canvas, cell, box)
        text = cell.text if cell.content in ("written", "printed") else ""
        return FormCell(text, cell.content, rectangle(*box), ink)

    def _print(self, canvas: Canvas, cell: CellPlan, box: Box) -> NDArray[np.float64]:
        left, top, right, bottom = box
        share = 0.62 if self._plan.kind == "grid" else 0.36
        ink = print_text(cell.text, share * (bottom - top), self._style.font)
        if ink.shape[1] > 0.92 * (right - left):
            ink = print_text(cell.text, share * (bottom - top) * 0.9 * (right - left) / ink.shape[1], self._style.font)
        is_left = cell.content == "words" and self._plan.align != 0.5
        column = left + 0.12 * (bottom - top) if is_left else (left + right - ink.shape[1]) / 2
        row = (top + bottom - ink.shape[0]) / 2
        canvas.add(ink, round(column), round(row), self._style.print_colour)
        return np.array([round(column), round(row), round(column) + ink.shape[1], round(row) + ink.shape[0]], float)
