"""Convolutions by way of the frequencies: what they replace, to the last digits that float32 has."""

import copy

import onnx
import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from inkdigits.learn.networks.build import build_network
from inkdigits.learn.networks.convolution import FourierConv2d
from inkdigits.learn.onnx.from_torch import to_onnx
from inkdigits.recipes import load_recipe

WORTH_IT = [
    pytest.param(50, (14, 14), 5, 2, id="cnn"),
    pytest.param(150, (14, 14), 5, 2, id="more than are worked on at once"),
    pytest.param(50, (13, 13), 7, 3, id="an odd side"),
    pytest.param(50, (12, 17), (5, 7), (2, 3), id="unlike sides"),
    pytest.param(50, (14, 14), 8, 3, id="an even window"),
    pytest.param(50, (16, 16), 7, 0, id="no padding"),
    pytest.param(50, (9, 9), 5, 4, id="all the padding that windows bear"),
]


def usual(convolution: nn.Conv2d) -> nn.Conv2d:
    """Return torch's own with the same weights."""
    twin = copy.deepcopy(convolution)
    twin.__class__ = nn.Conv2d
    return twin


def multiplications(convolution: nn.Module, maps: Tensor) -> int:
    """Return how many torch counts."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        convolution(maps)
    return int(counter.get_total_flops()) // 2


def gradients(convolution: nn.Module, maps: Tensor, asked: Tensor) -> list[Tensor]:
    """Return the maps that come out, and the gradients of those that go in and of all weights."""
    maps = maps.clone().requires_grad_()
    result = convolution(maps)
    return [result.detach(), *torch.autograd.grad(result, [maps, *convolution.parameters()], asked)]


@pytest.mark.parametrize(("number", "sides", "window", "padding"), WORTH_IT)
def test_is_the_same_convolution_forward_and_backward(number, sides, window, padding):
    torch.manual_seed(0)
    convolution = FourierConv2d(32, 48, window, padding=padding)
    maps = torch.randn(number, 32, *sides)
    asked = torch.randn_like(usual(convolution)(maps))
    exact = gradients(usual(convolution).double(), maps.double(), asked.double())
    for ours, right in zip(gradients(convolution, maps, asked), exact, strict=True):
        assert ours.shape == right.shape
        assert (ours - right).norm() <= 5e-7 * right.norm()


@pytest.mark.parametrize(("number", "sides", "window", "padding"), WORTH_IT)
def test_takes_a_quarter_of_the_multiplications(number, sides, window, padding):
    convolution = FourierConv2d(32, 48, window, padding=padding)
    maps = torch.zeros(number, 32, *sides)
    assert multiplications(convolution, maps) <= multiplications(usual(convolution), maps) / 4


def test_needs_no_bias():
    convolution = FourierConv2d(32, 64, 5, padding=2, bias=False)
    maps = torch.randn(50, 32, 14, 14)
    assert torch.allclose(convolution(maps), usual(convolution)(maps), atol=1e-5)


def test_hands_on_maps_as_convolutions_like_them():
    maps = FourierConv2d(32, 64, 5, padding=2)(torch.zeros(50, 32, 14, 14))
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
        pytest.param(50, 32, 14, {"padding": 6}, id="windows that see nothing but padding"),
        pytest.param(50, 32, 14, {"padding_mode": "circular"}, id="another padding"),
        pytest.param(50, 32, 14, {"dtype": torch.float64}, id="another precision"),
        pytest.param(0, 32, 14, {}, id="nothing"),
    ],
)
def test_leaves_to_torch_what_it_does_not_do_better(number, inputs, side, options):
    convolution = FourierConv2d(inputs, 64, 5, **{"padding": 2} | options)
    maps = torch.randn(number, inputs, side, side, dtype=convolution.weight.dtype)
    assert torch.equal(convolution(maps), usual(convolution)(maps))


def test_leaves_a_lower_precision_to_torch():
    convolution = FourierConv2d(32, 64, 5, padding=2)
    maps = torch.randn(50, 32, 14, 14)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(convolution(maps), usual(convolution)(maps))


def test_too_small_maps_are_refused_as_torch_refuses_them():
    with pytest.raises(RuntimeError, match="Kernel size"):
        FourierConv2d(32, 32, 5)(torch.zeros(50, 32, 4, 4))


def test_who_looks_first_may_learn_afterwards():
    convolution = FourierConv2d(32, 64, 5, padding=2)
    maps = torch.randn(50, 32, 11, 11)
    with torch.inference_mode():
        convolution(maps)
    convolution(maps).sum().backward()
    assert convolution.weight.grad is not None


@pytest.mark.filterwarnings("ignore:.*torch.jit.trace:DeprecationWarning")
def test_the_cnn_learns_by_it_and_is_exported_without_it():
    network = build_network(load_recipe("cnn")).eval()
    digits = torch.rand(50, 1, 28, 28)
    kinds = [type(module) for module in network if isinstance(module, nn.Conv2d)]
    assert kinds == [FourierConv2d, FourierConv2d]
    plain = copy.deepcopy(network)
    for module in plain:
        if isinstance(module, FourierConv2d):
            module.__class__ = nn.Conv2d
    assert list(plain.state_dict()) == list(network.state_dict())
    assert multiplications(network, digits) < multiplications(plain, digits) / 2
    assert torch.allclose(network(digits), plain(digits), atol=1e-5)
    model = to_onnx(network, digits, dynamic_dims=(0,))
    assert [node.op_type for node in onnx.load_from_string(model.SerializeToString()).graph.node].count("Conv") == 2
    traced = torch.jit.trace(network, digits, check_trace=False)
    assert "bmm" not in str(traced.inlined_graph)
