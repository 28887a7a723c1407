import numpy as np
import onnx
import pytest
import torch

from helpers.networks import digit_model
from inkdigits.core.errors import ExportError
from inkdigits.learn.adaptation.onnx_module import OnnxBackedModule
from inkdigits.learn.export.export import prepare_network, to_onnx
from inkdigits.learn.networks.build import build_network
from inkdigits.read.onnx_model import load_onnx_model
from inkdigits.read.reader import Reader
from inkdigits.recipes import load_recipe


@pytest.fixture
def shipped():
    return Reader().digit_network


def pictures(count=20):
    return np.random.default_rng(0).random((count, 1, 28, 28), np.float32)


def answers(twin, images):
    with torch.inference_mode():
        return twin(torch.from_numpy(images)).numpy()


def test_the_twin_computes_what_the_shipped_network_computes(shipped):
    twin = OnnxBackedModule(onnx.load(shipped.path))
    assert answers(twin, pictures()) == pytest.approx(shipped.run(pictures()), abs=1e-4)


def test_it_learns_every_weight_but_the_statistics_of_batch_norms(shipped):
    twin = OnnxBackedModule(onnx.load(shipped.path))
    learned = {id(parameter) for parameter in twin.parameters()}
    fixed = {name for name, tensor in twin.tensors.items() if id(tensor) not in learned}
    assert all("running" in name for name in fixed)
    assert len(learned) >= 10
    assert not twin.training


def test_changed_weights_go_back_into_the_file(shipped, tmp_path):
    model = onnx.load(shipped.path)
    twin = OnnxBackedModule(model)
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.add_(0.01 * torch.randn_like(parameter))
    twin.round_as(model)
    twin.write_into(model)
    path = tmp_path / "changed.onnx"
    onnx.save(model, path)
    changed = load_onnx_model(path)
    assert answers(twin, pictures()) == pytest.approx(changed.run(pictures()), abs=1e-4)
    assert np.abs(changed.run(pictures()) - shipped.run(pictures())).max() > 0.01
    assert path.stat().st_size == pytest.approx(shipped.path.stat().st_size, rel=0.01)


def test_weights_with_all_their_bits_go_back_too(tmp_path):
    torch.manual_seed(0)
    network = prepare_network(build_network(load_recipe("mlp-100x2")).eval(), half=False)
    model = to_onnx(network, torch.zeros(2, 1, 28, 28), sizes_vary=(0,))
    twin = OnnxBackedModule(model)
    with torch.no_grad():
        next(twin.parameters()).mul_(1.5)
    twin.round_as(model)
    twin.write_into(model)
    assert answers(OnnxBackedModule(model), pictures()) == pytest.approx(answers(twin, pictures()), abs=1e-6)


def test_other_layers_are_refused():
    with pytest.raises(ExportError, match="a layer MatMul"):
        OnnxBackedModule(digit_model())
