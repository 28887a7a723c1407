"""A test set for data that has none, always the same for the same data. Knows nothing of files."""

from dataclasses import replace

import numpy as np

from inkdigits.core.errors import DataError
from inkdigits.data.dataset import Dataset, Provenance, Split

_ONE_IN = 6
"""One digit in this many is held back, nearly as in MNIST (10,000 of 70,000)."""


def with_test_set(name: str, digits: Split, classes: tuple[str, ...], provenance: Provenance) -> Dataset:
    """Return a data set whose test set is held back from the digits.

    Args:
        name: What the user asked for.
        digits: All digits.
        classes: The name of each class number.
        provenance: Where the digits came from; a note of what was held back is added.

    Raises:
        DataError: No class has two digits.
    """
    train, test, note = hold_back(digits, len(classes))
    return Dataset(
        name,
        train=train,
        test=test,
        classes=classes,
        provenance=replace(provenance, notes=(*provenance.notes, note)),
    )


def hold_back(digits: Split, classes: int) -> tuple[Split, Split, str]:
    """Hold back a sixth of each class as a test set, drawn from a fixed seed.

    Args:
        digits: All digits; at least one class has two.
        classes: How many classes there are.

    Returns:
        The training set and the test set, both in the order of `digits`, and a note for the provenance.

    Raises:
        DataError: No class has two digits.

    Examples:
        >>> digits = Split(np.zeros((24, 28, 28), np.uint8), np.repeat([0, 1], 12))
        >>> train, test, _ = hold_back(digits, 2)
        >>> train.class_counts(2).tolist(), test.class_counts(2).tolist()
        ([10, 10], [2, 2])
    """
    rng = np.random.default_rng(0)
    held = np.zeros(len(digits), dtype=bool)
    for label in range(classes):
        members = np.flatnonzero(digits.labels == label)
        # Of few digits one is held back, of a single one none: it is needed for training.
        held_back = max(round(len(members) / _ONE_IN), 1) if len(members) > 1 else 0
        held[rng.permutation(members)[:held_back]] = True
    if not held.any():
        raise DataError(
            f"{len(digits)} digits, none of which can be held back to test with",
            expected="at least two digits of a class",
            mend="add more",
        )
    note = f"no test set of its own: a sixth of each class ({held.sum():,} of {len(digits):,}) held back, seed 0"
    return digits[~held], digits[held], note
