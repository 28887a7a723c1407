"""Labelled digits in memory and their three splits. Knows nothing of files or networks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.display import Displayed
from inkdigits.core.errors import DataError
from inkdigits.core.types import SIDE, Images, Labels, Writers

DIGITS = tuple("0123456789")


@dataclass(frozen=True, repr=False)
class Split(Displayed):
    """Digits with their labels.

    Attributes:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.
        labels: (N,), int64, class numbers 0 … classes - 1.
        writers: (N,), int16, a number for each person, or None where nobody knows who wrote them.

    Raises:
        DataError: Shapes, dtypes or lengths don't fit together.

    Examples:
        >>> split = Split(np.zeros((3, 28, 28), np.uint8), np.array([7, 2, 1]))
        >>> len(split), split[1:].labels.tolist(), split[0]
        (3, [2, 1], <Split: 1 digit of 28x28, label 7>)
    """

    images: Images
    labels: Labels
    writers: Writers | None = None

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or self.images.shape[1:] != (SIDE, SIDE):
            raise DataError(
                f"pictures have shape {self.images.shape} and dtype {self.images.dtype}",
                expected=f"shape (N, {SIDE}, {SIDE}) and dtype uint8",
                mend="bring each digit to 28x28 grey values of 0 to 255",
            )
        if self.labels.shape != (len(self.images),):
            raise DataError(
                f"{len(self.images):,} pictures and labels of shape {self.labels.shape}",
                expected="one label for each picture",
                mend="check that both files belong together",
            )
        if self.writers is not None and self.writers.shape != self.labels.shape:
            raise DataError(
                f"{len(self.images):,} pictures and writers of shape {self.writers.shape}",
                expected="one writer for each picture",
                mend="check that both files belong together",
            )

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        labels = ", ".join(str(label) for label in self.labels[:10])
        return f"<Split: {self.size}, label{_s(self)} {labels}{' …' if len(self) > 10 else ''}>"

    def __getitem__(self, which: int | slice | Sequence[int] | NDArray[Any]) -> Split:
        if isinstance(which, int | np.integer):
            which = np.arange(len(self))[which, None]  # an index beyond the end is an IndexError
        return Split(self.images[which], self.labels[which], None if self.writers is None else self.writers[which])

    @property
    def size(self) -> str:
        """How many digits there are, in words: "1,438 digits of 28x28"."""
        return f"{len(self):,} digit{_s(self)} of {SIDE}x{SIDE}"

    def class_counts(self, classes: int) -> NDArray[np.int64]:
        """Return how many digits each class has.

        Args:
            classes: How many classes there are.

        Returns:
            (classes,), int64, at least 0.
        """
        return np.bincount(self.labels, minlength=classes)


def _s(split: Split) -> str:
    return "" if len(split) == 1 else "s"


@dataclass(frozen=True)
class Provenance:
    """Where a data set came from.

    Attributes:
        source: A path, a URL or a library, in words for people.
        sha256: Digest of each file's unpacked content, by file name.
        notes: What was done while reading (pictures skipped, how the test set was held back).
        folder: The absolute folder of this machine in or below which a named data set was found; None for others.
        changes: What else the user asked for, by the names of `load`'s arguments.
        writers: Who wrote the test digits, in a sentence, where that is known and matters; else empty.
        review: The file of decisions on labels that was applied, its SHA-256, and how many digits were relabelled, left
            out and kept; None for none.
    """

    source: str
    sha256: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    folder: str | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    writers: str = ""
    review: dict[str, Any] | None = None


@dataclass(frozen=True)
class Splits:
    """Digits to train on, to choose by (if any are held back), and to test on."""

    train: Split
    validation: Split | None
    test: Split


@dataclass(frozen=True, repr=False)
class Dataset(Displayed):
    """A training set and a test set with the names of their classes.

    Attributes:
        name: What the user asked for: a name such as `mnist`, or a path.
        train: What networks train on; a part may be held back for validation.
        test: What networks are only tested on.
        classes: The name of each class number, for example ("0", …, "9").
        provenance: Where it came from.

    Raises:
        DataError: A split is empty or a label has no class.
    """

    name: str
    train: Split
    test: Split
    classes: tuple[str, ...] = DIGITS
    provenance: Provenance = field(default_factory=lambda: Provenance("memory"))

    def __post_init__(self) -> None:
        for name, split in (("training", self.train), ("test", self.test)):
            if not len(split):
                raise DataError(
                    f"{self.name} has an empty {name} set",
                    expected="at least one digit in each",
                    mend="add pictures",
                )
            lowest, highest = int(split.labels.min()), int(split.labels.max())
            if lowest < 0 or highest >= len(self.classes):
                raise DataError(
                    f"{self.name} has the label {lowest if lowest < 0 else highest} in its {name} set",
                    expected=f"labels from 0 to {len(self.classes) - 1}",
                    mend="correct the labels",
                )

    def __repr__(self) -> str:
        names = ", ".join(self.classes[:10]) + (" …" if len(self.classes) > 10 else "")
        return (
            f"<Dataset {self.name}: {len(self.train):,} training and {len(self.test):,} test digits, classes {names}>"
        )

    def splits(
        self, validation: float = 0.0, *, shuffle: bool = False, seed: int = 0, skip_first: float = 0.0
    ) -> Splits:
        """Hold back part of the training set for validation.

        Args:
            validation: The share held back, in [0, 1). As in Keras, it is the *last* part of the set.
            shuffle: Whether to draw it at random instead.
            seed: Of the random draw.
            skip_first: The share, in [0, 1), that is in no split: the *first* part of the set. `validation` is a share
                of the rest.

        Returns:
            Three splits with no digit in common; `validation` is None where the share is 0.

        Raises:
            DataError: The share is out of range or leaves a part empty.

        Examples:
            >>> digits = Split(np.zeros((10, 28, 28), np.uint8), np.arange(10))
            >>> parts = Dataset("ten", train=digits, test=digits).splits(validation=0.2)
            >>> parts.train.labels.tolist(), parts.validation.labels.tolist()
            ([0, 1, 2, 3, 4, 5, 6, 7], [8, 9])
        """
        train = self.train
        if skip_first:
            skipped = round(len(train) * skip_first)
            if not 0 < skip_first < 1 or skipped == len(train):
                raise DataError(
                    f"skip_first = {skip_first} of {len(train):,} training digits",
                    expected="a share from 0 to below 1 that leaves digits to learn from",
                    mend="use for example 0.1",
                )
            train = train[skipped:]
        if validation == 0:
            return Splits(train, None, self.test)
        kept = int(len(train) * (1 - validation))
        if not 0 < validation < 1 or not 0 < kept < len(train):
            raise DataError(
                f"validation = {validation} of {len(train):,} training digits",
                expected="a share from 0 to below 1 that leaves digits on both sides",
                mend="use for example 0.2",
            )
        order = np.random.default_rng(seed).permutation(len(train)) if shuffle else np.arange(len(train))
        return Splits(train[order[:kept]], train[order[kept:]], self.test)

    def fold(self, number: int, folds: int) -> Dataset:
        """Return the data set that has one fold of the training set as its test set and learns from the others.

        Args:
            number: Which fold, from 0.
            folds: How many there are, as for `assign_folds`.
        """
        held_back = assign_folds(self.train.labels, folds) == number
        return replace(self, train=self.train[~held_back], test=self.train[held_back])

    def limited(self, train: int | None = None, test: int | None = None) -> Dataset:
        """Return only the first digits of each set, for quick trials.

        Args:
            train: How many training digits; by default all.
            test: How many test digits; by default all.
        """
        return replace(self, train=self.train[:train], test=self.test[:test])


def assign_folds(labels: Labels, folds: int) -> NDArray[np.int64]:
    """Return the fold of each digit. Those of a class are dealt out in turn, in a random order that is always the same.

    Args:
        labels: (N,), int64, class numbers.
        folds: How many folds there are.

    Returns:
        (N,), int64, 0 … folds - 1.

    Examples:
        >>> np.bincount(assign_folds(np.arange(9) % 3, 3)).tolist()
        [3, 3, 3]
    """
    order = np.random.default_rng(0).permutation(len(labels))
    by_class = order[np.argsort(labels[order], kind="stable")]
    assigned = np.empty(len(labels), np.int64)
    assigned[by_class] = np.arange(len(labels)) % folds
    return assigned


def fingerprint(dataset: Dataset) -> str:
    """Return a SHA-256 over all pictures and labels: equal for equal data.

    Args:
        dataset: Its training and its test set count.
    """
    digest = hashlib.sha256()
    for split in (dataset.train, dataset.test):
        digest.update(np.ascontiguousarray(split.images).data)
        digest.update(split.labels.astype("<i8").tobytes())
    return digest.hexdigest()
