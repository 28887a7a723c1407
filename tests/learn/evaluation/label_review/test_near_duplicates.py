from dataclasses import replace

import numpy as np

from inkdigits.data.dataset import Split
from inkdigits.data.load import load
from inkdigits.learn.evaluation.label_review.near_duplicates import find_near_duplicates


def test_moved_brighter_and_noisy_copies_are_found_and_equal_ones_and_others_are_not():
    data = load("uci").limited(600, 40)
    assert find_near_duplicates(data) == []
    train = data.train.images
    copies = data.test.images.copy()
    copies[3] = np.roll(train[10], (2, -1), axis=(0, 1))
    copies[4] = train[11] * 0.6
    noise = np.random.default_rng(0).normal(0, 3, (28, 28))
    copies[5] = np.clip(train[12] + noise, 0, 255)
    copies[6] = train[13]
    copies[7] = 0
    found = find_near_duplicates(replace(data, test=Split(copies, data.test.labels)))
    assert {(each.test_index, each.train_index) for each in found} == {(3, 10), (4, 11), (5, 12)}
    assert [each.distance for each in found] == sorted(each.distance for each in found)
