"""A file of labels and the pictures beside it -> labelled lines in a user's store. Knows no torch."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inkdigits.core.errors import DataError, PictureError
from inkdigits.core.types import LinePicture
from inkdigits.corrections.cut_line import cut_line
from inkdigits.corrections.lines import LineStore, line_text
from inkdigits.learn.adaptation.lines.examples import find_examples
from inkdigits.pictures.inputs import to_pages
from inkdigits.read.layout.left_out import ink_box
from inkdigits.read.read_line import box_in_picture

_COLUMNS = ("file", "text")

_SAME = str.maketrans("×–−\N{EM DASH}\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}", "x---''")
"""Characters that people type for one of `SIGNS`."""


@dataclass(frozen=True)
class LabelRow:
    """A row of a file of labels.

    Attributes:
        number: The line of the file, from 1.
        file: The picture.
        text: What is written there, as it stands in the file.
    """

    number: int
    file: Path
    text: str


@dataclass(frozen=True)
class Imported:
    """What became of the rows of a file of labels.

    Attributes:
        added: How many lines were new.
        known: How many were there before.
        problems: Why each of the others could not be used.
    """

    added: int
    known: int
    problems: tuple[str, ...]


def read_label_file(path: Path) -> list[LabelRow]:
    r"""Return the rows of a file of labels.

    Args:
        path: CSV in UTF-8 with the columns `file` and `text`, apart by commas, semicolons or tabs. Files are relative
            to it.

    Raises:
        DataError: It can't be read, has other columns or no rows.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "labels.csv"
        >>> _ = path.write_text("file,text\nline-1.png,12.50\n")
        >>> [(row.number, row.file.name, row.text) for row in read_label_file(path)]
        [(2, 'line-1.png', '12.50')]
    """
    try:
        content = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
        raise DataError(
            f"{path} can't be read ({reason})", expected="a CSV file in UTF-8", mend="name another --lines"
        ) from error
    head = content.partition("\n")[0]
    delimiter = next((sign for sign in ",;\t" if sign in head), ",")
    rows = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter)
    names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    if not names.keys() >= set(_COLUMNS):
        raise DataError(
            f"{path} has the columns {', '.join(names) or '(none)'}"[:200],
            expected="the columns file and text",
            mend="begin it with a line: file,text",
        )
    found = []
    for row in rows:
        file, text = ((row[names[name]] or "").strip() for name in _COLUMNS)
        if file or text:
            found.append(LabelRow(rows.line_num, path.parent / file, text))
    if not found:
        raise DataError(f"{path} has no rows", expected="a picture and its text a row", mend="fill it in")
    return found


def import_lines(path: Path, data_dir: Path, advance: Callable[[int], None] = lambda _: None) -> Imported:
    """Keep the lines of a file of labels in a user's store, each once. What can't be used is told and left out.

    Args:
        path: As `read_label_file` takes it. Each picture is of one line, or of a page with one.
        data_dir: The user's data folder.
        advance: Called with 1 after each row.

    Returns:
        How many lines were new, how many there before, and why the others can't be used.

    Raises:
        DataError: The file can't be read, or no row can be used.
        StorageError: The store can't be written.
    """
    store = LineStore(data_dir)
    there = {_digest(line.text, picture) for line, picture in store.images()}
    added, known, problems = 0, 0, []
    for row in read_label_file(path):
        try:
            text, picture = line_text(row.text.translate(_SAME)), cut_only_line(row.file)
        except (ValueError, PictureError) as error:
            problems.append(f"{path.name}, line {row.number}: {error}")
        else:
            if _digest(text, picture) in there:
                known += 1
            else:
                store.add(picture, text=text, read=None)
                there.add(_digest(text, picture))
                added += 1
        advance(1)
    if not added + known:
        raise DataError(
            f"no row of {path} can be used: {problems[0]}",
            expected="pictures of one line each, with digits and signs as their text",
            mend="mend the rows",
        )
    return Imported(added, known, tuple(problems))


def cut_only_line(file: Path) -> LinePicture:
    """Return the line of a picture that has only one, (H, W), uint8, grey.

    Args:
        file: The picture.

    Raises:
        PictureError: It can't be read, or has no line or several.
    """
    pages = list(to_pages(file))
    found = [(picture, example) for picture in pages for example in find_examples(picture)]
    if len(found) != 1:
        raise PictureError(
            f"{file.name} has {len(found) or 'no'} lines of writing",
            expected="one line",
            mend="cut the lines out, a picture each",
        )
    picture, example = found[0]
    return cut_line(picture, box_in_picture(example.page, ink_box(example.line.components)))


def _digest(text: str, picture: LinePicture) -> str:
    return hashlib.sha256(f"{text} {picture.shape} ".encode() + picture.tobytes()).hexdigest()
