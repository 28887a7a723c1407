"""What 0.1.0 made still opens: runs are evaluated and resumed, networks read, corrections and taught networks are kept.

The files in made_with_0_1_0 were made by 0.1.0 from the digits `uci`, with one thread and in float32: `inkdigits train
tiny.toml` for 20 steps (run) and for 40 (longer), `export`, `evaluate --json`, five corrections with `teach`, and a
training with early stopping that was interrupted in its third epoch (interrupted) and one that was not (undisturbed).

Processors round differently. `probe.txt` is the digest of a computation with torch alone on the machine where the files
were made: where it is the same, figures and weights must be the same bits, and elsewhere about the same.
"""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from torch.nn import functional
from typer.testing import CliRunner

import inkdigits
from inkdigits.cli.commands import app
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.corrections.store import CorrectionStore
from inkdigits.learn.adaptation.data import load_corrections

MADE = Path(__file__).parent / "made_with_0_1_0"


def read_json(name):
    return json.loads((MADE / name).read_text("utf-8"))


@pytest.fixture
def run(tmp_path):
    return Path(shutil.copytree(MADE / "run", tmp_path / "run"))


def inkdigits_json(*arguments):
    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def probe():
    """Return the digest of what torch computes of a convolution, a dense layer and their gradients."""
    generator, threads = torch.Generator().manual_seed(0), torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        images = torch.rand(50, 1, 28, 28, generator=generator)
        kernel, dense = torch.randn(4, 1, 5, 5, generator=generator), torch.randn(10, 144, generator=generator)
        kernel.requires_grad_()
        dense.requires_grad_()
        maps = functional.max_pool2d(functional.conv2d(images, kernel, stride=2).relu(), 2)
        functional.linear(maps.flatten(1), dense).logsumexp(1).mean().backward()
    finally:
        torch.set_num_threads(threads)
    return hashlib.sha256(kernel.grad.numpy().tobytes() + dense.grad.numpy().tobytes()).hexdigest()


@pytest.fixture(scope="module")
def same_arithmetic():
    return probe() == (MADE / "probe.txt").read_text("utf-8").strip()


def assert_same(found, expected, same_arithmetic):
    """Compare numbers or arrays: bit for bit, or where arithmetic differs, about."""
    if same_arithmetic:
        np.testing.assert_array_equal(found, expected)
    else:
        np.testing.assert_allclose(found, expected, rtol=0.1, atol=0.05)


def test_a_run_is_evaluated_to_the_same_figures(run, same_arithmetic):
    found, expected = inkdigits_json("evaluate", run), read_json("evaluation.json")
    assert found["loss"] == pytest.approx(expected["loss"], rel=0 if same_arithmetic else 1e-4)
    for key in ("split", "examples", "errors", "confusion", "classes", "top_2_accuracy"):
        assert found[key] == expected[key], key
    if same_arithmetic:
        assert found == expected


@pytest.mark.parametrize(
    ("name", "options", "whole"),
    [("run", ["--set", "steps=40"], "longer"), ("interrupted", [], "undisturbed")],
    ids=["made longer", "interrupted"],
)
def test_a_run_is_resumed_to_what_an_undisturbed_one_came_to(tmp_path, same_arithmetic, name, options, whole):
    run = Path(shutil.copytree(MADE / name, tmp_path / name))
    told = inkdigits_json("train", run / "recipe.toml", "--data", "uci", "--out", run, "--resume", *options)
    records = read_json(f"{whole}_history.json")["records"]
    for key in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert_same(told["history"][key], [record[key] for record in records], same_arithmetic)
    test = read_json(f"{whole}_metrics.json")["test"]
    assert_same([told["test"][key] for key in ("loss", "accuracy")], [test["loss"], test["accuracy"]], same_arithmetic)
    found, expected = load_file(run / "weights.safetensors"), load_file(MADE / f"{whole}_weights.safetensors")
    assert found.keys() == expected.keys()
    if same_arithmetic:
        for key, values in expected.items():
            np.testing.assert_array_equal(found[key], values, err_msg=key)


def test_a_run_with_early_stopping_is_evaluated_with_its_best_weights(tmp_path):
    run = inkdigits.Run(Path(shutil.copytree(MADE / "interrupted", tmp_path / "interrupted")))
    assert run.folder.status == "interrupted"
    best = max(run.history["val_accuracy"])
    assert run.evaluate("validation").accuracy == pytest.approx(best, abs=0.02)


@pytest.mark.slow
def test_a_run_is_reported(run):
    report = inkdigits.Run(run).report()
    assert "tiny" in report.read_text("utf-8")


def test_a_run_is_trained_anew_into_the_same_files(run, tmp_path):
    inkdigits_json("train", MADE / "tiny.toml", "--data", "uci", "--out", tmp_path / "new", "--threads", 1)
    old, new = ({path.name for path in folder.iterdir()} for folder in (run, tmp_path / "new"))
    assert new == old | {"tensorboard"}
    for name in ("run.json", "environment.json", "metrics.json", "history.json"):
        contents = [json.loads((folder / name).read_text("utf-8")) for folder in (run, tmp_path / "new")]
        assert contents[0].keys() == contents[1].keys(), name
    assert (tmp_path / "new" / "recipe.toml").read_bytes() == (run / "recipe.toml").read_bytes()
    # Diagrams say more since.
    assert (tmp_path / "new" / "network.svg").read_text("utf-8").startswith("<svg")
    shapes = [
        {name: (values.shape, values.dtype) for name, values in load_file(folder / "checkpoint.safetensors").items()}
        for folder in (run, tmp_path / "new")
    ]
    assert shapes[0] == shapes[1]


def test_an_exported_network_reads_as_it_was_measured():
    reader = inkdigits.Reader(MADE / "tiny.onnx")
    measured = reader.digit_network.metadata.measured
    test = inkdigits.load("uci").test
    wrong = reader.read_digits(test.images).argmax(axis=1) != test.labels
    assert (int(wrong.sum()), len(test)) == (measured["errors"], measured["examples"])


def test_corrections_and_the_network_that_learned_them_are_kept():
    data_dir = MADE / "data_dir"
    assert [(one.id, one.label, one.read) for one in CorrectionStore(data_dir).list()] == [
        (number, "9", "3") for number in range(1, 6)
    ]
    learned, held_back = load_corrections(data_dir)
    assert (len(learned), len(held_back)) == (4, 1)
    used = ModelRegistry(data_dir).current
    assert used is not None
    assert used.files == (data_dir / "taught" / "taught-0001.onnx",)
    probabilities = inkdigits.Reader(used.files).read_digits(np.concatenate([learned.images, held_back.images]))
    assert (probabilities[:, 9] > 0.99).all()
    assert (inkdigits.Reader().read_digits(held_back.images)[:, 9] < 0.7).all()
