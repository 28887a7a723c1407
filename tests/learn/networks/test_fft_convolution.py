"""FFT convolutions give what direct ones give, to the precision of float32."""

import copy

import onnx
import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from inkdigits.learn.networks.build import build_network
from inkdigits.learn.networks.fft_convolution import FFTConv2d
from inkdigits.learn.onnx.from_torch import to_onnx
from inkdigits.recipes import load_recipe

WORTH_IT = [
    pytest.param(50, (14, 14), 5, 2, id="cnn"),
    pytest.param(150, (14, 14), 5, 2, id="more than one chunk"),
    pytest.param(50, (13, 13), 7, 3, id="odd maps"),
    pytest.param(50, (12, 17), (5, 7), (2, 3), id="maps and kernels that are not square"),
    pytest.param(50, (14, 14), 8, 3, id="an even kernel"),
    pytest.param(50, (16, 16), 7, 0, id="no padding"),
    pytest.param(50, (9, 9), 5, 4, id="the most padding"),
]


def direct(convolution: nn.Conv2d) -> nn.Conv2d:
    """Return torch's own convolution with the same weights."""
    plain_convolution = copy.deepcopy(convolution)
    plain_convolution.__class__ = nn.Conv2d
    return plain_convolution


def multiplications(convolution: nn.Module, maps: Tensor) -> int:
    """Return the number of multiplications that torch counts."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        convolution(maps)
    return int(counter.get_total_flops()) // 2


def gradients(convolution: nn.Module, maps: Tensor, output_gradient: Tensor) -> list[Tensor]:
    """Return the output, and the gradients of the input and of all weights."""
    maps = maps.clone().requires_grad_()
    result = convolution(maps)
    return [result.detach(), *torch.autograd.grad(result, [maps, *convolution.parameters()], output_gradient)]


@pytest.mark.parametrize(("number", "sides", "window", "padding"), WORTH_IT)
def test_forward_and_backward_equal_direct_convolution(number, sides, window, padding):
    torch.manual_seed(0)
    convolution = FFTConv2d(32, 48, window, padding=padding)
    maps = torch.randn(number, 32, *sides)
    output_gradient = torch.randn_like(direct(convolution)(maps))
    exact = gradients(direct(convolution).double(), maps.double(), output_gradient.double())
    for found, expected in zip(gradients(convolution, maps, output_gradient), exact, strict=True):
        assert found.shape == expected.shape
        assert (found - expected).norm() <= 5e-7 * expected.norm()


@pytest.mark.parametrize(("number", "sides", "window", "padding"), WORTH_IT)
def test_a_quarter_of_the_multiplications_is_enough(number, sides, window, padding):
    convolution = FFTConv2d(32, 48, window, padding=padding)
    maps = torch.zeros(number, 32, *sides)
    assert multiplications(convolution, maps) <= multiplications(direct(convolution), maps) / 4


def test_a_bias_is_optional():
    convolution = FFTConv2d(32, 64, 5, padding=2, bias=False)
    maps = torch.randn(50, 32, 14, 14)
    assert torch.allclose(convolution(maps), direct(convolution)(maps), atol=1e-5)


def test_the_output_is_channels_last():
    maps = FFTConv2d(32, 64, 5, padding=2)(torch.zeros(50, 32, 14, 14))
    assert maps.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(
    ("number", "inputs", "side", "options"),
    [
        pytest.param(10, 32, 14, {}, id="few examples"),
        pytest.param(50, 16, 14, {}, id="few maps"),
        pytest.param(50, 32, 28, {}, id="large maps"),
        pytest.param(50, 32, 14, {"stride": 2}, id="strides"),
        pytest.param(50, 32, 14, {"dilation": 2}, id="dilation"),
        pytest.param(50, 32, 14, {"groups": 2}, id="groups"),
        pytest.param(50, 32, 14, {"padding": "same"}, id="padding by name"),
        pytest.param(50, 32, 14, {"padding": 6}, id="windows that lie in the padding alone"),
        pytest.param(50, 32, 14, {"padding_mode": "circular"}, id="another padding mode"),
        pytest.param(50, 32, 14, {"dtype": torch.float64}, id="another dtype"),
        pytest.param(0, 32, 14, {}, id="an empty batch"),
    ],
)
def test_other_convolutions_are_left_to_torch(number, inputs, side, options):
    convolution = FFTConv2d(inputs, 64, 5, **{"padding": 2} | options)
    maps = torch.randn(number, inputs, side, side, dtype=convolution.weight.dtype)
    assert torch.equal(convolution(maps), direct(convolution)(maps))


def test_autocast_is_left_to_torch():
    convolution = FFTConv2d(32, 64, 5, padding=2)
    maps = torch.randn(50, 32, 14, 14)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(convolution(maps), direct(convolution)(maps))


def test_maps_smaller_than_the_kernel_are_refused_as_by_torch():
    with pytest.raises(RuntimeError, match="Kernel size"):
        FFTConv2d(32, 32, 5)(torch.zeros(50, 32, 4, 4))


def test_training_works_after_inference_mode():
    convolution = FFTConv2d(32, 64, 5, padding=2)
    maps = torch.randn(50, 32, 11, 11)
    with torch.inference_mode():
        convolution(maps)
    convolution(maps).sum().backward()
    assert convolution.weight.grad is not None


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*torch.jit.trace:DeprecationWarning")
def test_the_cnn_is_trained_with_fft_convolution_and_exported_without():
    network = build_network(load_recipe("cnn")).eval()
    digits = torch.rand(50, 1, 28, 28)
    kinds = [type(module) for module in network if isinstance(module, nn.Conv2d)]
    assert kinds == [FFTConv2d, FFTConv2d]
    plain = copy.deepcopy(network)
    for module in plain:
        if isinstance(module, FFTConv2d):
            module.__class__ = nn.Conv2d
    assert list(plain.state_dict()) == list(network.state_dict())
    assert multiplications(network, digits) < multiplications(plain, digits) / 2
    assert torch.allclose(network(digits), plain(digits), atol=1e-5)
    model = to_onnx(network, digits, dynamic_dims=(0,))
    assert [node.op_type for node in onnx.load_from_string(model.SerializeToString()).graph.node].count("Conv") == 2
    traced = torch.jit.trace(network, digits, check_trace=False)
    assert "bmm" not in str(traced.inlined_graph)
