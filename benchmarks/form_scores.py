"""The JSON answer of a reader beside what stands in a composed form. Knows nothing of readers or pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.learn.synthesis.forms.truth import Form, FormBlock, FormCell

ONE_DIGIT, PRINTED = "cells of one digit", "printed digits in cells"
COMB, BOXES, ROW_DIGIT = "combs of 8 digits", "rows of separate boxes", "digits of combs and boxes"
TABLE_CELL, EMPTY = "table cells of 1 to 4 digits", "empty cells"
PARTLY_FILLED = "combs with empty cells"
GRAPH, SHAPE = "lines on graph paper", "closed tables with all rows and columns"
WORDS = "cells of words or marks"

_LINES = {"comb": COMB, "boxes": BOXES, "graph": GRAPH}


@dataclass(frozen=True)
class Verdict:
    """Whether one thing of a form was read rightly.

    Attributes:
        measure: What it counts for.
        expected: The right answer.
        read: What was read; pieces that should be one are joined by |.
        right: Whether it is right.
        place: Middle of the thing in the picture, (x, y) in pixels.
    """

    measure: str
    expected: str
    read: str
    right: bool
    place: tuple[int, int]


@dataclass(frozen=True)
class _Piece:
    """Some text of the answer and the middle of its box."""

    text: str
    x: float
    y: float


def judge(form: Form, answer: dict[str, Any]) -> list[Verdict]:
    """Return a verdict for each cell, line and table of a form.

    Args:
        form: What is right.
        answer: The object that `inkdigits read --json` prints.
    """
    verdicts: list[Verdict] = []
    for block in form.blocks:
        verdicts += _judge_line(block, answer) if block.kind in _LINES else _judge_table(block, answer)
    return verdicts


def _judge_line(block: FormBlock, answer: dict[str, Any]) -> Iterator[Verdict]:
    """Judge a comb, separate boxes or a line on graph paper: one line of the answer has all its digits."""
    cells = [cell for cell in block.cells if cell.text]
    region = _grown(_outline(block), 0.25)
    found = [
        (line, pieces)
        for line in answer["lines"]
        if (pieces := _pieces(line["digits"], "digit")) and 2 * sum(_inside(region, p) for p in pieces) > len(pieces)
    ]
    read = "|".join(line["text"] for line, _ in found)
    measure = _LINES[block.kind] if len(cells) == len(block.cells) else PARTLY_FILLED
    yield Verdict(measure, block.text, read, read == block.text, _middle(region))
    if block.kind == "graph":
        return
    digits = [piece for _, pieces in found for piece in pieces]
    for cell in cells:
        text = "".join(piece.text for piece in digits if _inside(cell.quad, piece))
        yield Verdict(ROW_DIGIT, cell.text, text, text == cell.text, _middle(cell.quad))


def _judge_table(block: FormBlock, answer: dict[str, Any]) -> Iterator[Verdict]:
    """Judge the cells of a table: text of the answer's cells whose middle lies in the true cell."""
    region = _outline(block)
    tables = [[_pieces(row, "text") for row in table["rows"]] for table in answer.get("tables", [])]
    pieces = [piece for table in tables for row in table for piece in row if _inside(region, piece)]
    digits = [piece for line in answer["lines"] for piece in _pieces(line["digits"], "digit") if _inside(region, piece)]
    for cell in block.cells:
        inside = [piece for piece in pieces if _inside(cell.quad, piece)]
        along = cell.quad[1] - cell.quad[0]
        inside.sort(key=lambda piece, along=along: float(np.dot(along, (piece.x, piece.y))))  # type: ignore[misc]
        text = "|".join(piece.text for piece in inside if piece.text)
        measure = _measure(block, cell)
        if measure == EMPTY:
            # Rules can close an empty cell, so it is there in the answer; without them nobody knows of it.
            found = bool(inside) or not block.closed
            core = _grown(cell.quad, -0.15)
            stray = "".join(piece.text for piece in digits if _inside(core, piece))
            text = text or stray or ("" if found else "no cell")
        yield Verdict(measure, cell.text, text, text == cell.text, _middle(cell.quad))
    if not block.closed:  # how many columns or rows a table without some rules has is a matter of opinion
        return
    shape = [len(row) for row in block.rows]
    shapes = [[len(row) for row in table] for table in tables if any(_inside(region, p) for row in table for p in row)]
    yield Verdict(SHAPE, _shown(shape), "|".join(map(_shown, shapes)), shapes == [shape], _middle(region))


def _measure(block: FormBlock, cell: FormCell) -> str:
    match cell.content:
        case "empty":
            return EMPTY
        case "words" | "mark":
            return WORDS
        case "printed":
            return PRINTED
        case _:
            return ONE_DIGIT if block.kind == "grid" else TABLE_CELL


def _shown(shape: Sequence[int]) -> str:
    return f"{len(shape)} rows of {shape[0]}" if len(set(shape)) == 1 else " ".join(map(str, shape))


def _pieces(items: Sequence[dict[str, Any]], key: str) -> list[_Piece]:
    boxes = [item["box"] for item in items]
    return [
        _Piece(item[key], (box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for item, box in zip(items, boxes, strict=True)
    ]


def _outline(block: FormBlock) -> NDArray[np.float64]:
    """Return the hull of all cells, (P, 2)."""
    points = np.concatenate([cell.quad for cell in block.cells]).astype(np.float32)
    return np.asarray(cv2.convexHull(points)[:, 0], np.float64)


def _grown(points: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return an outline that grew by a share of its lesser side, or shrank."""
    (_, size, _) = cv2.minAreaRect(points.astype(np.float32))
    middle = points.mean(axis=0)
    away = points - middle
    lengths = np.maximum(np.hypot(*away.T)[:, None], 1e-9)
    return np.asarray(points + away / lengths * share * min(size) * np.sqrt(2), np.float64)


def _inside(points: NDArray[np.float64], piece: _Piece) -> bool:
    return cv2.pointPolygonTest(points.astype(np.float32), (piece.x, piece.y), False) >= 0


def _middle(points: NDArray[np.float64]) -> tuple[int, int]:
    x, y = points.mean(axis=0).round().astype(int).tolist()
    return x, y
