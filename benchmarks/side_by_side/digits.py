"""The digits of a task as NumPy arrays. Knows nothing of frameworks, nor of Inkdigits."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from side_by_side.task import Task

FIRST_STEPS = 5
"""Steps taken while setting up: they compile what is compiled, and training starts from weights without them."""


@dataclass(frozen=True)
class Digits:
    """Pictures (N, 28, 28), uint8, and labels (N,), for learning and for the test."""

    images: NDArray[np.uint8]
    labels: NDArray[Any]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[Any]


def read_digits(task: Task) -> Digits:
    """Read the digits that a task uses."""
    with np.load(task.data, allow_pickle=False) as arrays:
        images, labels = arrays["x_train"][: task.digits], arrays["y_train"][: task.digits]
        return Digits(images, labels, arrays["x_test"], arrays["y_test"])


def as_floats(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Scale pictures to 0 … 1, as the tutorials do."""
    return images.astype(np.float32) / np.float32(255)
