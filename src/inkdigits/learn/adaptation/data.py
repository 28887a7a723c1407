"""The data of an adaptation: corrections to learn and to measure on, and digits to replay. Knows no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import SIDE, Image, Images, Labels
from inkdigits.corrections.store import LABELS, Correction, CorrectionStore
from inkdigits.data.dataset import DIGITS, Dataset
from inkdigits.data.mnist import load_mnist
from inkdigits.data.uci import load_uci

NEGATIVE = -1
"""The label of a picture that shows no digit."""

MOST_DIGITS_LOST, MOST_LINES_LOST = 0.0005, 0.005
"""The share of the known digits, and of the composed lines, that may be lost; more is told as forgotten."""

_HOLDOUT_FROM = 5
"""From so many corrections on, some are held out to measure with; of fewer, each is needed to learn from."""


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """Normalized digits, and pictures that show no digit.

    Attributes:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.
        labels: (N,), int64, class numbers 0 … 9, or `NEGATIVE`.
    """

    images: Images
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def digits(self) -> LabelledImages:
        """Those that are digits."""
        return self._where(self.labels != NEGATIVE)

    @property
    def negatives(self) -> LabelledImages:
        """Those that are none."""
        return self._where(self.labels == NEGATIVE)

    def __add__(self, other: LabelledImages) -> LabelledImages:
        """These and others."""
        return LabelledImages(np.concatenate([self.images, other.images]), np.concatenate([self.labels, other.labels]))

    def repeated(self, times: int) -> LabelledImages:
        """Return each so many times.

        Args:
            times: At least 1.
        """
        return LabelledImages(np.repeat(self.images, times, axis=0), np.repeat(self.labels, times))

    def first(self, count: int) -> LabelledImages:
        """Return the first so many.

        Args:
            count: At least 0.
        """
        return LabelledImages(self.images[:count], self.labels[:count])

    def _where(self, chosen: NDArray[np.bool_]) -> LabelledImages:
        return LabelledImages(self.images[chosen], self.labels[chosen])


def load_corrections(data_dir: Path) -> tuple[LabelledImages, LabelledImages]:
    """Return the corrections of digits to learn from, and the holdout.

    Args:
        data_dir: Where the corrections are.
    """
    stored = list(CorrectionStore(data_dir).images())
    holdout = holdout_ids([correction.id for correction, _ in stored])
    return (
        _gather([pair for pair in stored if pair[0].id not in holdout]),
        _gather([pair for pair in stored if pair[0].id in holdout]),
    )


def holdout_ids(ids: Sequence[int]) -> set[int]:
    """Return which corrections are held out: about a fifth of them, the same ones in each adaptation.

    Args:
        ids: The numbers of all corrections.

    Examples:
        >>> holdout_ids([1, 2, 3, 4]), holdout_ids([1, 2, 3, 4, 6]), holdout_ids(range(1, 11))
        (set(), {6}, {10, 5})
    """
    if len(ids) < _HOLDOUT_FROM:
        return set()
    return {number for number in ids if number % _HOLDOUT_FROM == 0} or {max(ids)}


def _gather(stored: Sequence[tuple[Correction, Image]]) -> LabelledImages:
    labels = [NEGATIVE if correction.label is None else LABELS.index(correction.label) for correction, _ in stored]
    images = np.array([image for _, image in stored], np.uint8).reshape(-1, SIDE, SIDE)  # (N, 28, 28), also for N = 0
    return LabelledImages(images, np.array(labels, np.int64))


def load_replay_set() -> Dataset:
    """Return digits that keep the network from forgetting: MNIST if it is on this machine, or else `uci`.

    Nothing is downloaded: a user who teaches has not asked for that.
    """
    try:
        return load_mnist(mirrors=())
    except DataError:
        return load_uci()


def as_digits(dataset: Dataset) -> Dataset:
    """Return a data set with the labels 0 … 9 of the shipped network, whatever numbers its classes have.

    Args:
        dataset: Its classes are digits, all ten or some of them: a folder with the sub-folders 2 and 7, for example.

    Raises:
        DataError: A class is no digit, so the shipped network can't be measured on it.

    Examples:
        >>> from inkdigits.data.dataset import Split
        >>> two = Dataset("two", *[Split(np.zeros((2, 28, 28), np.uint8), np.array([0, 1]))] * 2, classes=("2", "7"))
        >>> as_digits(two).test.labels.tolist()
        [2, 7]
    """
    others = [name for name in dataset.classes if name not in LABELS]
    if others:
        raise DataError(
            f"{dataset.name} has the class {others[0]}",
            expected="digits from 0 to 9 only, because the reader that is taught reads these",
            mend="choose other --data, such as mnist or uci",
        )
    numbers = np.array([LABELS.index(name) for name in dataset.classes])
    train, test = (replace(each, labels=numbers[each.labels]) for each in (dataset.train, dataset.test))
    return replace(dataset, train=train, test=test, classes=DIGITS)
