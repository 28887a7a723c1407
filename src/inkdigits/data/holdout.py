"""A test set for data that brings none: held back once, always the same way. Knows nothing of files."""

import numpy as np

from inkdigits.core.errors import DataError
from inkdigits.data.dataset import Split

SHARE = 6
"""One digit in so many is held back, as in MNIST (10,000 of 70,000, nearly)."""


def hold_back(digits: Split, classes: int) -> tuple[Split, Split, str]:
    """Hold back a sixth of each class as a test set.

    The draw starts from a fixed seed, so the same data always gives the same test set.

    Args:
        digits: All there is; at least one class with two digits.
        classes: How many classes there are.

    Returns:
        The training set and the test set, both in the order of `digits`, and a note that tells of it.

    Raises:
        DataError: No class has a digit to spare.

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
        # Of few digits one is spared, of a single one none: it can only be learned from.
        spared = max(round(len(members) / SHARE), 1) if len(members) > 1 else 0
        held[rng.permutation(members)[:spared]] = True
    if not held.any():
        raise DataError(
            f"{len(digits)} digits, none of which can be held back to test with",
            expected="at least two digits of a class",
            mend="add more",
        )
    note = f"no test set of its own: a sixth of each class ({held.sum():,} of {len(digits):,}) held back, seed 0"
    return digits[~held], digits[held], note
