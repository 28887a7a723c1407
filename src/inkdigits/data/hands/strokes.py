"""Digits as pen strokes with their writers, and their .npz file. Knows nothing of pictures or where files come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import Labels, Writers
from inkdigits.data.hands.arrays import read_arrays, write_arrays

Stroke: TypeAlias = NDArray[np.int16]
"""Pen positions at equal intervals of time, (points, 2): x to the right and y down, in units of the tablet."""

_ARRAYS = ("steps", "points_per_stroke", "strokes_per_digit", "labels", "writers")


@dataclass(frozen=True, slots=True, eq=False)
class StrokeDigits:
    """Digits as they were written on a tablet.

    Attributes:
        digits: N digits, each a tuple of strokes (points, 2), int16, in the order of writing.
        labels: (N,), int64, 0 … 9.
        writers: (N,), int16, a number for each person.

    Raises:
        DataError: The lengths differ.

    Examples:
        >>> one = np.array([[3, 0], [3, 9]], np.int16)
        >>> ones = StrokeDigits(((one,), (one, one)), np.array([1, 1]), np.array([4, 5], np.int16))
        >>> len(ones), len(ones[ones.writers == 5].digits[0])
        (2, 2)
    """

    digits: tuple[tuple[Stroke, ...], ...]
    labels: Labels
    writers: Writers

    def __post_init__(self) -> None:
        if not len(self.digits) == len(self.labels) == len(self.writers):
            raise DataError(
                f"{len(self.digits):,} digits, {len(self.labels):,} labels and {len(self.writers):,} writers",
                expected="a label and a writer for each digit",
                mend="check that they belong together",
            )

    def __len__(self) -> int:
        return len(self.digits)

    def __getitem__(self, which: slice | NDArray[Any]) -> StrokeDigits:
        chosen = np.arange(len(self))[which]
        return StrokeDigits(tuple(self.digits[i] for i in chosen), self.labels[which], self.writers[which])


def join_strokes(parts: Sequence[StrokeDigits]) -> StrokeDigits:
    """Return the digits of several parts, one part after the other.

    Args:
        parts: At least one.
    """
    return StrokeDigits(
        tuple(digit for part in parts for digit in part.digits),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.writers for part in parts]),
    )


def read_strokes(path: Path) -> StrokeDigits:
    """Read digits from an .npz file of strokes.

    Args:
        path: A file with `steps` (2, points), int16: from each pen position to the next, through all strokes and
            digits, the first from (0, 0); `points_per_stroke`, `strokes_per_digit`, `labels` and `writers`.

    Returns:
        The digits.

    Raises:
        DataError: It can't be read, or its arrays don't fit together.
    """
    steps, points_per_stroke, strokes_per_digit, labels, writers = read_arrays(path, _ARRAYS)
    stroke_lengths, digit_lengths = points_per_stroke.astype(np.int64), strokes_per_digit.astype(np.int64)
    fits = (
        steps.ndim == 2
        and len(steps) == 2
        and stroke_lengths.sum() == steps.shape[1]
        and digit_lengths.sum() == len(stroke_lengths)
        and len(digit_lengths) == len(labels) == len(writers)
        and (stroke_lengths > 0).all()
        and (digit_lengths > 0).all()
        and ((labels >= 0) & (labels <= 9)).all()
    )
    if not fits:
        raise DataError(
            f"the arrays of {path} don't fit together",
            expected=f"strokes as {', '.join(_ARRAYS)}",
            mend="download the file again, or remove it",
        )
    points = np.cumsum(steps, axis=1, dtype=np.int64).T.astype(np.int16)  # (points, 2)
    strokes = np.split(points, np.cumsum(stroke_lengths)[:-1])
    ends = np.cumsum(digit_lengths)
    digits = tuple(
        tuple(strokes[end - length : end]) for end, length in zip(ends.tolist(), digit_lengths.tolist(), strict=True)
    )
    return StrokeDigits(digits, labels.astype(np.int64), writers.astype(np.int16))


def write_strokes(path: Path, digits: StrokeDigits) -> None:
    """Write digits into an .npz file, as `read_strokes` reads it.

    Args:
        path: The file to make or replace.
        digits: What to write.

    Raises:
        StorageError: It can't be written.
    """
    strokes = [stroke for digit in digits.digits for stroke in digit]
    points = np.concatenate(strokes).astype(np.int64)  # (points, 2)
    write_arrays(
        path,
        steps=np.diff(points, axis=0, prepend=0).T.astype(np.int16),
        points_per_stroke=np.array([len(stroke) for stroke in strokes], np.uint16),
        strokes_per_digit=np.array([len(digit) for digit in digits.digits], np.uint8),
        labels=digits.labels.astype(np.uint8),
        writers=digits.writers,
    )
