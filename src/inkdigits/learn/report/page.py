"""Writes the report: one self-contained page, and the data of its charts. Knows nothing of runs or networks."""

import json
from pathlib import Path
from typing import Any

from jinja2.utils import htmlsafe_json_dumps

from inkdigits.core.atomic import storage_errors, write_text
from inkdigits.learn.networks.glossary import explain_terms
from inkdigits.learn.report import charts
from inkdigits.learn.report.chart_data import chart_data
from inkdigits.learn.report.content import ReportContent
from inkdigits.learn.report.derived import (
    MOST_CLASSES,
    confusion_rows,
    draw_first_weights,
    example_bars,
    most_confused,
    pixel_patch,
)
from inkdigits.learn.report.feature_map import pack_feature_map
from inkdigits.learn.report.gallery import Gallery, pack_gallery
from inkdigits.learn.report.html import PageTemplate, trusted
from inkdigits.learn.report.languages import ENGLISH, Language
from inkdigits.learn.report.sprites import png_uri
from inkdigits.learn.report.svg import prefix_ids

PAGE_BYTES = 4_500_000
"""The most bytes of a page. Mail and chat accept 5 MB."""

MOST_SAMPLES = 40
MOST_TOML_CHARACTERS = 50_000
MOST_DIAGRAM_CHARACTERS = 500_000


def write_report(content: ReportContent, folder: Path, language: Language = ENGLISH) -> Path:
    """Return the path of the page, after writing it and the data of its charts.

    Args:
        content: What to show.
        folder: The run folder; it must exist. `report.html` and `report/*.json` in it are replaced.
        language: What the page is in. Another than English has a page of its own, for example `report.ko.html`.

    Raises:
        StorageError: The disk is full or the folder can't be written.
    """
    page = render(content, language)
    data_folder = folder / "report"
    with storage_errors(data_folder):
        data_folder.mkdir(exist_ok=True)
    for name, record in chart_data(content).items():
        write_text(data_folder / f"{name}.json", json.dumps(record, allow_nan=False, ensure_ascii=False) + "\n")
    path = folder / ("report.html" if language is ENGLISH else f"report.{language.code}.html")
    write_text(path, page)
    return path


def render(content: ReportContent, language: Language = ENGLISH) -> str:
    """Return the report as one HTML page that loads nothing else.

    Args:
        content: What to show.
        language: What the page is in; the data, and names in it, stay as they are.

    Returns:
        The page, under 5 MB as UTF-8. If not all mistakes fit, it says what was left out.
    """
    values = _values(content, language)
    scripts, styles = ("shared.js", "card_list.js", "page.js", "feature_map.js"), ("page.css", "feature_map.css")
    template = PageTemplate("page.html", scripts, styles, language)
    page_without_gallery = template.fill(values | _gallery_values(content, pack_gallery((), budget_bytes=0)))
    gallery = pack_gallery(content.mistakes, budget_bytes=PAGE_BYTES - len(page_without_gallery.encode()))
    return template.fill(values | _gallery_values(content, gallery))


def _values(content: ReportContent, language: Language) -> dict[str, Any]:
    main = content.main_evaluation
    toml = content.recipe.toml
    diagram = content.network.diagram_svg
    cut_off = f"\n… {language.say('(cut off here)')}"
    return {
        "content": content,
        "main": main,
        "samples": [(png_uri(each.image), each.label) for each in content.samples[:MOST_SAMPLES]],
        "patch": pixel_patch(content.samples[0].image, content) if content.samples else (),
        "one_hot": _one_hot_labels(content),
        "terms": explain_terms(content.network.rows),
        "diagram": trusted(prefix_ids(diagram, "network")) if len(diagram) <= MOST_DIAGRAM_CHARACTERS else "",
        "first_weights": draw_first_weights(content),
        "curves": [trusted(charts.draw_curve(content.history, each, language)) for each in ("loss", "accuracy")],
        "confusion": confusion_rows(main.confusion),
        "reliability": trusted(charts.draw_reliability(main.calibration, language)),
        "class_errors": trusted(charts.draw_class_errors(main.classes, language)),
        "pairs": most_confused(main.confusion),
        "example_image": png_uri(content.example.image),
        "example_answer": int(content.example.probabilities.argmax()),
        "bars": example_bars(content),
        "toml": toml[:MOST_TOML_CHARACTERS] + (cut_off if len(toml) > MOST_TOML_CHARACTERS else ""),
        "most_classes": MOST_CLASSES,
        "words_json": _json(language.script_words),
        "map_json": _json(pack_feature_map(content.feature_map, content.classes)) if content.feature_map else "",
    }


def _gallery_values(content: ReportContent, gallery: Gallery) -> dict[str, Any]:
    record = gallery.record | {"split": content.mistakes_split, "classes": list(content.classes)}
    return {"gallery": gallery, "gallery_json": _json(record)}


def _json(record: dict[str, Any]) -> str:
    """Return JSON for a script element; every <, > and & is escaped, so that a class called </script> is a string."""
    return htmlsafe_json_dumps(record, separators=(",", ":"))


def _one_hot_labels(content: ReportContent) -> list[int]:
    """Return up to three different class numbers to show as one-hot vectors."""
    return list(dict.fromkeys(each.label for each in content.samples))[:3]
