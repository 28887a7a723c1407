"""Decisions of people on single labels, in a plain file beside the data, and the data set with them applied.

Knows nothing of how doubtful labels are found.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from inkdigits.core.atomic import storage_errors, write_text
from inkdigits.core.errors import DataError
from inkdigits.core.types import Image
from inkdigits.data.dataset import Dataset, Split

SplitName = Literal["train", "test"]
Action = Literal["relabel", "leave out", "keep"]

_SUFFIX = ".review.csv"


@dataclass(frozen=True)
class Decision:
    """What was decided about one digit.

    Attributes:
        split: "train" or "test".
        index: Its place in the split as loaded, before anything is left out.
        picture: `picture_id` of its pixels, so that the decision is never taken for one about another digit.
        label: The name of the class that the data gives it.
        action: "relabel", "leave out" or "keep".
        new_label: The name of the class that it is moved to; empty unless it is relabelled.
    """

    split: SplitName
    index: int
    picture: str
    label: str
    action: Action
    new_label: str = ""


Decisions = Mapping[tuple[SplitName, int], Decision]
"""One decision at most for each digit, by split and place."""

_COLUMNS = [field.name for field in fields(Decision)]


def picture_id(image: Image) -> str:
    """Return 16 hexadecimal digits that stand for a picture: the start of the SHA-256 of its pixels.

    Args:
        image: (28, 28), uint8, 0 is empty and 255 is ink.

    Examples:
        >>> picture_id(np.zeros((28, 28), np.uint8))
        '0c37ddc45244523c'
    """
    return hashlib.sha256(np.ascontiguousarray(image).data).hexdigest()[:16]


def review_path(dataset: Dataset) -> Path:
    """Return the file of decisions that belongs to a data set: beside its file or folder, never in it.

    Args:
        dataset: As loaded. For data that lies nowhere, such as `uci`, the file is in the current folder.
    """
    folder, path = dataset.provenance.folder, Path(dataset.name)
    if folder:
        return Path(folder).with_name(f"{dataset.name}{_SUFFIX}")
    if path.is_absolute() or path.exists():
        return path.absolute().with_name(f"{path.absolute().name}{_SUFFIX}")
    return Path(f"{path.name}{_SUFFIX}")


def read_decisions(path: Path) -> dict[tuple[SplitName, int], Decision]:
    """Return the decisions in a file; of several about one digit the last one stands.

    Args:
        path: A table in CSV with a heading: split, index, picture, label, action, new_label.

    Raises:
        DataError: There is no such file, or a line in it is not a decision.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise DataError(
            f"there is no file {path}",
            expected="decisions on labels, as the page of `inkdigits review` writes them",
            mend="check the path, or run `inkdigits review DATA` first",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} can't be read ({error})", expected="a table in CSV", mend="check the file") from None
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if list(rows.fieldnames or []) != _COLUMNS:
        raise DataError(
            f"{path} begins with the columns {', '.join(rows.fieldnames or ['(none)'])}",
            expected=", ".join(_COLUMNS),
            mend="give the file that the page of `inkdigits review` saved",
        )
    decisions = (_decision(path, rows.line_num, row) for row in rows)
    return {(each.split, each.index): each for each in decisions}


def _decision(path: Path, line: int, row: Mapping[str | None, str | None]) -> Decision:
    values = {str(name): value or "" for name, value in row.items()}
    is_whole = None not in row and values["index"].isdecimal() and values["split"] in get_args(SplitName)
    if not is_whole or values["action"] not in get_args(Action):
        raise DataError(
            f"line {line} of {path} is {','.join(values.values())!r}",
            expected="train or test, a number, a picture, a label, and one of " + ", ".join(get_args(Action)),
            mend="correct or remove the line",
        )
    if (values["action"] == "relabel") != bool(values["new_label"]):
        raise DataError(
            f"line {line} of {path} has the action {values['action']} and the new label {values['new_label']!r}",
            expected="a new label for relabel and none for others",
            mend="correct the line",
        )
    return Decision(**(values | {"index": int(values["index"])}))  # type: ignore[arg-type]  # each was checked


def write_decisions(path: Path, decisions: Iterable[Decision]) -> None:
    """Write a file of decisions; it is whole or as it was.

    Args:
        path: The file to make or replace.
        decisions: In the order of the lines.

    Raises:
        StorageError: It can't be written.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "mnist.review.csv"
        >>> write_decisions(path, [Decision("test", 115, "0123456789abcdef", "4", "relabel", "9")])
        >>> read_decisions(path)["test", 115].new_label
        '9'
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(each) for each in decisions)
    with storage_errors(path):
        write_text(path, text.getvalue())


def apply_review(dataset: Dataset, path: str | Path) -> Dataset:
    """Return a data set with the labels that people decided on, and what was decided in its provenance.

    Args:
        dataset: As loaded, before any other change.
        path: The file of decisions.

    Raises:
        DataError: The file can't be read, or is about other digits or classes.

    Examples:
        >>> import tempfile
        >>> digits = Split(np.zeros((3, 28, 28), np.uint8), np.array([0, 1, 1]))
        >>> data, path = Dataset("three", digits, digits), Path(tempfile.mkdtemp()) / "three.review.csv"
        >>> write_decisions(path, [Decision("train", 1, picture_id(digits.images[1]), "1", "relabel", "0")])
        >>> apply_review(data, path).train.labels.tolist()
        [0, 0, 1]
    """
    path = Path(path).expanduser().absolute()
    decisions = read_decisions(path)
    check_decisions(dataset, decisions, path)
    counts = {action: sum(each.action == action for each in decisions.values()) for action in get_args(Action)}
    note = (
        f"as decided in {path.name}: {counts['relabel']:,} relabelled, {counts['leave out']:,} left out, "
        f"{counts['keep']:,} kept"
    )
    provenance = replace(
        dataset.provenance,
        notes=(*dataset.provenance.notes, note),
        changes=dataset.provenance.changes | {"review": str(path)},
        review={
            "file": str(path),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "relabelled": counts["relabel"],
            "left_out": counts["leave out"],
            "kept": counts["keep"],
        },
    )
    train, test = (
        _reviewed(split, [each for each in decisions.values() if each.split == name], dataset.classes)
        for name, split in (("train", dataset.train), ("test", dataset.test))
    )
    return replace(dataset, train=train, test=test, provenance=provenance)


def check_decisions(dataset: Dataset, decisions: Decisions, path: Path) -> None:
    """Refuse decisions about other digits than those of a data set.

    Args:
        dataset: As loaded, before any other change.
        decisions: What was decided.
        path: The file that they are from, for the error.

    Raises:
        DataError: A place, picture, label or new label is not of this data set.
    """
    for each in decisions.values():
        split = dataset.train if each.split == "train" else dataset.test
        what = f"{path} decides on {each.split} digit {each.index:,}"
        if each.index >= len(split) or picture_id(split.images[each.index]) != each.picture:
            raise DataError(
                f"{what}, picture {each.picture}, which is not that digit of {dataset.name}",
                expected="decisions on this data",
                mend="give the file that belongs to it, or remove the line",
            )
        given = dataset.classes[split.labels[each.index]]
        if each.label != given:
            raise DataError(
                f"{what} with the label {each.label}; the data says {given}",
                expected="decisions on these labels",
                mend="remove the line if the data has been corrected since",
            )
        if each.new_label and each.new_label not in dataset.classes:
            raise DataError(
                f"{what}: the new label {each.new_label}",
                expected=f"one of {', '.join(dataset.classes)}",
                mend="correct the line",
            )


def _reviewed(split: Split, decisions: Iterable[Decision], classes: tuple[str, ...]) -> Split:
    labels, stays = split.labels.copy(), np.ones(len(split), bool)
    for each in decisions:
        stays[each.index] = each.action != "leave out"
        if each.new_label:
            labels[each.index] = classes.index(each.new_label)
    return replace(split, labels=labels)[stays]
