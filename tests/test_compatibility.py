"""What 0.1.0 made still opens: runs are evaluated and resumed, networks read, corrections and taught networks are kept.

The files in made_with_0_1_0 were made by 0.1.0 from the digits `uci`, with one thread and in float32: `inkdigits train
tiny.toml` for 20 steps (run) and for 40 (longer), `export`, `evaluate --json`, and five corrections with `teach`.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
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


def test_a_run_is_evaluated_to_the_same_figures(run):
    found, expected = inkdigits_json("evaluate", run), read_json("evaluation.json")
    assert found["loss"] == pytest.approx(expected["loss"], rel=1e-4)
    assert found["calibration"]["expected_error"] == pytest.approx(expected["calibration"]["expected_error"], rel=1e-3)
    for key in ("split", "examples", "errors", "confusion", "classes", "top_2_accuracy"):
        assert found[key] == expected[key], key


def test_a_run_is_resumed_to_the_history_and_weights_of_an_undisturbed_one(run):
    told = inkdigits_json("train", run / "recipe.toml", "--data", "uci", "--out", run, "--resume", "--set", "steps=40")
    records = read_json("longer_history.json")["records"]
    for key in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert told["history"][key] == pytest.approx([record[key] for record in records], rel=1e-4), key
    assert told["test"] == pytest.approx(read_json("longer_metrics.json")["test"], rel=1e-4)
    found, expected = load_file(run / "weights.safetensors"), load_file(MADE / "longer_weights.safetensors")
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-3, atol=1e-4, err_msg=name)


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
    assert (tmp_path / "new" / "network.svg").read_bytes() == (run / "network.svg").read_bytes()
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
    assert used == data_dir / "taught" / "taught-0001.onnx"
    probabilities = inkdigits.Reader(used).read_digits(np.concatenate([learned.images, held_back.images]))
    assert (probabilities[:, 9] > 0.99).all()
    assert (inkdigits.Reader().read_digits(held_back.images)[:, 9] < 0.7).all()
