from pathlib import Path

import numpy as np
import pytest

import inkdigits.read
from helpers.networks import digit_model, metadata_of, save
from inkdigits.read.inspection.evidence import occlusion_evidence
from inkdigits.read.onnx_model import load_onnx_model
from inkdigits.read.reader import Reader


def test_ink_speaks_for_the_class_whose_weights_like_it(tmp_path):
    """Of two classes, one likes the left half of a digit and the other the right half."""
    model = digit_model(classes=2)
    weights = np.zeros((28, 28, 2), np.float32)
    weights[:, :14, 0], weights[:, 14:, 1] = 0.1, 0.1
    model.graph.initializer[0].raw_data = weights.tobytes()
    network = load_onnx_model(save(model, tmp_path / "it.onnx", metadata_of(classes=["a", "b"])))
    digit = np.zeros((28, 28), np.uint8)
    digit[12:16, 2:26] = 255
    found = occlusion_evidence(network, digit, 0)
    assert (found[12:16, 2:10] > 0).all()
    assert (found[12:16, 18:26] < 0).all()
    assert (found[digit == 0] == 0).all()
    assert occlusion_evidence(network, digit, 1) == pytest.approx(-found, abs=1e-5)


def test_an_empty_digit_has_no_evidence():
    network = load_onnx_model(Path(inkdigits.read.__file__).parent / "models" / "digits.onnx")
    assert not occlusion_evidence(network, np.zeros((28, 28), np.uint8), 3).any()


def test_the_bar_of_a_7_speaks_against_a_1():
    digit = np.zeros((28, 28), np.uint8)
    digit[5:8, 7:21] = 255
    for row in range(8, 25):
        digit[row, 21 - row // 2 : 24 - row // 2] = 255
    network = Reader().digit_network
    assert occlusion_evidence(network, digit, 1)[5:8, 7:14].mean() < 0
    assert occlusion_evidence(network, digit, 7)[5:8, 7:14].mean() > 0
