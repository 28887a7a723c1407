import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from helpers.recipes import small_recipe
from inkdigits.core.errors import RunError, TrainingDivergedError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.networks.diagram import diagram_file
from inkdigits.recipes import load_recipe
from inkdigits.runs.folder import RunFolder


def content(run, name="weights.safetensors"):
    return (run.path / name).read_bytes()


def test_a_run_folder_holds_everything(train_small, small):
    run = train_small(small, files=diagram_file(small, 10))
    names = {path.name for path in run.path.iterdir()}
    assert names == {
        "recipe.toml", "run.json", "environment.json", "history.json", "history.csv", "metrics.json",
        "weights.safetensors", "checkpoint.safetensors", "network.svg", "tensorboard",
    }  # fmt: skip
    assert run.recipe == small
    assert run.status == "complete"
    assert [record.step for record in run.history.records] == [5, 10, 15, 20]
    assert [record.epoch for record in run.history.records] == [1, 2, 3, 4]
    lines = (run.path / "history.csv").read_text().splitlines()
    assert lines[0] == "step,epoch,loss,accuracy,val_loss,val_accuracy,learning_rate"
    assert len(lines) == 5
    environment = run.read_json("environment.json")
    assert environment["torch"] == torch.__version__
    assert environment["processor"]
    assert run.metadata["seconds"] > 0
    test = run.read_json("metrics.json")["test"]
    assert test["examples"] == 120
    assert test["errors"] == round((1 - test["accuracy"]) * 120)


def test_networks_learn(train_small):
    run = train_small(load_recipe("mlp-100x2", {"epochs": 15, "batch_size": 20}))
    assert run.read_json("metrics.json")["test"]["accuracy"] > 0.85
    losses = run.history["loss"]
    assert losses[-1] < losses[0] / 4


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(train_small, small):
    first, again, other = train_small(small, "a"), train_small(small, "b"), train_small(small, "c", seed=2)
    assert content(first) == content(again)
    assert content(first, "history.json") == content(again, "history.json")
    assert content(first) != content(other)


@pytest.mark.parametrize("layers", [[], [{"type": "batch_norm"}]], ids=["written out", "autograd"])
def test_a_summed_loss_takes_steps_as_many_times_as_long_as_a_batch_has_digits(train_small, layers):
    plain = {"augmentation": False, "early_stopping": False, "epochs": 2, "validation": 0.0, "batch_size": 50}
    plain["layers"] = [{"type": "flatten"}, *layers, {"type": "dense", "units": 10, "activation": "softmax"}]
    rates = {"mean": 0.2, "sum": 0.2 / 50}
    mean, summed = (
        train_small(
            small_recipe(**plain, loss_reduction=reduction, optimizer={"name": "sgd", "learning_rate": rate}), reduction
        )
        for reduction, rate in rates.items()
    )
    # The losses that are told are means in both.
    assert summed.history["loss"] == pytest.approx(mean.history["loss"], rel=1e-4)
    for name, weights in mean.weights().items():
        np.testing.assert_allclose(summed.weights()[name], weights, rtol=1e-3, atol=1e-5)


def test_skipped_digits_are_not_learned_from(train_small, small, digits):
    skipping = small_recipe(skip_first=0.25)
    rest = Dataset("rest", digits.train[100:], digits.test)
    skipped, without = train_small(skipping, "skipped"), train_small(small, "without", data=rest)
    assert content(skipped) == content(without)
    assert content(skipped, "history.json") == content(without, "history.json")
    run = TrainedRun(skipped.path, data=digits)
    assert [len(run.split(name)) for name in ("train", "validation")] == [240, 60]
    assert (run.split("train").images == rest.train.images[:240]).all()


def test_a_recipe_in_steps_records_at_its_intervals(train_small):
    length = {"steps": 25, "epochs": "none", "record_every": 10, "checkpoint_every": 10}
    run = train_small(small_recipe(**length, early_stopping=False))
    assert [record.step for record in run.history.records] == [10, 20, 25]
    assert run.metadata["epochs"] == 5.0


def test_without_validation_there_are_no_such_series(train_small):
    run = train_small(load_recipe("softmax", {"watch_test": False, "epochs": 2}))
    assert run.history["val_loss"] == []
    assert len(run.history["loss"]) == 2


def test_early_stopping_ends_and_restores_the_best(train_small, digits):
    stopping = {"monitor": "val_loss", "patience": 1}
    recipe = small_recipe(epochs=30, early_stopping=stopping, optimizer={"name": "sgd", "learning_rate": 0.9})
    run = train_small(recipe)
    losses = run.history["val_loss"]
    assert len(losses) < 30
    best = losses.index(min(losses))
    assert len(losses) == best + 2
    assert run.metadata["best_step"] == run.history.records[best].step
    from inkdigits.learn.evaluation.trained_run import TrainedRun

    validation = TrainedRun(run.path, data=digits).evaluate("validation")
    assert validation.loss == pytest.approx(min(losses), rel=1e-5)


def test_a_module_of_ones_own(train_small, small):
    torch.manual_seed(5)
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    run = train_small(small, network=network)
    assert run.metadata["network"] == "Sequential"
    assert not (run.path / "network.svg").exists()
    from inkdigits.learn.evaluation.trained_run import TrainedRun

    with pytest.raises(RunError, match="your own module Sequential"):
        _ = TrainedRun(run.path).network
    with pytest.raises(RunError, match="don't fit"):
        _ = TrainedRun(run.path, network=nn.Sequential(nn.Flatten(), nn.Linear(784, 9))).network
    reread = TrainedRun(run.path, network=nn.Sequential(nn.Flatten(), nn.Linear(784, 10))).network
    assert torch.equal(reread[1].weight, network[1].weight)


class TestNan:
    def test_it_stops_and_keeps_the_last_good_checkpoint(self, train_small, tmp_path):
        recipe = load_recipe("mlp-100x2", {"epochs": 3, "optimizer": {"name": "sgd", "learning_rate": 1e30}})
        with pytest.raises(TrainingDivergedError) as caught:
            train_small(recipe)
        assert "optimizer.learning_rate" in str(caught.value)
        assert "step" in str(caught.value)
        run = RunFolder.open(tmp_path / "run")
        assert run.status == "diverged"
        assert run.load_checkpoint()[1]["step"] < 5
        assert all(np.isfinite(array).all() for array in run.weights().values())

    def test_weights_spoiled_by_the_very_last_step_are_not_kept(self, train_small, tmp_path):
        recipe = load_recipe(
            "softmax",
            {"steps": 2, "record_every": 1, "checkpoint_every": 1, "watch_test": False, "optimizer.learning_rate": 1.0},
        )

        class Spoiling(nn.Module):
            def __init__(self):
                super().__init__()
                self.dense, self.calls = nn.Linear(784, 10), 0

            def forward(self, pictures):
                self.calls += self.training
                logits = self.dense(pictures.flatten(1))
                if self.training and self.calls == 2:
                    logits.register_hook(lambda gradient: gradient * float("nan"))
                return logits

        with pytest.raises(TrainingDivergedError, match="a weight or running statistic became nan"):
            train_small(recipe, network=Spoiling())
        run = RunFolder.open(tmp_path / "run")
        assert run.load_checkpoint()[1]["step"] == 1
        assert all(np.isfinite(array).all() for array in run.weights().values())

    def test_weights_and_history_are_those_of_the_last_good_epoch(self, train_small, tmp_path):
        class Poisoned(nn.Module):
            def __init__(self):
                super().__init__()
                self.dense, self.calls = nn.Linear(784, 10), 0

            def forward(self, pictures):
                self.calls += self.training
                return self.dense(pictures.flatten(1)) * (float("nan") if self.training and self.calls > 12 else 1)

        with pytest.raises(TrainingDivergedError, match="the loss became nan at step 13"):
            train_small(load_recipe("softmax", {"epochs": 4, "watch_test": False}), network=Poisoned())
        run = RunFolder.open(tmp_path / "run")
        assert run.status == "diverged"
        assert [record.step for record in run.history.records] == [4, 8, 12]
        assert all(np.isfinite(array).all() for array in run.weights().values())


class TestExistingFolders:
    def test_a_run_is_not_overwritten_unasked(self, train_small, small):
        before = content(train_small(small))
        with pytest.raises(RunError, match="--resume"):
            train_small(small, seed=2)
        assert content(train_small(small, seed=2, overwrite=True)) != before

    def test_only_runs_are_ever_replaced(self, train_small, small, tmp_path):
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "thesis.txt").write_text("years of work")
        for overwrite in (False, True):
            with pytest.raises(RunError, match="is not a run"):
                train_small(small, overwrite=overwrite)
        assert (tmp_path / "run" / "thesis.txt").read_text() == "years of work"

    def test_an_empty_folder_is_used(self, train_small, small, tmp_path):
        (tmp_path / "run").mkdir()
        assert train_small(small).status == "complete"

    def test_nothing_is_left_beside_a_run(self, train_small, small, tmp_path):
        dead = tmp_path / ".run.999999999.abc"
        dead.mkdir()
        train_small(small)
        train_small(small, overwrite=True)
        assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.slow
def test_nothing_is_imported_that_takes_longer_than_a_short_training(tmp_path):
    code = (
        "import sys, inkdigits\n"
        f"inkdigits.train('softmax', 'uci', out={str(tmp_path / 'run')!r}, changes={{'steps': 1}}, progress=False)\n"
        "print(sorted({'sympy', 'matplotlib', 'torch._dynamo', 'torch.distributed.tensor'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_history_is_plain_json(train_small, small):
    run = train_small(small)
    record = json.loads((run.path / "history.json").read_text())["records"][0]
    assert set(record) == {"step", "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"}
