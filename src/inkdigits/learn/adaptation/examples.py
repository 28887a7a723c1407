"""What there is to learn from and to measure on: corrections, and digits known of old. Knows no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkdigits.core.errors import DataError
from inkdigits.core.types import SIDE, Image, Images, Labels
from inkdigits.corrections.store import LABELS, Correction, CorrectionStore
from inkdigits.data.dataset import Dataset
from inkdigits.data.mnist import load_mnist
from inkdigits.data.uci import load_uci

NO_DIGIT = -1
"""The label of a correction that says that it is no digit."""

_ENOUGH = 5
"""From so many corrections on, some are held back to measure with; of fewer each is needed to learn from."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Pictures and what they are.

    Attributes:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.
        labels: (N,), 0 … 9, or `NO_DIGIT`.
    """

    images: Images
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    def where(self, digits: bool) -> Examples:
        """Return those that are digits, or those that are none."""
        chosen = (self.labels != NO_DIGIT) == digits
        return Examples(self.images[chosen], self.labels[chosen])


def load_corrections(data_dir: Path) -> tuple[Examples, Examples]:
    """Return the corrections to learn from, and those held back.

    Whether one is held back is told by its number, so that it stays so from one teaching to the next.

    Raises:
        DataError: There are none.
    """
    kept = list(CorrectionStore(data_dir).forms())
    if not kept:
        raise DataError(
            f"there are no corrections in {data_dir}",
            expected="at least one",
            mend="correct a digit on the page of `inkdigits serve` first",
        )
    held = hold_back([correction.id for correction, _ in kept])
    return (
        _gather([pair for pair in kept if pair[0].id not in held]),
        _gather([pair for pair in kept if pair[0].id in held]),
    )


def hold_back(numbers: Sequence[int]) -> set[int]:
    """Return which corrections, given their numbers, are held back: about a fifth of them.

    Examples:
        >>> hold_back([1, 2, 3, 4]), hold_back([1, 2, 3, 4, 6]), hold_back(range(1, 11))
        (set(), {6}, {10, 5})
    """
    if len(numbers) < _ENOUGH:
        return set()
    return {number for number in numbers if number % _ENOUGH == 0} or {max(numbers)}


def _gather(kept: Sequence[tuple[Correction, Image]]) -> Examples:
    labels = [NO_DIGIT if correction.label is None else LABELS.index(correction.label) for correction, _ in kept]
    images = np.array([form for _, form in kept], np.uint8).reshape(-1, SIDE, SIDE)
    return Examples(images, np.array(labels, np.int64))


def load_known() -> Dataset:
    """Return digits that keep the network from forgetting: MNIST where it is on this machine, or else `uci`.

    Nothing is downloaded: whoever teaches has not asked for that.
    """
    try:
        return load_mnist(mirrors=())
    except DataError:
        return load_uci()
