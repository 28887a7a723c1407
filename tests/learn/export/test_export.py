"""Runs as ONNX files: the same answers without torch, and nothing in them that is nobody's business."""

import getpass
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

import inkdigits
from helpers.recipes import small_recipe
from inkdigits.core.errors import ExportError
from inkdigits.core.types import SIGNS
from inkdigits.learn.evaluation.temperature import fit_temperature
from inkdigits.learn.export.export import export_run
from inkdigits.learn.onnx.float16 import round_to_float16
from inkdigits.learn.onnx.from_torch import fuse_batch_norms
from inkdigits.learn.synthesis.line import LineComposer
from inkdigits.pictures.prepare import PREPARATION_VERSION
from inkdigits.read.onnx_model import load_onnx_model
from inkdigits.read.reader import Reader
from inkdigits.recipes import load_recipe


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("export")


@pytest.fixture(scope="module")
def run(folder):
    """A run with a batch norm, dropout, augmentation and digits held back."""
    layers = [
        {"type": "conv2d", "filters": 6, "kernel_size": 5, "stride": 2},
        {"type": "batch_norm"},
        {"type": "activation", "function": "relu"},
        {"type": "flatten"},
        {"type": "dropout", "rate": 0.2},
        {"type": "dense", "units": 10, "activation": "softmax"},
    ]
    recipe = small_recipe(layers=layers, epochs=3)
    return inkdigits.train(recipe, "uci", out=folder / "run", progress=False)


@pytest.fixture(scope="module")
def whole(run, folder):
    return export_run(run, folder / "whole.onnx")


@pytest.fixture(scope="module")
def half(run, folder):
    """The same with 16 bits, in the place of a file that was there."""
    path = folder / "half.onnx"
    path.write_bytes(b"old")
    return export_run(run, path, half=True, temperature=1.5, overwrite=True)


def logits_of(network, images):
    with torch.inference_mode():
        return network(torch.from_numpy(images[:, None]).float() / 255).numpy()


@pytest.mark.slow
def test_it_computes_the_same_as_torch(run, whole):
    images = run.split("test").images
    found = load_onnx_model(whole.path).run(images[:, None].astype(np.float32) / np.float32(255))
    expected = logits_of(run.network.cpu().eval(), images)
    assert np.abs(found - expected).max() < 1e-4 * max(1, np.abs(expected).max())
    assert whole.difference < 1e-4 * max(1, np.abs(expected).max())


def test_with_16_bits_it_is_smaller_and_reads_the_same(run, whole, half):
    assert half.size < 0.75 * whole.size
    images = run.split("test").images
    pictures = images[:, None].astype(np.float32) / np.float32(255)
    expected = logits_of(round_to_float16(fuse_batch_norms(run.network)), images)
    found = load_onnx_model(half.path).run(pictures)
    assert np.abs(found - expected).max() < 1e-4 * max(1, np.abs(expected).max())
    with_32_bits = load_onnx_model(whole.path).run(pictures)
    assert np.abs(found - with_32_bits).max() < 0.01
    assert half.metadata.measured["errors"] == pytest.approx(whole.metadata.measured["errors"], abs=1)


def test_a_reader_answers_as_the_run_does(run, whole):
    images = run.split("test").images[:50]
    answers = Reader(whole.path).read_digits(images)
    assert (answers.argmax(axis=1) == run.predict(images).argmax(axis=1)).all()


def test_the_file_says_what_it_is(run, whole):
    metadata = load_onnx_model(whole.path).metadata
    assert metadata == whole.metadata
    assert metadata.kind == "digit"
    assert metadata.classes == tuple("0123456789")
    assert metadata.preparation == PREPARATION_VERSION
    evaluation = run.evaluate("test")
    assert metadata.measured["accuracy"] == pytest.approx(evaluation.accuracy, abs=0.003)
    assert (metadata.measured["examples"], metadata.measured["split"]) == (359, "test")
    assert metadata.measured["errors"] == round((1 - metadata.measured["accuracy"]) * 359)
    provenance = metadata.provenance
    assert provenance["recipe"] == "mlp-dropout"
    assert provenance["seed"] == 1
    assert provenance["dataset"]["name"] == "uci"
    assert provenance["command"] == "inkdigits train mlp-dropout --data uci --seed 1"
    assert provenance["versions"]["inkdigits"] == inkdigits.__version__


def test_the_file_says_what_it_takes_and_returns(whole):
    props = {entry.key: entry.value for entry in onnx.load(whole.path).metadata_props}
    assert props.keys() == {"inkdigits", "input", "output"}
    assert props["input"].startswith("images: float32 (N, 1, 28, 28), 0 to 1, white on black")
    temperature = f"{whole.metadata.temperature:g}"
    assert props["output"] == (
        f"logits: float32 (N, 10), one for each class; probabilities are softmax(logits / {temperature})"
    )
    assert json.loads(props["inkdigits"])["temperature"] == whole.metadata.temperature
    assert json.loads(props["inkdigits"]).keys() == {
        "kind",
        "classes",
        "temperature",
        "preparation",
        "provenance",
        "measured",
        "format",
    }  # fmt: skip  a reader of 0.1.0 refuses a key that it does not know
    description = onnxruntime.InferenceSession(whole.path).get_modelmeta().description
    assert props["input"] in description
    assert props["output"] in description


def test_it_is_a_file_that_any_runtime_can_run(whole):
    assert whole.path.stat().st_size == whole.size
    model = onnx.load(whole.path)
    onnx.checker.check_model(model, full_check=True)
    assert model.producer_name == "inkdigits"
    assert "BatchNormalization" not in {node.op_type for node in model.graph.node}


def test_the_temperature_is_fitted_on_digits_that_were_held_back(run, whole):
    assert whole.metadata.temperature == pytest.approx(fit_temperature(run))
    assert 0.5 <= whole.metadata.temperature <= 3


class TestWhereItGoes:
    def test_a_file_that_is_there_stays_unless_one_says_otherwise(self, run, half, tmp_path):
        path = tmp_path / "net.onnx"
        path.write_bytes(b"precious")
        with pytest.raises(ExportError, match=r"net\.onnx is there; expected a free name; .*--overwrite"):
            export_run(run, path)
        assert path.read_bytes() == b"precious"
        assert sorted(tmp_path.iterdir()) == [path]
        # `half` was told to overwrite.
        assert load_onnx_model(half.path).metadata.temperature == 1.5

    @pytest.mark.parametrize("name", ["net", "net.pt", "net.onnx.txt"])
    def test_the_name_ends_in_onnx(self, run, tmp_path, name):
        with pytest.raises(ExportError, match=r"ends in \.onnx"):
            export_run(run, tmp_path / name)
        assert not list(tmp_path.iterdir())

    def test_a_network_that_answers_otherwise_each_time_leaves_nothing(self, tmp_path):
        class Restless(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))

            def forward(self, pictures):
                logits = self.layers(pictures)
                return logits + torch.rand_like(logits)

        made = inkdigits.train(
            "softmax", "uci", network=Restless(), out=tmp_path / "run", changes={"epochs": 1}, progress=False
        )
        (tmp_path / "out").mkdir()
        with pytest.raises(ExportError, match=r"differs from torch .*; expected the same within 0\.0001; "):
            export_run(made, tmp_path / "out" / "net.onnx")
        assert not list((tmp_path / "out").iterdir())


@pytest.fixture(scope="module")
def own(folder):
    """A run on a user's own data, which is no longer there, with nothing held back."""
    digits = inkdigits.load("uci")
    secret = folder / "secret-customer"
    secret.mkdir()
    np.savez(
        secret / "digits.npz",
        x_train=digits.train.images[:200],
        y_train=digits.train.labels[:200],
        x_test=digits.test.images[:80],
        y_test=digits.test.labels[:80],
    )
    made = inkdigits.train("softmax", secret / "digits.npz", out=folder / "own", changes={"epochs": 2}, progress=False)
    (secret / "digits.npz").unlink()
    return inkdigits.Run(made.path)


@pytest.fixture(scope="module")
def own_export(own, folder):
    return export_run(own, folder / "own.onnx")


def test_nothing_of_this_machine_is_in_the_file(own_export, folder):
    content = own_export.path.read_bytes()
    here = [folder, Path.cwd(), Path.home(), sys.prefix, sys.base_prefix, Path(inkdigits.__file__).parent]
    found = [str(place) for place in here if str(place).encode() in content]
    found += [word for word in ("secret-customer", "site-packages", "stack_trace", "File ") if word.encode() in content]
    assert found == []
    assert len(getpass.getuser()) < 4 or getpass.getuser().encode() not in content
    assert own_export.metadata.provenance["dataset"]["name"] == "digits.npz"


def test_a_run_whose_data_is_gone_has_the_figures_of_its_training(own, own_export):
    measured = own_export.metadata.measured
    assert measured["accuracy"] == own.folder.read_json("metrics.json")["test"]["accuracy"]
    assert measured["with"] == "torch, after training"
    assert own_export.metadata.temperature == 1.0


@pytest.fixture(scope="module")
def lines_run(folder):
    """A few steps of a tiny network that reads lines."""

    def conv(filters, size, **more):
        return {"type": "conv2d", "filters": filters, "kernel_size": size, "padding": "same", **more}

    layers = [
        conv(4, 3, stride=2, use_bias=False),
        {"type": "batch_norm"},
        {"type": "activation", "function": "relu"},
        {"type": "max_pool", "size": [4, 2]},
        {"type": "columns"},
        conv(46, [1, 3]),
        {"type": "steps", "per_column": 2},
    ]
    changes = {
        "layers": layers,
        "steps": 4,
        "record_every": 4,
        "checkpoint_every": 4,
        "batch_size": 8,
        "validation": 0.0,
        "hands": 0.0,
    }
    recipe = load_recipe("reader-lines", changes)
    return inkdigits.train(recipe, "uci", out=folder / "lines", progress=False)


@pytest.mark.slow
def test_a_network_for_lines(lines_run, folder):
    made = export_run(lines_run, folder / "lines.onnx", half=True)
    model = load_onnx_model(made.path)
    assert model.metadata.kind == "lines"
    assert (model.metadata.digits, model.metadata.signs) == (lines_run.classes, SIGNS)
    assert model.metadata.input.startswith("images: float32 (N, 1, 40, W) with W a multiple of 8, 0 to 1, white on")
    assert model.metadata.output.startswith("logits: float32 (N, W / 2, 23), for CTC: the classes, another character")
    assert model.metadata.measured["split"] == "lines composed of test digits"
    assert model.metadata.measured["examples"] >= 1000
    network = round_to_float16(fuse_batch_norms(lines_run.network))
    test = lines_run.split("test")
    for seed in range(3):
        lines, _ = LineComposer(test.images, test.labels).batch(3, np.random.default_rng(seed))
        expected = logits_of(network, lines)
        found = model.run(lines[:, None].astype(np.float32) / np.float32(255))
        assert found.shape == (3, lines.shape[2] // 2, 23)
        assert np.abs(found - expected).max() < 1e-4 * max(1, np.abs(expected).max())
    assert json.loads(model.metadata.to_json())["provenance"]["recipe"] == "reader-lines"
    assert Reader(made.path, min_confidence=0).read(np.full((60, 90), 255, np.uint8)).text == ""
