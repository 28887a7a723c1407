import numpy as np
import onnx
import pytest
import torch
from torch import nn

from inkdigits.learn.onnx.float16 import float16_names, round_to_float16, store_as_float16
from inkdigits.learn.onnx.from_torch import fuse_batch_norms, to_onnx


def small_network():
    """Return a network with a batch norm whose statistics are not those it began with."""
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 6, 9, stride=3), nn.BatchNorm2d(6), nn.ReLU(), nn.Flatten(), nn.Linear(6 * 49, 10)
    )
    network(torch.rand(20, 1, 28, 28))
    return network.eval()


def test_fusing_and_rounding_leave_the_network_as_it_was():
    network = small_network()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    fused = round_to_float16(fuse_batch_norms(network))
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in fused.modules())
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    images = torch.rand(5, 1, 28, 28)
    assert torch.allclose(fuse_batch_norms(network)(images), network(images), atol=1e-5)
    assert torch.allclose(fused(images), network(images), atol=1e-2)


@pytest.mark.slow
def test_only_rounded_weights_are_stored_with_16_bits():
    network = fuse_batch_norms(small_network())
    for rounded in (False, True):
        if rounded:
            round_to_float16(network)
        model = to_onnx(network, torch.zeros(2, 1, 28, 28), dynamic_dims=(0,))
        store_as_float16(model)
        onnx.checker.check_model(model, full_check=True)
        types = {one.name: one.data_type for one in model.graph.initializer}
        names = float16_names(model)
        # Biases are small and stay float32.
        assert len(names) == (2 if rounded else 0)
        assert all(types[name] == onnx.TensorProto.FLOAT16 for name in names.values())
        assert not np.intersect1d(list(names), list(types)).size
