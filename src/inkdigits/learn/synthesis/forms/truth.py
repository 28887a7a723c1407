"""What stands in a composed form, and where. Knows nothing of how it was drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Picture

Quad: TypeAlias = NDArray[np.float64]
"""Corners (4, 2), (x, y) in pixels: upper left, upper right, lower right, lower left as the text stands."""

Content: TypeAlias = Literal["written", "printed", "words", "mark", "empty"]
"""What a cell holds: digits by hand, printed digits, printed words, a dash, cross or tick by hand, or nothing."""

BlockKind: TypeAlias = Literal["comb", "boxes", "table", "grid", "graph"]
"""What a block of cells is: combs, boxes and rows of graph paper are one line; tables and grids have rows."""


@dataclass(frozen=True, eq=False)
class FormCell:
    """One cell.

    Attributes:
        text: Its digits; empty for words, marks and empty cells.
        content: What it holds.
        quad: Its corners, (4, 2), float64, in pixels of the picture.
        ink: Bounding box of what is written in it, (4,), float64: left, top, right, bottom in pixels of the picture;
            zeros if nothing is written.
    """

    text: str
    content: Content
    quad: Quad
    ink: NDArray[np.float64]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Bounding box of the cell: left, top, right, bottom in pixels of the picture."""
        return bounding_box(self.quad)


@dataclass(frozen=True, eq=False)
class FormBlock:
    """Cells that belong together.

    Attributes:
        kind: What it is.
        rows: Top to bottom, each from left to right; one row unless it is a table or a grid.
        closed: Whether rules close every cell.
        styles: Names of what was drawn, for example "dotted" or "orange".
    """

    kind: BlockKind
    rows: tuple[tuple[FormCell, ...], ...]
    closed: bool = True
    styles: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        r"""The digits, rows joined by \n."""
        return "\n".join("".join(cell.text for cell in row) for row in self.rows)

    @property
    def cells(self) -> tuple[FormCell, ...]:
        """All cells, row by row."""
        return tuple(cell for row in self.rows for cell in row)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Bounding box: left, top, right, bottom in pixels of the picture."""
        return bounding_box(np.concatenate([cell.quad for cell in self.cells]))

    def to_dict(self) -> dict[str, Any]:
        """Return the block as a JSON object."""
        return {
            "kind": self.kind,
            "closed": self.closed,
            "styles": list(self.styles),
            "box": [round(edge, 1) for edge in self.box],
            "rows": [
                [{"text": cell.text, "content": cell.content, "quad": cell.quad.round(1).tolist()} for cell in row]
                for row in self.rows
            ],
        }


@dataclass(frozen=True, eq=False)
class Form:
    """A picture of a form, and what stands in it.

    Attributes:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        blocks: In reading order.
        turns: By how many quarter turns clockwise the page lies in the picture, 0 … 3.
        tilt: By how many degrees the page is turned beside that.
    """

    picture: Picture
    blocks: tuple[FormBlock, ...]
    turns: int = 0
    tilt: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return all but the picture as a JSON object."""
        return {
            "turns": self.turns,
            "tilt": round(self.tilt, 2),
            "blocks": [block.to_dict() for block in self.blocks],
        }


def bounding_box(points: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of points.

    Args:
        points: (N, 2), float64, (x, y) in pixels.
    """
    left, top = (float(value) for value in points.min(axis=0))
    right, bottom = (float(value) for value in points.max(axis=0))
    return left, top, right, bottom


def rectangle(left: float, top: float, right: float, bottom: float) -> Quad:
    """Return an upright rectangle as corners, (4, 2), float64, in pixels.

    Args:
        left: Of its left edge.
        top: Of its top edge.
        right: Of its right edge.
        bottom: Of its bottom edge.

    Examples:
        >>> rectangle(0, 0, 4, 2).tolist()
        [[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]]
    """
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)


def move_block(block: FormBlock, move: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> FormBlock:
    """Return a block whose corners went where a camera sees them.

    Args:
        block: In pixels of the page.
        move: Points (N, 2), float64, in pixels of the page -> the same in pixels of the picture.
    """
    return FormBlock(
        block.kind, tuple(tuple(_move(cell, move) for cell in row) for row in block.rows), block.closed, block.styles
    )


def _move(cell: FormCell, move: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> FormCell:
    ink = np.array(bounding_box(move(rectangle(*cell.ink)))) if cell.ink.any() else cell.ink
    return FormCell(cell.text, cell.content, move(cell.quad), ink)
