"""Test digits that are nearly the same picture as a training digit: moved, brighter, or saved with losses.

Knows nothing of labels and networks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from inkdigits.core.types import SIDE, Images
from inkdigits.data.dataset import Dataset

_NEAR = 0.1
"""Largest distance of near-duplicates. The nearest two digits of MNIST that are no copies are 0.13 apart, both a 1."""

_MOST = 100_000
"""Training digits to compare with at most, so that a million takes no hour."""


@dataclass(frozen=True)
class NearDuplicate:
    """A test digit and the training digit that is nearly the same picture.

    Attributes:
        test_index: The place of the test digit.
        train_index: The place of the training digit.
        distance: The distance of both pictures, as vectors of length 1 and with their centres of mass in one place.
            0 are equal ones.
    """

    test_index: int
    train_index: int
    distance: float


def find_near_duplicates(dataset: Dataset) -> list[NearDuplicate]:
    """Return the test digits that are nearly the same picture as a training digit, but not equal; nearest first.

    Args:
        dataset: Of more than 100,000 training digits the first ones are searched.
    """
    train, test = _normalized(dataset.train.images[:_MOST]), _normalized(dataset.test.images)
    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(_coarse(train))
    nearest = search.kneighbors(_coarse(test), return_distance=False)[:, 0]
    distances = np.linalg.norm(test - train[nearest], axis=(1, 2))
    equal = (dataset.test.images == dataset.train.images[nearest]).all(axis=(1, 2))
    places = np.flatnonzero((distances < _NEAR) & ~equal & dataset.test.images.any(axis=(1, 2)))
    return [
        NearDuplicate(place, int(nearest[place]), float(distances[place]))
        for place in places[np.argsort(distances[places], kind="stable")].tolist()
    ]


def _normalized(images: Images) -> NDArray[np.float32]:
    """Return pictures of length 1, (N, 28, 28), with the centre of mass in the middle pixel."""
    ink = images.astype(np.float32)
    mass = ink.sum(axis=(1, 2)) + 1e-9
    places = np.arange(SIDE)
    rows = np.rint(ink.sum(axis=2) @ places / mass).astype(int)  # (N,)
    columns = np.rint(ink.sum(axis=1) @ places / mass).astype(int)
    for row, column in set(zip(rows.tolist(), columns.tolist(), strict=True)):
        these = (rows == row) & (columns == column)
        ink[these] = np.roll(ink[these], (SIDE // 2 - row, SIDE // 2 - column), axis=(1, 2))
    length = np.linalg.norm(ink, axis=(1, 2), keepdims=True)
    normalized: NDArray[np.float32] = ink / np.maximum(length, 1e-9)
    return normalized


def _coarse(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (N, 196): means of 2x2 pixels, which find the same neighbours in a quarter of the time."""
    half = SIDE // 2
    means: NDArray[np.float32] = images.reshape(-1, half, 2, half, 2).mean(axis=(2, 4)).reshape(-1, half * half)
    return means
