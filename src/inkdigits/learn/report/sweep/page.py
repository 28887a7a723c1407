"""Writes a sweep as one self-contained page. Knows nothing of trainings."""

from pathlib import Path

from inkdigits.core.atomic import write_text
from inkdigits.learn.report.html import PageTemplate, trusted
from inkdigits.learn.report.languages import ENGLISH, Language
from inkdigits.learn.report.sweep.charts import BEST_COLOURS, draw_importance, draw_trials
from inkdigits.learn.sweep.result import SweepResult, value_text


def write_sweep(result: SweepResult, folder: Path, language: Language = ENGLISH) -> Path:
    """Return the path of the page, after writing it.

    Args:
        result: The sweep.
        folder: Its folder: report.html is written there, or report.ko.html in Korean.
        language: What the page is in.

    Raises:
        StorageError: It can't be written.
    """
    path = folder / ("report.html" if language.code == "en" else f"report.{language.code}.html")
    write_text(path, render_sweep(result, language))
    return path


def render_sweep(result: SweepResult, language: Language = ENGLISH) -> str:
    """Return a sweep as one HTML page that loads nothing else.

    Args:
        result: The sweep.
        language: What the page is in.
    """
    trials = sorted(result.trials, key=lambda trial: (trial.state == "failed", -(trial.accuracy or 0)))
    values = {
        "result": result,
        "trials": trials,
        "keys": [each.key for each in result.space],
        "value": value_text,
        "drawn": trusted(draw_trials(result, language)),
        "importance": trusted(draw_importance(result, language)),
        "colours": [colour.name.lower() for colour in BEST_COLOURS],
        "saved": result.training_seconds,
        "gallery_json": "{}",
    }
    return PageTemplate("sweep/page.html", ("shared.js",), language=language).fill(values)
