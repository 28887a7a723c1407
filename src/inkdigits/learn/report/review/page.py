"""Writes the page of a label review: one file that loads nothing else. Knows nothing of how suspects are found."""

from collections.abc import Iterable
from pathlib import Path

from jinja2.utils import htmlsafe_json_dumps

from inkdigits.core.atomic import storage_errors, write_text
from inkdigits.data.dataset import Dataset
from inkdigits.data.review import Decision
from inkdigits.learn.evaluation.label_review import LabelReview
from inkdigits.learn.report.html import PageTemplate
from inkdigits.learn.report.review.content import MOST_OTHERS, page_record


def write_page(
    review: LabelReview, original: Dataset, path: Path, decisions: Iterable[Decision], decisions_path: Path
) -> Path:
    """Write the page.

    Args:
        review: What was found.
        original: The data as loaded, without changes of its pictures: decisions are about these.
        path: The file to make or replace.
        decisions: What was decided so far.
        decisions_path: Where the decisions belong.

    Returns:
        `path`.

    Raises:
        StorageError: It can't be written.
    """
    with storage_errors(path):
        write_text(path, render(review, original, decisions, decisions_path))
    return path


def render(review: LabelReview, original: Dataset, decisions: Iterable[Decision], decisions_path: Path) -> str:
    """Return the page as HTML, under 5 MB.

    Args:
        review: As for `write_page`.
        original: Likewise.
        decisions: Likewise.
        decisions_path: Likewise.
    """
    record = page_record(review, original, decisions, decisions_path)
    values = {
        "review": review,
        "name": Path(original.name).name,
        "shown": {name: len(rows) for name, rows in record["sections"].items()},
        "most_others": MOST_OTHERS,
        "file": decisions_path.name,
        # This escapes every <, > and &, so that a class called </script> stays a string.
        "record_json": htmlsafe_json_dumps(record, separators=(",", ":")),
    }
    return PageTemplate("review.html", ("review.js",), ("page.css", "review.css")).fill(values)
