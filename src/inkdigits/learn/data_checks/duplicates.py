"""Equal pictures in a data set. Knows nothing of networks."""

from collections import defaultdict
from dataclasses import dataclass

from inkdigits.data.dataset import Dataset


@dataclass(frozen=True)
class DuplicateGroup:
    """Pictures that are equal in every pixel.

    Attributes:
        train: Their places in the training set, ascending.
        test: Their places in the test set, likewise.
        has_conflict: Whether they have different labels.
    """

    train: tuple[int, ...]
    test: tuple[int, ...]
    has_conflict: bool


def find_duplicates(dataset: Dataset) -> list[DuplicateGroup]:
    """Return all pictures that are there more than once, those with different labels first; empty pictures don't count.

    Args:
        dataset: The digits.
    """
    places: dict[bytes, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for number, split in enumerate((dataset.train, dataset.test)):
        for place, image in enumerate(split.images):
            if image.any():
                places[image.tobytes()][number].append(place)
    groups = []
    for train, test in places.values():
        if len(train) + len(test) > 1:
            labels = {*dataset.train.labels[train].tolist(), *dataset.test.labels[test].tolist()}
            groups.append(DuplicateGroup(tuple(train), tuple(test), len(labels) > 1))
    return sorted(groups, key=lambda group: not group.has_conflict)
