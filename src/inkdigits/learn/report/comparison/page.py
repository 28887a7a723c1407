"""Writes a comparison as one self-contained page. Knows nothing of runs or networks."""

import json
from pathlib import Path

from jinja2.utils import htmlsafe_json_dumps

from inkdigits.core.atomic import write_text
from inkdigits.learn.evaluation.comparison.records import Comparison
from inkdigits.learn.evaluation.comparison.sentences import p_text, points
from inkdigits.learn.report.comparison.charts import COLOURS, draw_classes, draw_curves
from inkdigits.learn.report.comparison.gallery import pack_disagreements
from inkdigits.learn.report.derived import MOST_CLASSES
from inkdigits.learn.report.html import PageTemplate, trusted
from inkdigits.learn.report.page import PAGE_BYTES


def write_comparison(comparison: Comparison, path: Path) -> Path:
    """Return the path of the page, after writing it and, beside it, its numbers as JSON.

    Args:
        comparison: The result.
        path: The file of the page, which ends in .html; it and the file of the same name in .json are replaced.

    Raises:
        StorageError: It can't be written.
    """
    numbers = json.dumps(comparison.to_dict(), allow_nan=False, ensure_ascii=False)
    write_text(path.with_suffix(".json"), numbers + "\n")
    write_text(path, render_comparison(comparison))
    return path


def render_comparison(comparison: Comparison) -> str:
    """Return a comparison as one HTML page that loads nothing else, under 5 MB as UTF-8.

    Args:
        comparison: The result.
    """
    values = {
        "comparison": comparison,
        "curves": [trusted(draw_curves(comparison, metric)) for metric in ("accuracy", "loss")],
        "class_chart": trusted(draw_classes(comparison)),
        "colours": [colour.name.lower() for colour in COLOURS],
        "most_classes": MOST_CLASSES,
        "points": points,
        "p_text": p_text,
    }
    template = PageTemplate("compare.html", ("shared.js", "card_list.js", "compare.js"))
    without_gallery = template.fill(values | _gallery(comparison, 0))
    return template.fill(values | _gallery(comparison, PAGE_BYTES - len(without_gallery.encode())))


def _gallery(comparison: Comparison, budget_bytes: int) -> dict[str, object]:
    record = pack_disagreements(comparison, budget_bytes=budget_bytes)
    # This escapes every <, > and &, so that a class called </script> stays a string.
    return {"shown": len(record["rows"]), "gallery_json": htmlsafe_json_dumps(record, separators=(",", ":"))}
