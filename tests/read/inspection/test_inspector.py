"""What is shown of a network's inside is what torch computes."""

from collections import OrderedDict
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper
from torch import nn

import inkdigits.read
from helpers.networks import DIGITS, digit_model, metadata_of, save
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.onnx.float16 import round_to_float16, store_as_float16
from inkdigits.learn.onnx.from_torch import fuse_batch_norms, to_onnx
from inkdigits.learn.onnx.write import write_model
from inkdigits.pictures.levels import to_unit_range
from inkdigits.read.inspection.cell import activate
from inkdigits.read.inspection.inspector import Inspector
from inkdigits.read.inspection.layers import UnknownLayerError
from inkdigits.read.onnx_model import INPUT, OUTPUT, Metadata, load_onnx_model
from inkdigits.recipes import load_recipe

RECIPES = (
    *("softmax", "mlp-tanh", "mlp-100x2", "mlp-1000", "mlp-dropout", "cnn"),
    *("fast-99", "fast-99.4", "fast-99.5", "reader"),
)

UNUSUAL = OrderedDict(
    even=nn.Conv2d(1, 4, 4, stride=2, padding=(1, 2)),
    gelu=nn.GELU(),
    average=nn.AvgPool2d(2),
    norm=nn.BatchNorm2d(4),
    sigmoid=nn.Sigmoid(),
    wide=nn.Conv2d(4, 6, (1, 3), bias=False),
    pool=nn.MaxPool2d(2),
    tanh=nn.Tanh(),
    mean=nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    scale=nn.BatchNorm1d(6),
    dense=nn.Linear(6, 10),
)
"""Layers that recipes may have and the built-in ones don't."""


def shuffled(network):
    """Return a network of which all weights, biases and statistics count."""
    torch.manual_seed(3)
    for tensor in network.state_dict().values():
        if tensor.is_floating_point():
            tensor.add_(0.02 * torch.rand_like(tensor) - (0.01 if tensor.ndim > 1 else 0))
    return fuse_batch_norms(network.eval())


def digit(seed=0):
    image = np.random.default_rng(seed).integers(0, 256, (28, 28), dtype=np.uint8)
    image[:, :9] = 0
    return image


def exported(network, path, *, half=False):
    """Return an inspector of a network's file."""
    model = to_onnx(network, torch.zeros(2, 1, 28, 28), dynamic_dims=(0,))
    if half:
        store_as_float16(model)
    write_model(model, Metadata("digit", DIGITS), path)
    return Inspector(load_onnx_model(path))


def torch_outputs(network, image):
    """Return what each child of a network computes, by its name, and the logits."""
    outputs = {}
    values = torch.from_numpy(to_unit_range(image[None, None]))
    with torch.inference_mode():
        for name, child in network.named_children():
            values = child(values)
            outputs[name] = outputs[f"{name}_output"] = values[0].numpy()
    return outputs | {OUTPUT: values[0].numpy()}


def check_inside(inspector, network):
    image = digit()
    expected, values = torch_outputs(network, image), inspector.activations(image)
    assert len(values) == len(inspector.layers)
    for layer, found in zip(inspector.layers, values, strict=True):
        assert found == pytest.approx(activate(layer, expected[layer.tensor]), abs=1e-4)
    random = np.random.default_rng(0)
    for number, found in enumerate(values):
        for place in random.integers(0, found.shape, (8, found.ndim)):
            cell = inspector.cell(image, values, number, *place.tolist())
            assert cell.value == pytest.approx(float(found[tuple(place)]), abs=1e-4)
            if cell.weights is not None:
                assert cell.sum == pytest.approx(float((cell.inputs * cell.weights).sum()) + cell.bias, abs=1e-4)


@pytest.mark.parametrize("recipe", RECIPES)
def test_activations_and_sums_are_those_of_torch(recipe, tmp_path):
    network = shuffled(build_network(load_recipe(recipe)))
    inspector = exported(network, tmp_path / "it.onnx")
    check_inside(inspector, network)
    assert sum(layer.parameters for layer in inspector.layers) == sum(each.numel() for each in network.parameters())


def test_other_layers_of_recipes_and_16_bits(tmp_path):
    network = round_to_float16(shuffled(nn.Sequential(UNUSUAL)))
    inspector = exported(network, tmp_path / "it.onnx", half=True)
    check_inside(inspector, network)
    assert [(layer.kind, layer.activation) for layer in inspector.layers] == [
        ("conv2d", "gelu"), ("average_pool", None), ("batch_norm", "sigmoid"), ("conv2d", "tanh"), ("max_pool", None),
        ("global_average_pool", None), ("batch_norm", None), ("dense", None),
    ]  # fmt: skip


@pytest.mark.slow
def test_the_file_names_the_output_of_each_layer(tmp_path):
    network = shuffled(build_network(load_recipe("fast-99")))
    model = to_onnx(network, torch.zeros(2, 1, 28, 28), dynamic_dims=(0,))
    onnx.checker.check_model(model, full_check=True)
    names = [node.output[0] for node in model.graph.node]
    assert names == [*[name for name, _ in network.named_children()][:-1], OUTPUT]
    unnamed = to_onnx(nn.Sequential(*network.children()), torch.zeros(2, 1, 28, 28), dynamic_dims=(0,))
    assert unnamed.graph.node[1].output[0] == "1_relu"


def test_the_shipped_network_can_be_looked_into():
    path = Path(inkdigits.read.__file__).parent / "models" / "digits.onnx"
    model = load_onnx_model(path)
    inspector = Inspector(model)
    values = inspector.activations(digit())
    assert values[-1] == pytest.approx(model.run(to_unit_range(digit()[None, None]))[0], abs=1e-4)
    assert inspector.shapes[-1] == (10,)
    assert inspector.layers[0].kind == "conv2d"


def test_a_product_with_a_bias_added_is_a_dense_layer(tmp_path):
    model = digit_model()
    model.graph.node[-1].output[0] = "product"
    model.graph.node.append(helper.make_node("Add", ["product", "bias"], [OUTPUT]))
    bias = helper.make_tensor("bias", TensorProto.FLOAT, [10], np.arange(10.0))
    model.graph.initializer.append(bias)
    inspector = Inspector(load_onnx_model(save(model, tmp_path / "it.onnx", metadata_of())))
    (layer,) = inspector.layers
    assert (layer.kind, layer.parameters) == ("dense", 7850)
    assert layer.bias.tolist() == list(range(10))


@pytest.mark.parametrize("operator", ["Softplus", "Neg"])
def test_unknown_layers_are_not_looked_into(tmp_path, operator):
    model = digit_model()
    model.graph.node[-1].output[0] = "product"
    model.graph.node.append(helper.make_node(operator, ["product"], [OUTPUT]))
    loaded = load_onnx_model(save(model, tmp_path / "it.onnx", metadata_of()))
    with pytest.raises(UnknownLayerError, match=operator):
        Inspector(loaded)


def test_a_network_that_is_no_chain_is_not_looked_into(tmp_path):
    model = digit_model()
    model.graph.node[-1].output[0] = "product"
    model.graph.node.append(helper.make_node("Relu", ["product"], ["positive"]))
    model.graph.node.append(helper.make_node("Add", ["positive", "product"], [OUTPUT]))
    loaded = load_onnx_model(save(model, tmp_path / "it.onnx", metadata_of()))
    with pytest.raises(UnknownLayerError):
        Inspector(loaded)


def test_what_is_retraced_wrong_is_not_shown(tmp_path):
    """A layer that is read otherwise than ONNX Runtime computes it: here a hidden scale."""
    model = digit_model()
    model.graph.node[-1].CopyFrom(helper.make_node("Gemm", ["flat", "weights", "bias"], [OUTPUT], beta=3.0))
    model.graph.initializer.append(helper.make_tensor("bias", TensorProto.FLOAT, [10], np.full(10, 5.0)))
    loaded = load_onnx_model(save(model, tmp_path / "it.onnx", metadata_of()))
    with pytest.raises(UnknownLayerError, match="retraced"):
        Inspector(loaded)


def test_places_outside_a_layer_are_refused():
    path = Path(inkdigits.read.__file__).parent / "models" / "digits.onnx"
    inspector = Inspector(load_onnx_model(path))
    values = inspector.activations(digit())
    for place in ((0, 99, 0, 0), (0, 0, 24, 0), (0, 0, 0, -1), (8, 10, 0, 0)):
        with pytest.raises(IndexError):
            inspector.cell(digit(), values, *place)


def test_plain_reading_keeps_its_own_session(tmp_path):
    """More outputs in the session that reads would keep ONNX Runtime from fusing layers."""
    path = Path(inkdigits.read.__file__).parent / "models" / "digits.onnx"
    model = load_onnx_model(path)
    Inspector(model)
    assert [each.name for each in model.session.get_outputs()] == [OUTPUT]
    assert [each.name for each in model.session.get_inputs()] == [INPUT]
