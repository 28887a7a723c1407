"""Labels as they stand in files -> the classes they mean. Knows nothing of files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import Labels
from inkdigits.data.dataset import DIGITS

MOST = 1000
"""Labels are below this: a pixel column or an id taken for the label has more."""

_RARE = 0.25
"""A label beyond those of digits that is rarer than this share of the usual one is a slip, no class."""


def to_labels(values: NDArray[Any], name: str) -> Labels:
    """Return labels as one whole number for each picture.

    Args:
        values: (N,) or (N, 1), any dtype of integers, whole floats or numbers as text, any value; or
            (N, classes), one-hot.
        name: What to call it in an error.

    Returns:
        (N,), int64, any value.

    Raises:
        DataError: They are no whole numbers, or several a picture.

    Examples:
        >>> to_labels(np.array([[0, 0, 1], [1, 0, 0]]), "y").tolist()
        [2, 0]
    """
    if values.dtype.kind == "U":
        text = values.ravel()
        if not all(word.isascii() and word.isdigit() and len(word) < 9 for word in text):
            raise _error(f"{name} has words as labels", "whole numbers")
        values = text.astype(np.int64)
    if values.dtype.kind not in "iufb":
        raise _error(f"{name} has dtype {values.dtype}", "whole numbers")
    if values.ndim == 2 and values.shape[1] > 1 and _is_one_hot(values):
        values = values.argmax(axis=1)
    if values.ndim != 1 and values.shape[1:] != (1,):
        raise _error(f"{name} has shape {values.shape}", "one label a picture")
    labels = values.ravel()
    if labels.dtype.kind == "f" and not (np.isfinite(labels) & (labels % 1 == 0) & (abs(labels) < 2**31)).all():
        raise _error(f"{name} has dtype {values.dtype} and values that are not whole", "whole numbers")
    return labels.astype(np.int64)


def _is_one_hot(values: NDArray[Any]) -> bool:
    return bool(((values == 0) | (values == 1)).all() and (values.sum(axis=1) == 1).all())


def label_values(labels: Labels, name: str) -> tuple[int, ...]:
    """Return the labels that are the classes of a data set, in their order.

    Labels within 0 … 9 are those of digits, ten classes even if some have no picture. Others are classes too if
    they run from 0 or 1 on without a gap and none of them is rare, as the 26 of EMNIST's letters.

    Args:
        labels: (N,), int64, any value, of the training set.
        name: What to call them in an error.

    Raises:
        DataError: They are neither; it names the first label that doesn't fit.

    Examples:
        >>> label_values(np.array([3, 7, 3]), "y"), label_values(np.array([1, 2, 10, 4, 5, 6, 7, 8, 9, 3]), "y")
        ((0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
    """
    values, counts = np.unique(labels, return_counts=True)
    is_digit = (values >= 0) & (values < len(DIGITS))
    if is_digit.all():
        return tuple(range(len(DIGITS)))
    low, high = int(values[0]), int(values[-1])
    is_range = low in (0, 1) and high - low + 1 == len(values) and high < MOST
    if is_range and counts[~is_digit].min() >= _RARE * np.median(counts):
        return tuple(range(low, high + 1))
    check_values(labels, tuple(range(len(DIGITS))), name)
    raise AssertionError("a label that is no digit was found above")


def check_values(labels: Labels, values: tuple[int, ...], name: str) -> None:
    """Check that labels are those of known classes.

    Args:
        labels: (N,), int64, any value.
        values: The labels of the classes, without a gap.
        name: What to call them in an error.

    Raises:
        DataError: A label is another; it names the first of them.
    """
    wrong = np.flatnonzero((labels < values[0]) | (labels > values[-1]))  # indices
    if len(wrong):
        more = f" (and {len(wrong) - 1:,} more)" if len(wrong) > 1 else ""
        raise DataError(
            f"{name} has the label {int(labels[wrong[0]])} at position {int(wrong[0]):,}{more}",
            expected=f"labels from {values[0]} to {values[-1]}",
            mend="correct the labels; classes other than digits are numbered from 0 or 1 without a gap",
        )


def read_mapping(file: Path) -> dict[int, str]:
    """Return what labels stand for, from the …-mapping.txt that EMNIST has beside its files; empty without one.

    Args:
        file: A file of the data set: its name begins like the mapping's.
    """
    for mapping in sorted(file.parent.glob("*-mapping.txt")):
        if file.name.startswith(mapping.name.removesuffix("mapping.txt")):
            rows = [line.split() for line in mapping.read_text("ascii", errors="replace").splitlines()]
            # A label, then the codes of its characters: upper case first.
            if all(len(row) >= 2 and all(cell.isdigit() and len(cell) < 6 for cell in row) for row in rows):
                return {int(row[0]): chr(int(row[1])) for row in rows}
    return {}


def describe_values(values: tuple[int, ...], names: Mapping[int, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the name of each class, and a note where they are not the ten digits.

    Args:
        values: The label of each class, in order.
        names: What a label stands for, where the data says so.
    """
    if values == tuple(range(len(DIGITS))) and not names:
        return DIGITS, ()
    classes = tuple(names.get(value, str(value)) for value in values)
    if len(set(classes)) < len(classes):
        classes = tuple(map(str, values))
    what = f"{classes[0]} to {classes[-1]}" if names else "with these numbers as names"
    return classes, (f"labels {values[0]} to {values[-1]} are taken as {len(values)} classes: {what}",)


def _error(given: str, expected: str) -> DataError:
    return DataError(given, expected=expected, mend="save the labels again as one whole number for each picture")
