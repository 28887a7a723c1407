"""The network that tells printed digits, and the limits of its decision."""

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.load import load
from inkdigits.data.uci import load_uci
from inkdigits.learn.synthesis.printed import print_digits
from inkdigits.read.printed.classifier import MAX_LOGIT, NETWORK, Decision, PrintClassifier, load_classifier
from inkdigits.read.printed.evidence import FEATURES


def told(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> float:
    """Return the share of digits that are told as print, each alone."""
    classifier = load_classifier()
    return float(classifier.is_printed_alone(classifier.logits(images, labels)).mean())


def test_most_printed_digits_are_told_alone():
    assert told(*print_digits()) > 0.5


def test_digits_written_by_hand_are_not():
    """43 people from Turkey, in 8x8 pixels."""
    digits = load_uci().train
    assert told(digits.images, digits.labels) <= 0.005


def test_mnist_is_not(mnist_folder):
    digits = load("mnist", data_dir=mnist_folder).test
    assert told(digits.images, digits.labels) <= 0.005


def test_each_digit_is_judged_as_what_it_was_read_as():
    images, labels = print_digits()
    classifier = load_classifier()
    right = classifier.logits(images, labels).mean()
    assert classifier.logits(images, (labels + 5) % 10).mean() < right - 1


def test_limits_and_weights_decide():
    decision = Decision((0.5, 1.0, *[0.0] * (len(FEATURES) - 2)), limit=2.0, alone=3.0)
    classifier = PrintClassifier(NETWORK.read_bytes(), decision)
    assert classifier.is_printed_alone(np.float32([2.9, 3.1])).tolist() == [False, True]
    features = np.zeros((3, len(FEATURES)), np.float32)
    features[:, :2] = [[2, 1.1], [2, 0.9], [8, -2]]
    assert classifier.is_printed(features).tolist() == [True, False, False]


def test_logits_stay_within_their_limits():
    generator = np.random.default_rng(0)
    forms = generator.integers(0, 256, (200, 28, 28), dtype=np.uint8)
    logits = load_classifier().logits(forms, np.arange(200) % 10)
    assert np.isfinite(logits).all()
    assert np.abs(logits).max() <= MAX_LOGIT
    assert load_classifier().logits(forms[:0], np.zeros(0, np.int64)).shape == (0,)


def test_the_network_is_small():
    assert NETWORK.stat().st_size < 32_000
