import numpy as np
import pytest

from helpers.people import people_with_pens, strokes_of
from inkdigits.learn.synthesis.handwriting.people import draw_digits, pen_writers, picture_writers


def test_a_person_has_only_digits_of_his_or_her_own():
    labels, writers = np.tile(np.arange(10), 3), np.repeat([4, 7, 9], 10)
    images = np.broadcast_to(writers[:, None, None], (30, 28, 28)).astype(np.uint8)
    people = picture_writers(images, labels, writers)
    assert [{int(image[0, 0]) for of_class in person.images for image in of_class} for person in people] == [
        {4},
        {7},
        {9},
    ]
    without_a_9 = picture_writers(images[:29], labels[:29], writers[:29])
    assert len(without_a_9) == 2


def test_sizes_are_relative_to_the_persons_others():
    labels, writers = np.tile(np.arange(10), 2), np.repeat([0, 1], 10)
    heights = np.where(np.arange(20) % 10 == 0, 40, 50) * np.repeat([1, 3], 10)
    people = picture_writers(np.zeros((20, 28, 28), np.uint8), labels, writers, heights)
    assert [float(person.sizes[0][0]) for person in people] == [0.8, 0.8]
    assert [float(person.sizes[5][0]) for person in people] == [1.0, 1.0]


def test_strokes_stand_on_the_baseline_in_heights():
    person, _ = people_with_pens()
    assert [len(of_class) for of_class in person.written] == [2] * 10
    for of_class in person.written:
        points = np.concatenate(of_class[0])
        assert points[:, 0].min() == pytest.approx(0, abs=0.1)
        assert points[:, 1].max() == pytest.approx(0, abs=0.1)
        assert points[:, 1].min() == pytest.approx(-1, abs=0.15)
    assert [len(strokes) for strokes in (person.written[1][0], person.written[7][0])] == [1, 2]


def test_who_lacks_a_digit_does_not_write():
    assert pen_writers([strokes_of(3)], np.array([3]), np.array([1])) == []


def test_drawn_digits_are_normalized_and_all_different():
    images, labels = draw_digits(people_with_pens(1), 3, np.random.default_rng(0))
    assert (images.shape, images.dtype) == ((60, 28, 28), np.uint8)
    assert np.bincount(labels).tolist() == [6] * 10
    assert len(np.unique(images.reshape(60, -1), axis=0)) == 60
    rows = [np.flatnonzero(image.max(axis=1) > 60) for image in images]
    assert {20 - 3 <= row[-1] - row[0] + 1 <= 20 for row in rows} == {True}
