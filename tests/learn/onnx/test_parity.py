import onnx
import pytest
import torch

from inkdigits.core.errors import ExportError
from inkdigits.learn.onnx.onnx_module import OnnxBackedModule
from inkdigits.learn.onnx.parity import check_parity
from inkdigits.read.reader import Reader


@pytest.fixture
def shipped():
    return Reader().digit_network


@pytest.fixture
def module(shipped):
    return OnnxBackedModule(onnx.load(shipped.path))


def test_the_same_network_passes(shipped, module):
    assert check_parity(shipped, module, torch.rand(5, 1, 28, 28)) < 1e-3


@pytest.mark.parametrize("factor", [1.2, float("nan")])
def test_networks_that_differ_are_told_apart(shipped, module, factor):
    for values in module.parameters():
        values.data.mul_(factor)
    with pytest.raises(ExportError, match="differs from torch by up to"):
        check_parity(shipped, module, torch.rand(5, 1, 28, 28))


def test_networks_of_other_classes_are_told_apart(shipped, module):
    with pytest.raises(ExportError, match=r"gives \(5, 10\) where torch gives \(5, 960\)"):
        check_parity(shipped, torch.nn.Sequential(*list(module)[:-1]), torch.rand(5, 1, 28, 28))
