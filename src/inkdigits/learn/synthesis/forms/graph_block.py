"""Graph paper with numbers written on it: squares that are no cells of a form. Knows nothing of cameras."""

import numpy as np

from inkdigits.learn.synthesis.forms.canvas import Canvas, RuleStyle
from inkdigits.learn.synthesis.forms.hand import Hand
from inkdigits.learn.synthesis.forms.style import FormStyle
from inkdigits.learn.synthesis.forms.truth import FormBlock, FormCell, rectangle


class GraphBlock:
    """Squared paper with lines of digits, a square for each or none at all.

    Args:
        lines: Digits, a string a line.
        style: Its look; a square is as high as a cell.
        generator: Chooses how the digits stand.
    """

    def __init__(self, lines: tuple[str, ...], style: FormStyle, generator: np.random.Generator) -> None:
        self._lines, self._style, self._generator = lines, style, generator
        self._square = style.cell_height * (1.0 if generator.random() < 0.6 else 0.5)
        self._step = self._square * max(1, round(0.8 * style.cell_height / self._square))
        self._spacing = self._square * (2 if self._square == style.cell_height else 3)
        self.width = self._step * (max(len(line) for line in lines) + 2)
        self.height = self._spacing * (len(lines) + 1)

    def draw(self, canvas: Canvas, x: float, y: float, hand: Hand) -> tuple[FormBlock, ...]:
        """Draw the squares over the whole page, write the lines, and return them.

        Args:
            canvas: The page.
            x: Left edge of the writing, in pixels.
            y: Its top edge, in pixels.
            hand: Who writes.

        Returns:
            What stands there, in pixels of the page.
        """
        style = self._style
        height, width = canvas.pixels.shape[:2]
        faint = RuleStyle(max(0.8, 0.02 * style.cell_height), style.inner.colour, 0.5 * style.inner.strength)
        for column in np.arange(x % self._square, width, self._square):
            canvas.rule((column, 0), (column, height), faint, self._generator)
        for row in np.arange(y % self._square, height, self._square):
            canvas.rule((0, row), (width, row), faint, self._generator)
        return tuple(
            self._write(canvas, line, x + self._step, y + self._spacing * (number + 0.5), hand)
            for number, line in enumerate(self._lines)
        )

    def _write(self, canvas: Canvas, line: str, x: float, y: float, hand: Hand) -> FormBlock:
        cells = []
        for number, digit in enumerate(line):
            left = x + self._step * number
            box = (left, y, left + self._step, y + self._style.cell_height)
            cells.append(FormCell(digit, "written", rectangle(*box), hand.write(canvas, digit, box)))
        return FormBlock("graph", (tuple(cells),), False, self._style.names)
