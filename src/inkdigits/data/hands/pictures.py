"""Strokes or crops -> digits of 28x28 with their writers. Knows no source."""

from collections.abc import Collection

import numpy as np

from inkdigits.data.dataset import Dataset, Provenance, Split
from inkdigits.data.hands.crops import CropDigits
from inkdigits.data.hands.drawing import draw_strokes
from inkdigits.data.hands.strokes import StrokeDigits
from inkdigits.pictures.normalize import normalize_digit

OTHER_WRITERS = "The test digits are by people who wrote none of the training digits."


def strokes_as_split(digits: StrokeDigits) -> Split:
    """Draw digits in MNIST's form.

    Args:
        digits: At least one.

    Returns:
        A picture of each, with its label and writer.
    """
    return Split(np.stack([draw_strokes(strokes) for strokes in digits.digits]), digits.labels, digits.writers)


def crops_as_split(digits: CropDigits) -> Split:
    """Bring crops to MNIST's form; those without ink are left out.

    Args:
        digits: At least one with ink.

    Returns:
        A picture of each, with its label and writer.
    """
    images = [normalize_digit(crop / np.float32(255)) for crop in digits.crops]
    has_ink = np.array([image is not None for image in images])
    kept = np.stack([image for image in images if image is not None])
    return Split(kept, digits.labels[has_ink], digits.writers[has_ink])


def split_by_writer(name: str, digits: Split, test: Collection[int], provenance: Provenance) -> Dataset:
    """Return a data set with some writers' digits to train on and others' to test on.

    Args:
        name: Of the data set.
        digits: With their writers.
        test: The writers to test on.
        provenance: Where the digits came from.
    """
    assert digits.writers is not None
    is_test = np.isin(digits.writers, sorted(test))
    return Dataset(name, train=digits[~is_test], test=digits[is_test], provenance=provenance)
