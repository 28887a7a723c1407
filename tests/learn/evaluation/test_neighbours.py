import tracemalloc

import numpy as np
import pytest

from inkdigits.data.dataset import Split
from inkdigits.learn.evaluation.mistakes import Mistake
from inkdigits.learn.evaluation.neighbours import find_neighbours


def mistake(index: int, label: int, prediction: int) -> Mistake:
    return Mistake(index, label, prediction, 0.9, np.zeros(3, np.float32))


def random_images(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)


def test_finds_what_comparing_every_pair_finds() -> None:
    train = Split(random_images(60), np.arange(60) % 3)
    images = random_images(8, seed=1)
    mistakes = [mistake(index, index % 3, (index + 1) % 3) for index in (7, 0, 3, 2)]
    for each, found in zip(mistakes, find_neighbours(mistakes, images, train), strict=True):
        difference = (train.images.astype(float) - images[each.index]) / 255
        distances = np.sqrt((difference**2).sum(axis=(1, 2)))
        for class_number, neighbour in ((each.label, found.of_label), (each.prediction, found.of_prediction)):
            members = np.flatnonzero(train.labels == class_number)
            assert neighbour is not None
            assert neighbour.index == members[distances[members].argmin()]
            assert neighbour.distance == pytest.approx(distances[neighbour.index], rel=1e-4)


def test_a_training_digit_is_its_own_neighbour_at_no_distance() -> None:
    train = Split(random_images(30), np.arange(30) % 3)
    nearest = find_neighbours([mistake(5, 2, 0)], train.images, train)[0]
    assert nearest.of_label is not None
    assert (nearest.of_label.index, nearest.of_label.distance) == (5, 0.0)


def test_a_class_without_training_digits_has_no_neighbour() -> None:
    train = Split(random_images(4), np.zeros(4, np.int64))
    nearest = find_neighbours([mistake(0, 2, 0)], random_images(1), train)[0]
    assert nearest.of_label is None
    assert nearest.of_prediction is not None


def test_no_mistakes_need_no_search() -> None:
    assert find_neighbours([], random_images(1), Split(random_images(1), np.zeros(1, np.int64))) == []


def test_memory_is_that_of_one_class_and_not_of_the_whole_set() -> None:
    train = Split(np.zeros((12_000, 28, 28), np.uint8), np.arange(12_000) % 10)
    mistakes = [mistake(index, index % 10, (index + 1) % 10) for index in range(20)]
    find_neighbours(mistakes[:1], train.images[:20], train)
    tracemalloc.start()
    find_neighbours(mistakes, train.images[:20], train)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    whole_set_float32_bytes = train.images.size * 4
    assert peak_bytes < whole_set_float32_bytes / 2
