"""The scripts that measure training, on the uci digits: what they write, and the arithmetic in it."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import time_to_accuracy
import training_cost
import training_speed

from inkdigits import Split


def test_every_contender_begins_a_repeat_once():
    names = ["a", "b", "c"]
    assert [next(training_speed.turns(names, repeat)) for repeat in range(4)] == ["a", "b", "c", "a"]
    assert sorted(training_speed.turns(names, 1)) == names


@pytest.fixture
def run_script(monkeypatch, capfd):
    """Run a script's `main` in this process, on the uci digits, and return what it printed."""

    def run(script, *arguments):
        monkeypatch.setattr("sys.argv", [script.__file__, "--data", "uci", *map(str, arguments)])
        script.main()
        return capfd.readouterr()

    return run


@pytest.fixture
def one_core():
    """Keep this process and its children on one core: the contenders use all that they see."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    yield
    os.sched_setaffinity(0, cores)


@pytest.mark.slow
def test_the_record_of_a_run_side_by_side(run_script, one_core, tmp_path):
    contenders = ("inkdigits", "torch-loop")
    options = ("--quick", "--networks", "mlp-dropout", "--contenders", *contenders, "--out", tmp_path)
    assert "mlp-dropout, 1 of 1, torch-loop:" in run_script(training_speed, *options).err
    (page,) = tmp_path.glob("training-quick-mlp-dropout-*.md")
    record = json.loads(page.with_suffix(".json").read_text("utf-8"))
    figures = record["networks"]["mlp-dropout"]
    assert record["missing"] == []
    assert record["machine"]["cores"] >= 1
    assert figures["best_peer"] == "torch-loop"
    for name in contenders:
        (report,) = figures["reports"][name]
        assert report["test_accuracy"] > 0.8
        assert 0 < report["train_s"] < report["wall_s"]
        assert report["import_s"] + report["setup_s"] + report["train_s"] < report["wall_s"]
        assert report["examples_per_s"] == pytest.approx(figures["steps"] * 100 / report["train_s"])
        assert report["made_with"]["torch"]
    text = page.read_text("utf-8")
    assert "| torch-loop |" in text
    assert f"## mlp-dropout: {figures['steps']:,} steps of 100" in text


def test_copies_are_moved_and_keep_their_labels(some_digits):
    many = training_cost.multiplied(some_digits, 3)
    assert len(many) == 180
    assert np.array_equal(many.images[:60], some_digits.images)
    assert np.array_equal(many.images[60:120, :, 1:], some_digits.images[:, :, :-1])
    assert np.array_equal(many.labels[120:], some_digits.labels)


def test_there_is_a_move_for_each_copy():
    assert len(set(training_cost.MOVES)) == max(training_cost.COPIES)


def test_cost_is_the_slowest_to_the_fastest_and_bytes_a_byte():
    def memory(data, peak):
        return {"data_mib": data, "peak_memory_mib": peak}

    # The second repeat was in a slow phase; what counts is each size beside the first in the same repeat.
    rates = {1: [100, 50, 100], 2: [95, 47.5, 100], 4: [110, 55, 100]}
    figures = training_cost.figures(rates, {1: memory(50, 500), 2: memory(100, 560), 4: memory(200, 650)})
    assert figures["slowest_to_fastest"] == pytest.approx(0.95 / 1.1)
    assert figures["memory_a_byte"] == pytest.approx(1.0)
    untold = training_cost.figures({1: [100], 2: [95]}, {1: memory(50, None), 2: memory(100, None)})
    assert untold["memory_a_byte"] is None


@pytest.mark.slow
def test_sizes_train_in_turn():
    command = [sys.executable, training_cost.__file__, "--data", "uci", "--network", "softmax"]
    done = subprocess.run(
        [*command, "--steps", "120", "--copies", "1", "2"], capture_output=True, text=True, check=True
    )
    report = json.loads(done.stdout.strip().splitlines()[-1])
    assert set(report["examples_per_s"]) == {"1", "2"}
    assert all(rate > 0 for rate in report["examples_per_s"].values())
    assert report["data_mib"] == pytest.approx(3 * 1400 * (28 * 28 + 8) / 2**20)


def test_a_dot_in_a_recipes_name_is_no_ending():
    assert time_to_accuracy.name_of("fast-99.4") == "fast-99.4"
    assert time_to_accuracy.name_of("mine/fast-99.4.toml") == "fast-99.4"


@pytest.mark.slow
def test_time_to_accuracy_runs_the_command_once_a_seed(run_script, tmp_path):
    run_script(time_to_accuracy, "softmax", "--seeds", 2, "--set", "epochs=2", "--out", tmp_path)
    (page,) = tmp_path.glob("time-to-accuracy-softmax-*.json")
    record = json.loads(page.read_text("utf-8"))
    assert [run["seed"] for run in record["runs"]] == [1, 2]
    for run in record["runs"]:
        assert run["accuracy"] == pytest.approx(1 - run["errors"] / 359)
        assert 0 < run["training_s"] < run["wall_s"]
    assert "with epochs=2" in next(tmp_path.glob("*.md")).read_text("utf-8")


def test_accuracy_over_seeds_is_mean_and_deviation():
    runs = [{"accuracy": value, "wall_s": 2.0, "training_s": 1.0} for value in (0.99, 0.992)]
    accuracy = time_to_accuracy.figures(runs)["accuracy"]
    assert accuracy["mean"] == pytest.approx(0.991)
    assert accuracy["deviation"] == pytest.approx(0.001414, abs=1e-6)
    assert time_to_accuracy.figures(runs[:1])["accuracy"]["deviation"] is None


def test_splits_can_be_multiplied_eight_times():
    digits = Split(np.zeros((2, 28, 28), np.uint8), np.array([1, 2]))
    assert len(training_cost.multiplied(digits, 8)) == 16
