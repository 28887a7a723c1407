from dataclasses import replace

import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.dataset import Split, assign_folds
from inkdigits.data.load import load
from inkdigits.learn.evaluation.label_review import review_labels
from inkdigits.learn.evaluation.label_review.out_of_fold import choose_recipe, judge_out_of_fold
from inkdigits.learn.training.parallel import train_all
from inkdigits.recipes import load_recipe


@pytest.fixture(scope="module")
def uci():
    return load("uci")


def with_wrong_labels(split, count):
    rng = np.random.default_rng(2)
    wrong = rng.permutation(len(split))[:count]
    labels = split.labels.copy()
    labels[wrong] = (labels[wrong] + rng.integers(1, 10, count)) % 10
    return Split(split.images, labels), set(wrong.tolist())


@pytest.mark.parametrize("name", ["train", "test"])
def test_flipped_labels_are_among_the_first(uci, name):
    split, wrong = with_wrong_labels(uci.train if name == "train" else uci.test, 14)
    data = replace(uci, **{name: split})
    review = review_labels(data, name, recipe="mlp-100x2", networks=2, progress=False)
    first = {each.index for each in review.suspects[:28]}
    assert len(first & wrong) >= 12
    assert review.likely_errors >= 7
    record = review.to_dict()
    assert (record["split"], record["examples"]) == (name, len(split))
    assert set(record["suspects"][0]) == {"index", "label", "suggested", "score"}
    assert len(review.odd) == 30


def test_no_network_judges_a_digit_that_it_learned_from(uci):
    """Labels of noise can't be predicted from other digits, only learned by heart."""
    rng = np.random.default_rng(0)
    small = uci.limited(300, 20)
    noise = replace(small, train=Split(small.train.images, rng.integers(0, 10, 300)))
    judged = judge_out_of_fold(noise, "train", recipe=load_recipe("mlp-100x2"), networks=3, progress=False)
    assert (judged.probabilities.argmax(axis=1) == noise.train.labels).mean() < 0.25
    assert judged.probabilities.sum(axis=1) == pytest.approx(np.ones(300), abs=1e-4)
    assert judged.oddness.shape == (300,)


def test_folds_of_processes_give_the_same_answers(uci, monkeypatch):
    small = uci.limited(200, 20)
    recipe = load_recipe("softmax", {"epochs": 1})
    here = judge_out_of_fold(small, "train", recipe=recipe, networks=2, progress=False)
    monkeypatch.setattr(train_all, "START_S", -1.0)
    monkeypatch.setattr(train_all.torch, "get_num_threads", lambda: 2)
    parallel = judge_out_of_fold(small, "train", recipe=recipe, networks=2, progress=False)
    assert np.array_equal(here.probabilities, parallel.probabilities)


def test_folds_hold_every_class_and_every_digit_once(uci):
    folds = assign_folds(uci.train.labels, 4)
    counts = np.array([np.bincount(uci.train.labels[folds == number], minlength=10) for number in range(4)])
    assert (counts.max(axis=0) - counts.min(axis=0)).max() <= 1
    part = uci.fold(1, 4)
    assert len(part.train) + len(part.test) == len(uci.train)
    assert np.array_equal(part.test.labels, uci.train.labels[folds == 1])


def test_an_odd_picture_is_found(uci):
    images = uci.test.images.copy()
    images[17] = np.indices((28, 28)).sum(axis=0) % 4 * 80
    data = replace(uci, test=Split(images, uci.test.labels))
    review = review_labels(data, recipe="mlp-100x2", networks=1, progress=False)
    assert 17 in [each.index for each in review.odd[:3]]


def test_the_recipe_is_shorter_for_few_digits_and_fits_the_classes(uci):
    assert choose_recipe("fast-99.5", uci).steps == 25 * len(uci.train) // 128
    many = replace(uci, train=uci.train[np.arange(20_000) % len(uci.train)])
    assert choose_recipe("fast-99.5", many).steps == 2200


def test_impossible_folds_and_splits_are_refused(uci):
    with pytest.raises(DataError, match="1 folds of 1,438"):
        review_labels(uci, "train", networks=1)
    with pytest.raises(DataError, match="the split 'validation'"):
        review_labels(uci, "validation")  # type: ignore[arg-type]
