import numpy as np

from inkdigits.data.dataset import Split
from inkdigits.learn.evaluation.label_review.suspects import likely_errors, rank_suspects


def certain(labels, classes=10, sure=0.97):
    """Probabilities of a network that is sure of these classes."""
    rest = (1 - sure) / (classes - 1)
    return np.where(np.arange(classes) == labels[:, None], sure, rest).astype(np.float32)


def digits(count=300):
    rng = np.random.default_rng(1)
    return rng.integers(0, 256, (count, 28, 28), dtype=np.uint8), rng.integers(0, 10, count)


def test_wrong_labels_come_first_with_the_class_they_are_of():
    images, truth = digits()
    labels = truth.copy()
    wrong = [5, 100, 250]
    labels[wrong] = (truth[wrong] + 3) % 10
    split = Split(images, labels)
    found = rank_suspects(certain(truth), split, split)
    assert [each.index for each in found[:3]] == wrong
    assert [each.suggested for each in found[:3]] == truth[wrong].tolist()
    assert [each.is_likely for each in found[:4]] == [True, True, True, False]
    assert len(found) == 100
    assert all(each.suggested != each.label for each in found)
    scores = [each.score for each in found]
    assert scores == sorted(scores)
    assert scores[0] < 0.01
    assert scores[3] > 0.9


def test_a_training_digit_is_not_its_own_reason():
    images, truth = digits()
    labels = truth.copy()
    labels[7] = (truth[7] + 1) % 10
    split = Split(images, labels)
    first, *others = rank_suspects(certain(truth), split, split)
    assert first.index == 7
    suspects = {7, *(each.index for each in others)}
    for each in (first, *others):
        for near, number in ((each.nearest.of_label, each.label), (each.nearest.of_prediction, each.suggested)):
            assert near is not None
            assert near.index not in suspects
            assert split.labels[near.index] == number


def test_a_class_without_digits_is_no_hindrance():
    _, truth = digits()
    labels = truth % 9
    probabilities = certain(labels)
    assert likely_errors(probabilities, labels).sum() == 0
    assert likely_errors(probabilities[:5], np.zeros(5, np.int64)).sum() == 0
