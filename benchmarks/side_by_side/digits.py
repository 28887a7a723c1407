"""The digits of a workload as NumPy arrays. Knows nothing of frameworks, nor of Inkdigits."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from side_by_side.workload import Workload

FIRST_STEPS = 5
"""Steps of the set-up, for frameworks that compile: training starts from the weights before them."""


@dataclass(frozen=True)
class Digits:
    """The digits to learn from, and those to test.

    Attributes:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.
        labels: (N,), class numbers.
        test_images: (M, 28, 28), likewise.
        test_labels: (M,), class numbers.
    """

    images: NDArray[np.uint8]
    labels: NDArray[Any]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[Any]


def read_digits(workload: Workload) -> Digits:
    """Return the digits that a workload uses.

    Args:
        workload: The training.
    """
    with np.load(workload.data, allow_pickle=False) as arrays:
        images, labels = arrays["x_train"][: workload.digits], arrays["y_train"][: workload.digits]
        return Digits(images, labels, arrays["x_test"], arrays["y_test"])


def as_floats(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Scale pictures to 0 … 1, as the tutorials do.

    Args:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.

    Returns:
        (N, 28, 28), float32 in 0 … 1.
    """
    return images.astype(np.float32) / np.float32(255)
