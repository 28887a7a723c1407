"""However a dense layer multiplies, it is the same product, to the precision that was asked for."""

import contextlib
import math

import pytest
import torch

from inkdigits.learn.training.engine.matmul import fastest_products
from inkdigits.learn.training.engine.precision import onednn_multiplies_faster, products_by_onednn

CPU = torch.device("cpu")
EXACT, ROUNDED = 1e-6, 1e-2


def error(found, wanted):
    return float((found - wanted).norm() / wanted.norm())


def layer(examples, inputs, units, *networks):
    torch.manual_seed(examples)
    shapes = [(examples, inputs), (units, inputs), (units,), (examples, units)]
    return [torch.randn(*networks, *shape) for shape in shapes]


def errors(precision, examples, inputs, units, *networks, scale=1.25, biased=True):
    """Return how far each of the three products is from the one in float64, in parts of its size."""
    x, weights, biases, delta = layer(examples, inputs, units, *networks)
    products = fastest_products(examples * inputs * units, precision, CPU)
    wide = [values.double() for values in (x, weights, biases, delta)]
    out, by_weights, by_inputs = torch.empty_like(delta), torch.empty_like(weights), torch.empty_like(x)
    for _ in range(2):  # memory that is used again holds what was there before
        products.forward(x, weights, biases if biased else None, scale, out)
        products.backward(delta, x, weights, scale, by_weights, by_inputs)
    forward = scale * wide[0] @ wide[1].mT + (wide[2].unsqueeze(-2) if biased else 0)
    return [
        error(out, forward),
        error(by_weights, scale * wide[3].mT @ wide[0]),
        error(by_inputs, scale * wide[3] @ wide[1]),
    ]


LARGE, SMALL = (128, 784, 200), (16, 784, 10)


@pytest.mark.parametrize("networks", [(), (2,)], ids=["one", "two"])
@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize("scale", [1.0, 1.25])
class TestProducts:
    def test_float32_is_never_rounded(self, networks, biased, scale):
        for shape in (LARGE, SMALL):
            assert max(errors(torch.float32, *shape, *networks, scale=scale, biased=biased)) < EXACT

    def test_bf16_rounds_large_products_only(self, networks, biased, scale):
        large = errors(torch.bfloat16, *LARGE, *networks, scale=scale, biased=biased)
        assert all(EXACT < each < ROUNDED for each in large)
        assert max(errors(torch.bfloat16, *SMALL, *networks, scale=scale, biased=biased)) < EXACT


def test_the_gradient_by_the_inputs_is_left_out_where_nobody_wants_it():
    for precision in (torch.float32, torch.bfloat16):
        x, weights, _, delta = layer(*LARGE)
        products = fastest_products(math.prod(LARGE), precision, CPU)
        products.forward(x, weights, None, 1.0, torch.empty_like(delta))
        by_weights = torch.empty_like(weights)
        products.backward(delta, x, weights, 1.0, by_weights, None)
        assert error(by_weights, (delta.mT @ x).double()) < ROUNDED


def test_onednn_is_asked_for_a_while_only():
    setting = torch.backends.mkldnn.matmul
    before = setting.fp32_precision
    with products_by_onednn():
        assert setting.fp32_precision == "bf16"
    assert setting.fp32_precision == before
    with contextlib.suppress(KeyError), products_by_onednn():
        raise KeyError
    assert setting.fp32_precision == before


@pytest.mark.skipif(not onednn_multiplies_faster(), reason="MKL is as fast on this processor")
def test_where_mkl_is_slower_onednn_multiplies_as_exactly():
    x, weights, _, _ = layer(*LARGE)
    with products_by_onednn():
        assert error(x @ weights.mT, x.double() @ weights.double().mT) < EXACT
