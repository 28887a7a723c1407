"""Digits cut out of scanned pages with their writers, and their .npz file. Knows nothing of where files come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import Labels, Writers
from inkdigits.data.hands.arrays import read_arrays, write_arrays

Crop: TypeAlias = NDArray[np.uint8]
"""The ink of one digit, (height, width): 0 is paper and 255 the darkest."""

LONGEST = 40
"""The longer side of a crop, at most, in pixels."""

_LEVELS = 15
"""A file has the ink as 0 … 15."""

_ARRAYS = ("pixels", "heights", "widths", "scan_heights", "labels", "writers")


@dataclass(frozen=True, slots=True, eq=False)
class CropDigits:
    """Digits as they stood on paper, each cut out.

    Attributes:
        crops: N pictures (height, width), uint8, 0 is paper and 255 ink; about a pixel of margin.
        scan_heights: (N,), int64, the height of the digit in the scan, in pixels: compares digits of one writer.
        labels: (N,), int64, 0 … 9.
        writers: (N,), int16, a number for each person.

    Raises:
        DataError: The lengths differ.
    """

    crops: tuple[Crop, ...]
    scan_heights: NDArray[np.int64]
    labels: Labels
    writers: Writers

    def __post_init__(self) -> None:
        if not len(self.crops) == len(self.scan_heights) == len(self.labels) == len(self.writers):
            raise DataError(
                f"{len(self.crops):,} digits, {len(self.scan_heights):,} heights, {len(self.labels):,} labels and "
                f"{len(self.writers):,} writers",
                expected="one of each for every digit",
                mend="check that they belong together",
            )

    def __len__(self) -> int:
        return len(self.crops)

    def __getitem__(self, which: slice | NDArray[Any]) -> CropDigits:
        chosen = np.arange(len(self))[which]
        return CropDigits(
            tuple(self.crops[i] for i in chosen), self.scan_heights[which], self.labels[which], self.writers[which]
        )


def read_crops(path: Path) -> CropDigits:
    """Read digits from an .npz file of crops.

    Args:
        path: A file with `pixels`, uint8, the ink 0 … 15 of all digits row by row, one digit after the other;
            `heights`, `widths`, `scan_heights`, `labels` and `writers`.

    Returns:
        The digits.

    Raises:
        DataError: It can't be read, or its arrays don't fit together.
    """
    pixels, heights, widths, scan_heights, labels, writers = read_arrays(path, _ARRAYS)
    shapes = list(zip(heights.tolist(), widths.tolist(), strict=False))
    ends = np.cumsum(np.array([height * width for height, width in shapes], np.int64))
    fits = (
        len({len(heights), len(widths), len(scan_heights), len(labels), len(writers)}) == 1
        and len(ends) > 0
        and ends[-1] == pixels.size
        and all(min(shape) > 0 for shape in shapes)
        and pixels.max(initial=0) <= _LEVELS
        and ((labels >= 0) & (labels <= 9)).all()
    )
    if not fits:
        raise DataError(
            f"the arrays of {path} don't fit together",
            expected=f"crops as {', '.join(_ARRAYS)}",
            mend="download the file again, or remove it",
        )
    parts = np.split(pixels.astype(np.uint8) * np.uint8(255 // _LEVELS), ends[:-1])
    crops = tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))
    return CropDigits(crops, scan_heights.astype(np.int64), labels.astype(np.int64), writers.astype(np.int16))


def write_crops(path: Path, digits: CropDigits) -> None:
    """Write digits into an .npz file, as `read_crops` reads it; of the ink 16 levels are kept.

    Args:
        path: The file to make or replace.
        digits: What to write.

    Raises:
        StorageError: It can't be written.
    """
    levels = [np.round(crop / (255 / _LEVELS)).astype(np.uint8).ravel() for crop in digits.crops]
    write_arrays(
        path,
        pixels=np.concatenate(levels),
        heights=np.array([crop.shape[0] for crop in digits.crops], np.uint8),
        widths=np.array([crop.shape[1] for crop in digits.crops], np.uint8),
        scan_heights=digits.scan_heights.astype(np.uint16),
        labels=digits.labels.astype(np.uint8),
        writers=digits.writers,
    )
