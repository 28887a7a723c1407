"""Every `Matmul` computes the same products, to the precision that was asked for."""

import contextlib
import math

import pytest
import torch

from inkdigits.learn.training.engine.matmul import choose_matmul
from inkdigits.learn.training.engine.precision import onednn_matmul, onednn_matmul_is_faster

CPU = torch.device("cpu")
EXACT, ROUNDED = 1e-6, 1e-2


def error(found, expected):
    return float((found - expected).norm() / expected.norm())


def layer(examples, inputs, units, *networks):
    torch.manual_seed(examples)
    shapes = [(examples, inputs), (units, inputs), (units,), (examples, units)]
    return [torch.randn(*networks, *shape) for shape in shapes]


def errors(precision, examples, inputs, units, *networks, scale=1.25, biased=True):
    """Return the relative error of each of the three products, compared with float64."""
    x, weights, biases, delta = layer(examples, inputs, units, *networks)
    matmul = choose_matmul(examples * inputs * units, precision, CPU)
    wide = [values.double() for values in (x, weights, biases, delta)]
    out, weight_gradients, input_gradients = map(torch.empty_like, (delta, weights, x))
    for _ in range(2):  # the second time the buffers hold old results
        matmul.forward(x, weights, biases if biased else None, scale, out)
        matmul.backward(delta, x, weights, scale, weight_gradients, input_gradients)
    forward = scale * wide[0] @ wide[1].mT + (wide[2].unsqueeze(-2) if biased else 0)
    return [
        error(out, forward),
        error(weight_gradients, scale * wide[3].mT @ wide[0]),
        error(input_gradients, scale * wide[3] @ wide[1]),
    ]


LARGE, SMALL = (128, 784, 200), (16, 784, 10)


@pytest.mark.parametrize("networks", [(), (2,)], ids=["one", "two"])
@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize("scale", [1.0, 1.25])
class TestPrecision:
    def test_float32_is_never_rounded(self, networks, biased, scale):
        for shape in (LARGE, SMALL):
            assert max(errors(torch.float32, *shape, *networks, scale=scale, biased=biased)) < EXACT

    def test_bf16_rounds_large_products_only(self, networks, biased, scale):
        large = errors(torch.bfloat16, *LARGE, *networks, scale=scale, biased=biased)
        assert all(EXACT < each < ROUNDED for each in large)
        assert max(errors(torch.bfloat16, *SMALL, *networks, scale=scale, biased=biased)) < EXACT


def test_gradients_of_the_inputs_are_optional():
    for precision in (torch.float32, torch.bfloat16):
        x, weights, _, delta = layer(*LARGE)
        matmul = choose_matmul(math.prod(LARGE), precision, CPU)
        matmul.forward(x, weights, None, 1.0, torch.empty_like(delta))
        weight_gradients = torch.empty_like(weights)
        matmul.backward(delta, x, weights, 1.0, weight_gradients, None)
        assert error(weight_gradients, (delta.mT @ x).double()) < ROUNDED


def test_the_backend_setting_is_restored():
    setting = torch.backends.mkldnn.matmul
    before = setting.fp32_precision
    with onednn_matmul():
        assert setting.fp32_precision == "bf16"
    assert setting.fp32_precision == before
    with contextlib.suppress(KeyError), onednn_matmul():
        raise KeyError
    assert setting.fp32_precision == before


@pytest.mark.skipif(not onednn_matmul_is_faster(), reason="MKL is as fast on this processor")
def test_onednn_is_exact_where_it_replaces_mkl():
    x, weights, _, _ = layer(*LARGE)
    with onednn_matmul():
        assert error(x @ weights.mT, x.double() @ weights.double().mT) < EXACT
