import numpy as np
import onnx
import pytest
import torch

from helpers.networks import digit_model
from inkdigits.core.errors import ExportError
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.onnx.from_torch import fuse_batch_norms, to_onnx
from inkdigits.learn.onnx.onnx_module import OnnxBackedModule
from inkdigits.read.onnx_model import load_onnx_model
from inkdigits.read.reader import Reader
from inkdigits.recipes import load_recipe


@pytest.fixture
def shipped():
    return Reader().digit_network


def pictures(count=20):
    return np.random.default_rng(0).random((count, 1, 28, 28), np.float32)


def answers(module, images):
    with torch.inference_mode():
        return module(torch.from_numpy(images)).numpy()


def test_the_module_computes_what_the_shipped_network_computes(shipped):
    module = OnnxBackedModule(onnx.load(shipped.path))
    assert answers(module, pictures()) == pytest.approx(shipped.run(pictures()), abs=1e-4)


def test_it_learns_every_weight_but_the_statistics_of_batch_norms(shipped):
    module = OnnxBackedModule(onnx.load(shipped.path))
    learned = {id(parameter) for parameter in module.parameters()}
    fixed = {name for name, tensor in module.tensors.items() if id(tensor) not in learned}
    assert all("running" in name for name in fixed)
    assert len(learned) >= 10
    assert not module.training


def test_training_leaves_the_statistics_of_batch_norms_alone(shipped):
    module = OnnxBackedModule(onnx.load(shipped.path)).train()
    before = {name: value.clone() for name, value in module.state_dict().items() if "running" in name}
    assert before
    assert not any(layer.training for layer in module.modules())
    module(torch.from_numpy(pictures())).sum().backward()
    assert all(torch.equal(module.state_dict()[name], value) for name, value in before.items())


def test_changed_weights_go_back_into_the_file(shipped, tmp_path):
    model = onnx.load(shipped.path)
    module = OnnxBackedModule(model)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.01 * torch.randn_like(parameter))
    module.store_weights(model)
    path = tmp_path / "changed.onnx"
    onnx.save(model, path)
    changed = load_onnx_model(path)
    assert answers(module, pictures()) == pytest.approx(changed.run(pictures()), abs=1e-4)
    assert np.abs(changed.run(pictures()) - shipped.run(pictures())).max() > 0.01
    assert path.stat().st_size == pytest.approx(shipped.path.stat().st_size, rel=0.01)


def test_weights_with_all_their_bits_go_back_too():
    torch.manual_seed(0)
    network = fuse_batch_norms(build_network(load_recipe("mlp-100x2")).eval())
    model = to_onnx(network, torch.zeros(2, 1, 28, 28), dynamic_dims=(0,))
    module = OnnxBackedModule(model)
    with torch.no_grad():
        next(module.parameters()).mul_(1.5)
    module.store_weights(model)
    assert answers(OnnxBackedModule(model), pictures()) == pytest.approx(answers(module, pictures()), abs=1e-6)


def test_other_layers_are_refused():
    with pytest.raises(ExportError, match="a layer MatMul"):
        OnnxBackedModule(digit_model())
