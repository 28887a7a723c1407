"""A folder of labelled digits -> corrections in a user's store. Knows no torch."""

from collections.abc import Callable

import numpy as np

from inkdigits.core.errors import DataError
from inkdigits.corrections.store import LABELS, CorrectionStore
from inkdigits.data.dataset import Dataset
from inkdigits.learn.adaptation.data import as_digits

MOST_DIGITS = 3000
"""More digits are a data set, and learning them is a training."""


def import_digits(dataset: Dataset, store: CorrectionStore, advance: Callable[[int], None] = lambda _: None) -> int:
    """Keep the digits of a data set as corrections, each once.

    Args:
        dataset: Its classes are digits.
        store: Where they are kept.
        advance: Called with 1 after each digit.

    Returns:
        How many were new.

    Raises:
        DataError: A class is no digit, or there are too many.
        StorageError: The store can't be written.
    """
    digits = as_digits(dataset)
    images = np.concatenate([digits.train.images, digits.test.images])
    labels = np.concatenate([digits.train.labels, digits.test.labels])
    if len(labels) > MOST_DIGITS:
        raise DataError(
            f"{dataset.name} has {len(labels):,} digits",
            expected=f"at most {MOST_DIGITS:,} to adapt to",
            mend="train a network on so many: inkdigits train reader --data FOLDER",
        )
    there = {(correction.label, image.tobytes()) for correction, image in store.images()}
    added = 0
    for image, label in zip(images, labels.tolist(), strict=True):
        name = LABELS[label]
        if (name, image.tobytes()) not in there:
            store.add(image, label=name, read=None)
            there.add((name, image.tobytes()))
            added += 1
        advance(1)
    return added
