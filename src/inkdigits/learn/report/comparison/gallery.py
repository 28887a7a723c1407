"""Packs the digits on which entrants differ into the bytes that the page has left. Knows sizes; nothing of HTML."""

import json
from typing import Any

from inkdigits.learn.evaluation.comparison.records import Comparison, Disagreement
from inkdigits.learn.report.gallery import SHEET_ROWS, UNIT
from inkdigits.learn.report.sprites import png_uri, posterize, sprite_sheet


def pack_disagreements(comparison: Comparison, *, budget_bytes: int) -> dict[str, Any]:
    """Return the data from which the page's script builds its cards.

    Args:
        comparison: The result.
        budget_bytes: The most bytes that rows and pictures take as JSON; what doesn't fit has no card.

    Returns:
        JSON-ready: "rows" (index, label, answers, confidences), "sheets" of pictures, "total" and names.
    """
    rows: list[list[Any]] = []
    sheets: list[dict[str, Any]] = []
    left = budget_bytes
    for start in range(0, len(comparison.disagreements), SHEET_ROWS):
        part = comparison.disagreements[start : start + SHEET_ROWS]
        made = [_row(each) for each in part]
        sheet = {"source": png_uri(sprite_sheet([[posterize(each.image)] for each in part]))}
        left -= len(json.dumps([made, sheet], separators=(",", ":")))
        if left < 0:
            break
        rows += made
        sheets.append(sheet)
    return {
        "split": comparison.split,
        "classes": list(comparison.classes),
        "entrants": [each.name for each in comparison.entrants],
        "unit": UNIT,
        "sheetRows": SHEET_ROWS,
        "total": len(comparison.disagreements),
        "rows": rows,
        "sheets": sheets,
    }


def _row(each: Disagreement) -> list[Any]:
    return [each.index, each.label, list(each.predictions), [round(value * UNIT) for value in each.confidences]]
