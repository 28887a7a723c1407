"""Batched seeds: each has the same result as alone, except for rounding."""

import pytest
import torch

from inkdigits.core.errors import TrainingDivergedError
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.parallel.batched_seeds import can_batch_seeds, train_batched_seeds
from inkdigits.recipes import load_recipe
from inkdigits.runs.folder import RunFolder
from inkdigits.runs.tensor_files import load_tensors, save_tensors

NAMES = ("weights.safetensors", "checkpoint.safetensors", "history.json", "metrics.json")


def contents(run):
    return {name: (run.path / name).read_bytes() for name in NAMES if name != "checkpoint.safetensors"}


def options(folder, seeds=(1, 2, 3), **more):
    return [TrainingOptions(folder / f"seed{seed}", seed, progress=False, threads=1, **more) for seed in seeds]


def dense(optimizer, **changes):
    base = {"epochs": 2, "batch_size": 64, "layers.1.units": 16, "layers.2.units": 12, "optimizer": optimizer}
    return load_recipe("mlp-100x2", base | changes)


@pytest.mark.parametrize(
    "optimizer",
    [{"name": "sgd"}, {"name": "sgd", "momentum": 0.9}, {"name": "adam"}, {"name": "rmsprop"}, {"name": "adamw"}],
    ids=str,
)
def test_each_seed_has_the_same_result_as_alone(train_small, digits, tmp_path, optimizer):
    recipe = dense(optimizer)
    runs = train_batched_seeds(recipe, digits, options(tmp_path))
    for seed, run in enumerate(runs, 1):
        alone = train_small(recipe, f"alone{seed}", seed=seed, threads=1)
        assert run.status == "complete"
        assert run.read_json("environment.json")["step"] == "3 seeds at once"
        assert {path.name for path in run.path.iterdir()} == {path.name for path in alone.path.iterdir()}
        for series in ("loss", "accuracy", "val_loss", "val_accuracy"):
            assert run.history[series] == pytest.approx(alone.history[series], rel=1e-4)
        for name, value in alone.load_checkpoint()[0].items():
            if name != "random.cpu":  # nothing is drawn from it
                torch.testing.assert_close(run.load_checkpoint()[0][name], value, rtol=1e-3, atol=1e-6)
    assert runs[0].history["loss"] != runs[1].history["loss"]


def test_batched_seeds_sum_the_losses_of_a_batch_as_one_seed_does(train_small, digits, tmp_path):
    recipe = dense({"name": "sgd", "learning_rate": 0.001}, loss_reduction="sum")
    runs = train_batched_seeds(recipe, digits, options(tmp_path))
    alone = train_small(recipe, "alone2", seed=2, threads=1)
    assert runs[1].history["loss"] == pytest.approx(alone.history["loss"], rel=1e-4)


def test_batched_seeds_are_resumed(digits, tmp_path):
    shorter, longer = dense({"name": "adam"}, epochs=1), dense({"name": "adam"}, epochs=3)
    train_batched_seeds(shorter, digits, options(tmp_path / "cut"))
    resumed = train_batched_seeds(longer, digits, options(tmp_path / "cut", resume=True))
    whole = train_batched_seeds(longer, digits, options(tmp_path / "whole"))
    assert [contents(run) for run in resumed] == [contents(run) for run in whole]


def test_early_stopping_ends_one_seed_and_not_the_others(train_small, digits, tmp_path):
    recipe = dense(
        {"name": "sgd", "learning_rate": 0.9}, epochs=12, early_stopping={"monitor": "val_loss", "patience": 1}
    )
    runs = train_batched_seeds(recipe, digits, options(tmp_path))
    lengths = {len(run.history["loss"]) for run in runs}
    assert len(lengths) > 1, "all seeds stopped at once: choose another learning rate"
    for seed, run in enumerate(runs, 1):
        alone = train_small(recipe, f"alone{seed}", seed=seed, threads=1)
        assert run.history["val_loss"] == pytest.approx(alone.history["val_loss"], rel=1e-2)
        assert run.metadata["best_step"] == alone.metadata["best_step"]


def test_a_seed_that_diverges_does_not_affect_the_others(digits, tmp_path):
    shorter, longer = dense({"name": "adam"}, epochs=1), dense({"name": "adam"}, epochs=2)
    train_batched_seeds(shorter, digits, options(tmp_path / "cut"))
    path = tmp_path / "cut" / "seed2" / "checkpoint.safetensors"
    tensors, state = load_tensors(path)
    huge = {name: value * 1e38 for name, value in tensors.items() if name.startswith("network.")}
    save_tensors(path, tensors | huge, state)
    first, second, third = train_batched_seeds(longer, digits, options(tmp_path / "cut", resume=True))
    assert isinstance(second, TrainingDivergedError)
    assert RunFolder(path.parent).status == "diverged"
    whole = train_batched_seeds(longer, digits, options(tmp_path / "whole"))
    assert [contents(run) for run in (first, third)] == [contents(whole[0]), contents(whole[2])]


@pytest.mark.parametrize(
    ("name", "changes", "wanted"),
    [
        ("softmax", {}, True),
        ("mlp-100x2", {}, True),
        ("mlp-tanh", {}, False),
        ("cnn", {}, False),
        ("mlp-dropout", {"layers.1.units": 16, "layers.3.units": 16}, False),
        ("softmax", {"augmentation.shift_pixels": 1.0}, False),
        ("softmax", {"weight_averaging": 0.9}, False),
    ],
)
def test_small_dense_networks_without_dropout_can_be_batched(name, changes, wanted):
    recipe = load_recipe(name, changes)
    assert can_batch_seeds(recipe, build_network(recipe)) is wanted
