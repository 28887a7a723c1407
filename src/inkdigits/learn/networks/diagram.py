"""Draws a network as an SVG diagram, without Graphviz. Knows no torch.

Feature maps are drawn as stacks of squares, vectors as columns of dots, and the input as a digit. Lines take the colour
of the text around them (`currentColor`), so the same diagram fits a light and a dark page. As a file of its own it
follows the reader's theme.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from inkdigits.core.messages import Message
from inkdigits.core.types import Image
from inkdigits.learn.networks.summary import SummaryRow, summarise
from inkdigits.recipes import Recipe, input_shape
from inkdigits.recipes.shapes import DIGIT_SHAPE, Shape

_TEXT_Y, _MIDDLE, _GAP, _LINE = 222, 115, 58, 13
_MAX_MAPS, _MAX_DOTS = 6, 9
_MAX_NAMED, _NAME_LENGTH = 12, 12
_INK_LEVELS = 4

_FIVE = '<path class="pen" transform="translate({left:.1f} {top:.1f}) scale({scale:.3f})" d="{line}"/>'
_FIVE_LINE = "M19.5 5.5L10.5 6.5L9.5 13C14 10.5 19 12.5 19 17C19 21.5 14 24 8.5 21.5"
"""A handwritten 5 in 28x28, for a diagram of a network whose digits are not known."""


@dataclass(frozen=True)
class _Block:
    title: str
    shape: Shape
    learned: str = ""

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Style and text of each line below the block."""
        first, *others = self.title.split(", ")
        learned = [("faint", self.learned)] if self.learned else []
        return [("strong", first), *(("", other) for other in others), *learned]

    @property
    def width(self) -> float:
        if len(self.shape) == 3:
            return self.map_width + 5 * (min(self.shape[0], _MAX_MAPS) - 1)
        return 24

    @property
    def map_height(self) -> float:
        return 18 + 2.4 * self.shape[1]

    @property
    def map_width(self) -> float:
        """Width of a feature map as drawn; those of lines are cut short, or they would fill the diagram."""
        return 18 + 2.4 * min(self.shape[2], 60)

    @property
    def column_width(self) -> float:
        """Width of the column, wide enough for its text."""
        longest = max(len(text) for _, text in self.lines)
        return max(self.width, 6.4 * longest, 58)


def diagram_file(recipe: Recipe, classes: int) -> dict[str, str]:
    """Return a recipe's diagram as a file for its run folders, name -> content.

    Args:
        recipe: Whose network to draw.
        classes: Number of classes of the data.

    Examples:
        >>> from inkdigits.recipes import load_recipe
        >>> list(diagram_file(load_recipe("softmax"), classes=10))
        ['network.svg']
    """
    return {"network.svg": draw_recipe(recipe, classes)}


def draw_recipe(recipe: Recipe, classes: int = 10) -> str:
    """Draw the network of a recipe.

    Args:
        recipe: Whose network is drawn.
        classes: How many outputs it has.

    Returns:
        As `draw_diagram`.
    """
    return draw_diagram(summarise(recipe, classes), recipe.title, input_shape(lines=recipe.reads_lines))


def draw_diagram(
    rows: Sequence[SummaryRow],
    title: str,
    input_shape: Shape = DIGIT_SHAPE,
    *,
    digit: Image | None = None,
    classes: Sequence[str] | None = None,
    say: Callable[..., str] = Message,
) -> str:
    """Draw a network from left to right.

    Args:
        rows: Its layers. A layer without parameters that keeps the shape is named below the one before.
        title: What the diagram shows, for screen readers.
        input_shape: Shape of the network's input, without the batch.
        digit: (28, 28), uint8, 0 is empty and 255 is ink: the digit to show as the input.
        classes: What the outputs are called; by default their numbers. More than a dozen are not named.
        say: Makes words of an English template and the values of its fields; by default English ones.

    Returns:
        A complete SVG document without fonts, scripts or links.

    Examples:
        >>> from inkdigits.learn.networks.summary import summarise
        >>> from inkdigits.recipes import load_recipe
        >>> draw_diagram(summarise(load_recipe("softmax")), "softmax")[:4]
        '<svg'
    """
    blocks = _blocks(rows, input_shape, say)
    names = _output_names(blocks[-1], classes)
    parts: list[str] = []
    x = 12.0
    edge = 0.0
    for number, block in enumerate(blocks):
        left = x + (block.column_width - block.width) / 2
        if number:
            parts.append(f'<path class="arrow" d="M{edge + 6:.1f} {_MIDDLE}H{left - 8:.1f}" marker-end="url(#head)"/>')
        is_last = number == len(blocks) - 1
        parts.append(_maps(block, left) if len(block.shape) == 3 else _units(block, left, names if is_last else ()))
        if not number and input_shape == DIGIT_SHAPE:
            parts.append(_five(block, left) if digit is None else _ink(digit, block, left))
        parts.append(_text(block, x + block.column_width / 2))
        edge = left + block.width
        x += block.column_width + (12 if is_last else _GAP)
    longest = max(map(len, names), default=0)
    x = max(x, edge + 10 + 6.4 * longest)
    height = _TEXT_Y + _LINE * max(len(block.lines) for block in blocks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {x:.0f} {height}" width="{x:.0f}" '
        f'height="{height}" role="img" class="network" fill="none" stroke="currentColor">'
        f"<title>{escape(title)}</title>{_STYLE}{''.join(parts)}</svg>\n"
    )


_STYLE = (
    "<style>svg:root{color:#1d1c1a}@media(prefers-color-scheme:dark){svg:root{color:#ecebe6}}"
    ".network text{fill:currentColor;stroke:none;font:11px system-ui,sans-serif;text-anchor:middle}"
    ".network .strong{font-weight:600}.network .faint{opacity:.65}.network .sheet{fill:#4c78a8;fill-opacity:.28}"
    ".network .name{text-anchor:start}.network .ink{fill:currentColor;stroke:none}"
    ".network .pen{stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}"
    ".network .unit{fill:#e0803a;fill-opacity:.55}.network .arrow{opacity:.7}</style>"
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="currentColor" stroke="none"/></marker></defs>'
)


def _blocks(rows: Sequence[SummaryRow], input_shape: Shape, say: Callable[..., str]) -> list[_Block]:
    blocks = [_Block(say("picture"), input_shape)]
    shape = input_shape
    for row in rows:
        if row.output_shape == shape and not row.parameters:
            last = blocks[-1]
            blocks[-1] = _Block(f"{last.title}, {row.name}", last.shape, last.learned)
        else:
            learned = say("{count:,} learned", count=row.parameters) if row.parameters else ""
            blocks.append(_Block(row.name, row.output_shape, learned))
        shape = row.output_shape
    return blocks


def _maps(block: _Block, left: float) -> str:
    top = _MIDDLE - block.map_height / 2
    maps = min(block.shape[0], _MAX_MAPS)
    return "".join(
        f'<rect class="sheet" x="{left + 5 * number:.1f}" y="{top + 3 * (number - (maps - 1) / 2):.1f}" '
        f'width="{block.map_width:.1f}" height="{block.map_height:.1f}" rx="2"/>'
        for number in range(maps)
    )


def _output_names(block: _Block, classes: Sequence[str] | None) -> tuple[str, ...]:
    """Return the name of each output, none where there are too many or the last layer has no vector."""
    if len(block.shape) != 1 or block.shape[0] > _MAX_NAMED:
        return ()
    names = [str(number) for number in range(block.shape[0])] if classes is None else classes
    return tuple(name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1]}…" for name in names)


def _five(block: _Block, left: float) -> str:
    scale = block.map_width / 28
    return _FIVE.format(left=left, top=_MIDDLE - block.map_height / 2, scale=scale, line=_FIVE_LINE)


def _ink(digit: Image, block: _Block, left: float) -> str:
    """Return the pixels of a digit in a few shades, one path a shade, each run of pixels as a rectangle."""
    side = block.map_width / 28
    shades = np.rint(digit / 255 * _INK_LEVELS).astype(int)
    paths = []
    for shade in range(1, _INK_LEVELS + 1):
        runs = []
        for row, values in enumerate(shades == shade):
            # A pixel before and after, so that each run has a beginning and an end.
            edges = np.flatnonzero(np.diff(np.concatenate(([0], values.astype(np.int8), [0]))))
            runs += [f"M{start} {row}h{end - start}v1h{start - end}z" for start, end in edges.reshape(-1, 2).tolist()]
        if runs:
            paths.append(f'<path class="ink" opacity="{shade / _INK_LEVELS:g}" d="{"".join(runs)}"/>')
    top = _MIDDLE - block.map_height / 2
    return f'<g transform="translate({left:.1f} {top:.1f}) scale({side:.4f})">{"".join(paths)}</g>'


def _units(block: _Block, left: float, names: Sequence[str]) -> str:
    units = block.shape[0]
    height = 170.0 if names else min(170.0, 40 + 18 * math.log2(units + 1))
    shown = units if names else min(units, _MAX_DOTS)
    step = height / shown
    centre = left + block.width / 2
    dots = []
    for dot in range(shown):
        y = _MIDDLE + (dot - (shown - 1) / 2) * step
        if names:
            dots.append(f'<text class="name" x="{centre + 12:.1f}" y="{y + 4:.1f}">{escape(names[dot])}</text>')
        if units > shown and dot == shown // 2:
            dots.append(f'<text x="{centre:.1f}" y="{y + 4:.1f}">⋮</text>')
        else:
            dots.append(f'<circle class="unit" cx="{centre:.1f}" cy="{y:.1f}" r="{min(step * 0.36, 7):.1f}"/>')
    return "".join(dots)


def _text(block: _Block, centre: float) -> str:
    size = " × ".join(str(number) for number in (*block.shape[1:], *block.shape[:1]))
    top = f'<text class="faint" x="{centre:.1f}" y="16">{size}</text>'
    return top + "".join(
        f'<text class="{style}" x="{centre:.1f}" y="{_TEXT_Y + _LINE * number}">{escape(line)}</text>'
        for number, (style, line) in enumerate(block.lines)
    )
