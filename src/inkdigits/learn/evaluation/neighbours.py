"""The training digits nearest to a misread one. Knows pixels and labels; nothing of networks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from inkdigits.core.types import Images
from inkdigits.data.dataset import Split
from inkdigits.learn.evaluation.mistakes import Mistake


@dataclass(frozen=True)
class Neighbour:
    """The training digit of one class that is nearest to a given digit.

    Attributes:
        index: Its place in the training set.
        distance: The Euclidean distance over all pixels; a pixel goes from 0 (empty) to 1 (ink).
    """

    index: int
    distance: float


@dataclass(frozen=True)
class NeighbourPair:
    """The training digits nearest to a misread one, of two classes.

    Attributes:
        of_label: The nearest of its true class; None where the training set has none.
        of_prediction: The nearest of the predicted class; None where the training set has none.
    """

    of_label: Neighbour | None
    of_prediction: Neighbour | None

    def moved(self, places: NDArray[np.int64]) -> "NeighbourPair":
        """Return the same pair by its places in a larger set.

        Args:
            places: (N,), int64, at least 0: where each digit that was searched is in that set.
        """
        pair = (
            each and Neighbour(int(places[each.index]), each.distance) for each in (self.of_label, self.of_prediction)
        )
        return NeighbourPair(*pair)


def find_neighbours(mistakes: Sequence[Mistake], images: Images, train: Split) -> list[NeighbourPair]:
    """Find for each mistake the nearest training digits of the true and of the predicted class.

    Only one class of the training set at a time is converted to float32, which takes about 21 MB for MNIST.

    Args:
        mistakes: Misread digits, from `find_mistakes`.
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink: the split that the mistakes are from.
        train: The training digits.

    Returns:
        One pair for each mistake, in the same order.

    Examples:
        >>> from inkdigits.learn.evaluation.mistakes import find_mistakes
        >>> wrong = find_mistakes(np.array([[0.9, 0.1]], np.float32), np.array([1]))
        >>> shades = np.stack([np.full((28, 28), grey, np.uint8) for grey in (0, 255)])
        >>> nearest = find_neighbours(wrong, shades[:1], Split(shades, np.array([0, 1])))
        >>> nearest[0].of_label, nearest[0].of_prediction
        (Neighbour(index=1, distance=28.0), Neighbour(index=0, distance=0.0))
    """
    of_label = _nearest(mistakes, [each.label for each in mistakes], images, train)
    of_prediction = _nearest(mistakes, [each.prediction for each in mistakes], images, train)
    return [NeighbourPair(*pair) for pair in zip(of_label, of_prediction, strict=True)]


def _nearest(
    mistakes: Sequence[Mistake], classes: Sequence[int], images: Images, train: Split
) -> list[Neighbour | None]:
    found: list[Neighbour | None] = [None] * len(mistakes)
    class_numbers = np.asarray(classes, np.int64)
    for number in np.unique(class_numbers):
        members = np.flatnonzero(train.labels == number)
        if not len(members):
            continue
        places = np.flatnonzero(class_numbers == number)
        queries = _pixels(images[[mistakes[place].index for place in places.tolist()]])  # (places, 784)
        search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(_pixels(train.images[members]))
        nearest = members[search.kneighbors(queries, return_distance=False)[:, 0]]
        # The search expands the square of the difference, which loses digits: compute the distance again.
        distances = np.linalg.norm(queries - _pixels(train.images[nearest]), axis=1)
        for place, index, distance in zip(places, nearest, distances, strict=True):
            found[place] = Neighbour(index=int(index), distance=float(distance))
    return found


def _pixels(images: Images) -> NDArray[np.float32]:
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)  # (N, 784)
