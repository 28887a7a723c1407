"""Packs all misread digits into the bytes that the page has left. Knows sizes and sprites; nothing of HTML.

The most confident mistakes keep everything. If not all fit, the next keep their picture in 16 shades and their
probabilities, and the last only their numbers. `Gallery` says how many there are of each.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inkdigits.core.types import Image
from inkdigits.learn.report.content import MistakeCase, NeighbourDigit
from inkdigits.learn.report.sprites import png_uri, posterize, signed_to_grey, sprite_sheet

SHEET_ROWS = 100
"""Mistakes in one sprite sheet, so that it decodes fast."""

BARS = 10
"""Probability bars of one card: the likeliest classes, and the label if it is not among them."""

UNIT = 10_000
"""Probabilities are whole numbers of 1 / 10,000."""


@dataclass(frozen=True)
class Gallery:
    """The data from which the page's script builds its cards.

    Attributes:
        record: JSON-ready: the rows, the sprite sheets, and how many mistakes have which data.
        total: All mistakes.
        listed: Mistakes that have a card.
        pictured: Mistakes whose card shows the digit.
        detailed: Mistakes whose card shows everything.
    """

    record: dict[str, Any]
    total: int
    listed: int
    pictured: int
    detailed: int


def pack_gallery(cases: Sequence[MistakeCase], *, budget_bytes: int) -> Gallery:
    """Return as much of the mistakes as fits into a size.

    Args:
        cases: The misread digits, the most confident first.
        budget_bytes: The most bytes that rows and sheets take as JSON.
    """
    # The short form of a row is always smaller, so these sizes are upper bounds.
    rows = [_row(case) for case in cases]
    sizes = np.cumsum([len(json.dumps(row, separators=(",", ":"))) + 1 for row in rows], dtype=np.int64)
    listed = int(np.searchsorted(sizes, budget_bytes, side="right"))
    left = budget_bytes - (int(sizes[listed - 1]) if listed else 0)

    sheets: list[dict[str, Any]] = []
    pictured = 0
    for start in range(0, listed, SHEET_ROWS):
        # The first sheet gets its details before the other sheets get anything.
        sheet = _sheet(cases[start : min(start + SHEET_ROWS, listed)], detailed=start == 0)
        if _size(sheet) > left:
            break
        left -= _size(sheet)
        pictured += sheet["rows"]
        sheets.append(sheet)

    detailed = sheets[0]["rows"] if sheets else 0
    for number, sheet in enumerate(sheets[1:], start=1):
        start = number * SHEET_ROWS
        full = _sheet(cases[start : start + sheet["rows"]], detailed=True)
        growth = _size(full) - _size(sheet)
        if growth > left:
            break
        left -= growth
        detailed += full["rows"]
        sheets[number] = full

    record = {
        "unit": UNIT,
        "sheetRows": SHEET_ROWS,
        "pictured": pictured,
        "detailed": detailed,
        "rows": [row if number < detailed else row[:5] for number, row in enumerate(rows[:listed])],
        "sheets": sheets,
    }
    return Gallery(record, total=len(cases), listed=listed, pictured=pictured, detailed=detailed)


def _row(case: MistakeCase) -> list[Any]:
    """Return index, label, prediction, confidence, [class, probability, …], two nearest digits, has map."""
    mistake = case.mistake
    parts = np.rint(mistake.probabilities.astype(np.float64) * UNIT).astype(np.int64)
    shown = np.argsort(-mistake.probabilities, kind="stable")[:BARS].tolist()
    if mistake.label not in shown:
        shown.append(mistake.label)
    pairs = [number for each in sorted(shown) if parts[each] for number in (each, int(parts[each]))]
    return [
        mistake.index,
        mistake.label,
        mistake.prediction,
        round(mistake.confidence * UNIT),
        pairs,
        _nearest(case.like_label),
        _nearest(case.like_prediction),
        int(case.attribution is not None),
    ]


def _nearest(digit: NeighbourDigit | None) -> list[float] | None:
    return None if digit is None else [digit.neighbour.index, round(digit.neighbour.distance, 1)]


def _sheet(cases: Sequence[MistakeCase], *, detailed: bool) -> dict[str, Any]:
    rows = [_tiles(case) if detailed else [posterize(case.image)] for case in cases]
    return {"rows": len(rows), "source": png_uri(sprite_sheet(rows))}


def _tiles(case: MistakeCase) -> list[Image | None]:
    return [
        case.image,
        None if case.like_label is None else case.like_label.image,
        None if case.like_prediction is None else case.like_prediction.image,
        None if case.attribution is None else signed_to_grey(case.attribution),
    ]


def _size(sheet: dict[str, Any]) -> int:
    return len(json.dumps(sheet, separators=(",", ":"))) + 1
