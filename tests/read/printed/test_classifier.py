"""The network that tells printed digits, and the limits of its decision."""

import numpy as np
import pytest
from numpy.typing import NDArray

from inkdigits.data.load import load
from inkdigits.data.uci import load_uci
from inkdigits.learn.synthesis.printed import print_digits
from inkdigits.read.printed.classifier import MAX_LOGIT, PATH, PrintClassifier, load_classifier


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


def test_logits_are_those_of_the_network(monkeypatch):
    """One filter that sees the mean, one shape that takes it as it is, and weights that differ by digit."""
    zeros = {"filters_bias": np.zeros(1), "shapes_bias": np.zeros(1), "digits_bias": np.arange(10) / 100}
    shapes, digits = np.zeros((9, 1)), np.zeros((10, 25))
    shapes[4], digits[:, 12] = 1, np.arange(10)
    weights = {"filters": np.full((25, 1), 1 / 25), "shapes": shapes, "digits": digits, **zeros}
    classifier = PrintClassifier({name: value.astype(np.float32) for name, value in weights.items()})
    forms = np.full((3, 28, 28), 102, np.uint8)
    labels = np.array([0, 3, 5])
    assert classifier.logits(forms, labels) == pytest.approx([0.0, 3 * 0.4 + 0.03, 5 * 0.4 + 0.05], abs=1e-5)
    forms[:, 11:16, 11:16] = 255  # what the middle shape's middle filter sees: rows and columns 10 to 14
    assert classifier.logits(forms, labels)[1] == pytest.approx(0.03 + 3 * (9 * 0.4 + 16 * 1.0) / 25, abs=1e-5)


def test_logits_stay_within_their_limits():
    generator = np.random.default_rng(0)
    forms = generator.integers(0, 256, (200, 28, 28), dtype=np.uint8)
    logits = load_classifier().logits(forms, np.arange(200) % 10)
    assert np.isfinite(logits).all()
    assert np.abs(logits).max() <= MAX_LOGIT
    assert load_classifier().logits(forms[:0], np.zeros(0, np.int64)).shape == (0,)


def test_the_weights_are_small():
    assert PATH.stat().st_size < 16_000
