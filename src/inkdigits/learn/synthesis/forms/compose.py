"""Digits -> pictures of filled-in forms and what stands in them. Knows nothing of networks."""

from typing import Literal, Protocol, get_args

import numpy as np

from inkdigits.core.types import Images, Labels
from inkdigits.learn.synthesis.forms.camera import photograph, scan
from inkdigits.learn.synthesis.forms.canvas import Canvas
from inkdigits.learn.synthesis.forms.contents import (
    HEADINGS,
    LABELS,
    plan_grid,
    plan_sudoku,
    plan_table,
    sample_number,
)
from inkdigits.learn.synthesis.forms.digits import DigitPool
from inkdigits.learn.synthesis.forms.fonts import print_text
from inkdigits.learn.synthesis.forms.graph_block import GraphBlock
from inkdigits.learn.synthesis.forms.hand import Hand, sample_habits
from inkdigits.learn.synthesis.forms.row_blocks import RowBlock
from inkdigits.learn.synthesis.forms.style import TRAINING_STYLES, FormStyle, StyleSet, sample_form_style
from inkdigits.learn.synthesis.forms.table_block import TableBlock
from inkdigits.learn.synthesis.forms.truth import Form, FormBlock, move_block
from inkdigits.learn.synthesis.ink import Ink

FormKind = Literal["comb", "boxes", "table", "grid", "sudoku", "graph", "sheet", "ledger", "partly filled comb"]
"""What a form consists of; a sheet has several blocks, a heading and words, a ledger is a table that fills a page."""

FORM_KINDS: tuple[FormKind, ...] = get_args(FormKind)

_CELL_HEIGHTS = (32, 96)
"""Least and greatest height of a cell for one digit, in pixels of the page."""

_SHEET_BLOCKS: tuple[tuple[FormKind, int, int], ...] = (("comb", 1, 3), ("boxes", 0, 2))
"""Least and greatest number of blocks on a sheet beside its table."""


class _Block(Protocol):
    """Something that stands on a page."""

    width: float
    height: float

    def draw(self, canvas: Canvas, x: float, y: float, hand: Hand) -> tuple[FormBlock, ...]: ...


class FormComposer:
    """Composes filled-in forms.

    Args:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized as MNIST's digits are.
        labels: (N,), int64, class numbers 0 … 9; each of them occurs.
        styles: What the forms may look like.
        allograph_share: Share of the digits drawn as allographs.

    Examples:
        >>> images = np.zeros((10, 28, 28), np.uint8)
        >>> images[:, 4:24, 12:16] = 255
        >>> form = FormComposer(images, np.arange(10)).compose("comb", np.random.default_rng(0))
        >>> len(form.blocks[0].text), form.picture.dtype
        (8, dtype('uint8'))
    """

    def __init__(
        self, images: Images, labels: Labels, styles: StyleSet = TRAINING_STYLES, allograph_share: float = 0.0
    ) -> None:
        self._pool = DigitPool(images, labels)
        self._styles, self._allograph_share = styles, allograph_share

    def compose(
        self,
        kind: FormKind,
        generator: np.random.Generator,
        *,
        photographed: bool = False,
        cell_height: float | None = None,
    ) -> Form:
        """Return one form.

        Args:
            kind: What it consists of.
            generator: Draws everything: the same state gives the same form.
            photographed: Whether a camera saw it from the side, or a scanner from above.
            cell_height: Of a cell for one digit, in pixels of the page; by default it is drawn.
        """
        height = cell_height or float(np.exp(generator.uniform(*np.log(_CELL_HEIGHTS))))
        if kind in ("sheet", "ledger") and cell_height is None:
            height = float(generator.uniform(32, 56))
        style = sample_form_style(self._styles, height, generator)
        habits = sample_habits(self._styles.digit_heights, self._allograph_share, generator)
        hand = Hand(self._pool, habits, style.pen, generator)
        page = _Page(style, generator)
        if kind != "sheet" and generator.random() < 0.25:
            page.print(_small_print(generator), generator.uniform(0.2, 0.3))
            page.skip(generator.uniform(0.5, 2))
        if kind == "sheet":
            _fill_sheet(page, style, generator)
        else:
            page.place(make_block(kind, style, generator), labelled=generator.random() < 0.5)
        canvas, blocks = page.draw(hand)
        if not photographed:
            shot = scan(canvas.pixels, height, generator)
        else:
            kept = np.concatenate([cell.quad for block in blocks for cell in block.cells])
            is_turned = generator.random() < 0.15 and _has_a_top(blocks)
            turns = int(generator.integers(1, 4)) if is_turned else 0
            shot = photograph(canvas.pixels, kept, height, generator, turns=turns)
        moved = tuple(move_block(block, shot.move) for block in blocks)
        return Form(shot.picture, moved, shot.turns, shot.tilt)


def _has_a_top(blocks: tuple[FormBlock, ...]) -> bool:
    """Tell whether digits show which way up the page is: most look like others, or like themselves, upside down."""
    written = "".join(cell.text for block in blocks for cell in block.cells)
    return len(written) >= 8 and sum(name in "347" for name in written) >= 2


def make_block(kind: FormKind, style: FormStyle, generator: np.random.Generator) -> _Block:
    """Return a block of one kind, filled with random numbers.

    Args:
        kind: Anything but a sheet.
        style: Its look.
        generator: Draws everything.
    """
    match kind:
        case "comb":
            return RowBlock(sample_number(8, generator), style, generator, separate=False)
        case "partly filled comb":
            cells = int(generator.integers(6, 13))
            number = sample_number(int(generator.integers(2, cells)), generator)
            text = number.rjust(cells) if generator.random() < 0.5 else number.ljust(cells)
            return RowBlock(text, style, generator, separate=False)
        case "boxes":
            return RowBlock(sample_number(int(generator.integers(4, 11)), generator), style, generator, separate=True)
        case "table":
            return TableBlock(plan_table(style, generator), style, generator)
        case "ledger":
            rows, columns = int(generator.integers(18, 31)), int(generator.integers(5, 9))
            return TableBlock(plan_table(style, generator, rows, columns, (0.0, 0.1)), style, generator)
        case "grid":
            return TableBlock(plan_grid(style, generator), style, generator)
        case "sudoku":
            return TableBlock(plan_sudoku(style, generator), style, generator)
        case "graph":
            lines = tuple(
                sample_number(int(generator.integers(3, 11)), generator) for _ in range(generator.integers(1, 6))
            )
            return GraphBlock(lines, style, generator)
        case _:
            raise ValueError(f"{kind!r} given; expected another of {FORM_KINDS}")


class _Page:
    """Blocks and words one below the other; drawn when all have their places."""

    def __init__(self, style: FormStyle, generator: np.random.Generator) -> None:
        self._style, self._generator = style, generator
        unit = style.cell_height
        self._margins = generator.uniform(0.5, 4.0, 4) * unit  # left, top, right, bottom
        self._x, self._y = float(self._margins[0]), float(self._margins[1])
        self._right = self._x
        self._blocks: list[tuple[_Block, float, float]] = []
        self._words: list[tuple[Ink, float, float]] = []

    def skip(self, share: float) -> None:
        """Leave room below, in heights of a cell."""
        self._y += share * self._style.cell_height

    def print(self, text: str, share: float) -> None:
        """Print words in a line of their own, `share` heights of a cell high."""
        ink = print_text(text, share * self._style.cell_height, self._style.font)
        self._words.append((ink, self._x, self._y))
        self._right = max(self._right, self._x + ink.shape[1])
        self._y += ink.shape[0] * 1.6

    def place(self, block: _Block, *, labelled: bool) -> None:
        """Place a block below what is there, perhaps with words above it or before it."""
        unit, left = self._style.cell_height, self._x
        if labelled:
            word = str(self._generator.choice(LABELS))
            if block.height > 1.5 * unit or self._generator.random() < 0.5:
                self.print(word, self._generator.uniform(0.25, 0.4))
            else:
                ink = print_text(word, self._generator.uniform(0.25, 0.4) * unit, self._style.font)
                self._words.append((ink, self._x, self._y + 0.6 * unit - ink.shape[0] / 2))
                left += ink.shape[1] + self._generator.uniform(0.4, 1.0) * unit
        self._blocks.append((block, left, self._y))
        self._right = max(self._right, left + block.width)
        self._y += block.height

    def draw(self, hand: Hand) -> tuple[Canvas, tuple[FormBlock, ...]]:
        """Draw everything on paper of the size that it needs."""
        height, width = round(self._y + self._margins[3]), round(self._right + self._margins[2])
        canvas = Canvas(height, width, self._style.paper)
        for ink, x, y in self._words:
            canvas.add(ink, round(x), round(y), self._style.print_colour)
        blocks: list[FormBlock] = []
        for block, x, y in self._blocks:
            blocks += block.draw(canvas, x, y, hand)
        return canvas, tuple(blocks)


def _fill_sheet(page: _Page, style: FormStyle, generator: np.random.Generator) -> None:
    """Place a heading, some fields and a table on a page, in a random order."""
    page.print(str(generator.choice(HEADINGS)), generator.uniform(0.5, 0.9))
    page.skip(generator.uniform(0.3, 1))
    kinds: list[FormKind] = []
    for kind, least, most in _SHEET_BLOCKS:
        kinds += [kind] * int(generator.integers(least, most + 1))
    kinds.append("table" if generator.random() < 0.7 else "grid")
    for number in generator.permutation(len(kinds)):
        page.place(make_block(kinds[number], style, generator), labelled=True)
        page.skip(generator.uniform(0.5, 1.5))
    for _ in range(int(generator.integers(0, 3))):
        page.print(_small_print(generator), generator.uniform(0.2, 0.28))


def _small_print(generator: np.random.Generator) -> str:
    return " ".join(str(word).lower() for word in generator.choice(LABELS, 6))
