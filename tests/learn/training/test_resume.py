import os
import random
import signal
import time

import pytest
import torch
from torch import nn

from helpers.processes import TIMEOUT_S
from helpers.recipes import small_recipe
from inkdigits.api import Run
from inkdigits.core.errors import RunError
from inkdigits.runs import lock as run_lock
from inkdigits.runs.folder import RunFolder
from inkdigits.runs.lock import lock_run

NEVER_STOPS = {"monitor": "val_loss", "patience": 99}
NAMES = ("weights.safetensors", "history.json", "history.csv", "metrics.json", "recipe.toml")


def contents(path):
    return {name: (path / name).read_bytes() for name in NAMES}


@pytest.fixture(scope="module")
def start(tmp_path_factory, start_inkdigits):
    """Start a process that trains the small recipe on all of `uci`."""
    recipe = tmp_path_factory.mktemp("recipes") / "small.toml"
    recipe.write_text(small_recipe(epochs=20, early_stopping=NEVER_STOPS).to_toml(), "utf-8")

    def run(out, *more):
        return start_inkdigits("train", recipe, "--data", "uci", "--out", out, *more)

    return run


@pytest.fixture(scope="module")
def undisturbed(start, tmp_path_factory):
    """The files of a run that nothing disturbed."""
    out = tmp_path_factory.mktemp("runs") / "undisturbed"
    assert start(out).wait() == 0
    return contents(out)


@pytest.mark.slow
def test_a_training_killed_at_random_moments_ends_like_an_undisturbed_one(start, undisturbed, tmp_path):
    """Killed with SIGKILL at moments spread over the first epochs, the writing of checkpoints and resuming."""
    out, moments, kills = tmp_path / "killed", random.Random(3), 0
    for _ in range(6):
        process = start(out, "--resume")
        _wait_for_step(out, process, beyond=_step(out))
        time.sleep(moments.uniform(0, 0.15))
        process.kill()
        kills += process.wait() == -signal.SIGKILL
        if out.exists():
            assert RunFolder.open(out).status in ("running", "complete")
    assert kills >= 3
    assert start(out, "--resume").wait() == 0
    assert contents(out) == undisturbed
    assert list(tmp_path.rglob(".*")) == []


def _step(out):
    run = RunFolder(out)
    return run.load_checkpoint()[1]["step"] if run.exists and run.has_checkpoint else -1


def _wait_for_step(out, process, *, beyond):
    """Wait until the process has gone on from where the last one was killed."""
    deadline = time.monotonic() + TIMEOUT_S
    while process.status is None and _step(out) <= beyond and time.monotonic() < deadline:
        time.sleep(0.01)


def test_killed_before_anything_was_written(start, tmp_path):
    out = tmp_path / "early"
    process = start(out, "--resume")
    process.kill()
    process.wait()
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_a_complete_run_that_can_go_on(start, undisturbed, tmp_path, number):
    out = tmp_path / "stopped"
    process = start(out)
    _wait_for_step(out, process, beyond=0)
    process.send_signal(number)
    assert process.wait() == 130, process.stderr
    assert "--resume" in process.stdout
    run = RunFolder.open(out)
    assert run.status == "interrupted"
    assert run.metadata["steps"] == run.load_checkpoint()[1]["step"] > 0
    assert run.read_json("metrics.json")["test"]["examples"] == 359
    assert run.weights()
    assert start(out, "--resume").wait() == 0
    assert contents(out) == undisturbed


class TestInOneProcess:
    def test_a_finished_run_is_left_as_it_is(self, train_small, small):
        run = train_small(small)
        before = (run.path / "run.json").stat().st_mtime_ns
        assert train_small(small, resume=True).status == "complete"
        assert (run.path / "run.json").stat().st_mtime_ns == before

    def test_a_run_can_be_made_longer(self, train_small):
        train_small(small_recipe(epochs=2, schedule={"name": "constant"}))
        longer = train_small(small_recipe(epochs=4, schedule={"name": "constant"}), resume=True)
        whole = train_small(small_recipe(epochs=4, schedule={"name": "constant"}), "whole")
        assert contents(longer.path) == contents(whole.path)

    def test_momentum_and_rmsprop_are_kept_too(self, train_small):
        for name, settings in (("sgd", {"momentum": 0.9}), ("rmsprop", {"momentum": 0.5}), ("adamw", {})):
            optimizer = {"name": name, "learning_rate": 0.001} | settings
            recipes = [
                small_recipe(epochs=epochs, schedule={"name": "constant"}, optimizer=optimizer) for epochs in (2, 4)
            ]
            train_small(recipes[0], name)
            longer = train_small(recipes[1], name, resume=True)
            whole = train_small(recipes[1], f"{name}-whole")
            assert contents(longer.path) == contents(whole.path)

    @pytest.mark.parametrize(
        ("before", "after", "words"),
        [
            ({"epochs": 3}, {"epochs": 2}, "at least the length it was begun with"),
            ({"epochs": 2}, {"epochs": "none", "steps": 200}, "a length counted as before"),
            ({"epochs": 2, "schedule": {"name": "cosine"}}, {"epochs": 3}, "learning rate was planned"),
            ({"epochs": "none", "steps": 25, "record_every": 10, "checkpoint_every": 10}, {"steps": 30}, "last record"),
        ],
    )
    def test_lengths_that_would_not_come_out_the_same_are_refused(self, train_small, before, after, words):
        before = {"schedule": {"name": "constant"}, "early_stopping": False} | before
        run = train_small(small_recipe(**before))
        kept = contents(run.path)
        with pytest.raises(RunError, match=words):
            train_small(small_recipe(**(before | after)), resume=True)
        assert contents(run.path) == kept

    def test_a_lost_checkpoint_is_not_begun_anew(self, train_small):
        changes = {"schedule": {"name": "constant"}}
        run = train_small(small_recipe(epochs=2, **changes))
        (run.path / "checkpoint.safetensors").unlink()
        with pytest.raises(RunError, match=r"its checkpoint\.safetensors is gone"):
            train_small(small_recipe(epochs=3, **changes), resume=True)
        assert (run.path / "weights.safetensors").exists()

    def test_what_a_kill_left_half_written_is_removed(self, train_small):
        changes = {"schedule": {"name": "constant"}}
        run = train_small(small_recipe(epochs=2, **changes))
        (run.path / ".checkpoint.safetensors.x1.part").write_bytes(b"half")
        train_small(small_recipe(epochs=3, **changes), resume=True)
        assert list(run.path.glob(".*")) == []

    @pytest.mark.parametrize(
        ("changes", "options", "word"),
        [
            ({"batch_size": 32}, {}, "batch_size"),
            ({}, {"seed": 9}, "seed"),
        ],
    )
    def test_another_recipe_or_seed_is_refused(self, train_small, small, changes, options, word):
        train_small(small)
        with pytest.raises(RunError, match=f"another {word}"):
            train_small(small_recipe(**changes), resume=True, **options)

    def test_other_data_is_refused(self, train_small, small, digits):
        train_small(small)
        with pytest.raises(RunError, match="another data"):
            train_small(small, data=digits.limited(399), resume=True)

    def test_a_damaged_checkpoint_is_named(self, train_small):
        changes = {"schedule": {"name": "constant"}}
        run = train_small(small_recipe(epochs=2, **changes))
        path = run.path / "checkpoint.safetensors"
        path.write_bytes(path.read_bytes()[:1000])
        with pytest.raises(RunError, match=r"checkpoint\.safetensors is damaged"):
            train_small(small_recipe(epochs=3, **changes), resume=True)


class Stopping(nn.Module):
    """A network during whose first step Ctrl-C is pressed, where `stops` says so."""

    def __init__(self, stops: bool = False):
        super().__init__()
        torch.manual_seed(0)
        self.dense, self.stops = nn.Linear(784, 10), stops

    def forward(self, pictures):
        if self.training and self.stops:
            self.stops = False
            os.kill(os.getpid(), signal.SIGINT)
        return self.dense(pictures.flatten(1))


@pytest.mark.slow
def test_stopped_before_the_first_record(train_small, digits):
    """A run of one step, without a single record, is whole: it can be evaluated, reported and resumed."""
    recipe = small_recipe(epochs=2, schedule={"name": "constant"}, augmentation=False)
    run = train_small(recipe, network=Stopping(stops=True))
    assert (run.status, run.metadata["steps"], run.history.records) == ("interrupted", 1, [])
    reread = Run(run.path, data=digits, network=Stopping())
    assert reread.evaluate("test").examples == 120
    assert reread.report().stat().st_size > 10_000
    resumed = train_small(recipe, network=Stopping(), resume=True)
    assert contents(resumed.path) == contents(train_small(recipe, "whole", network=Stopping()).path)


def test_a_folder_is_trained_by_one_at_a_time(train_small, small, tmp_path, monkeypatch):
    monkeypatch.setattr(run_lock, "TIMEOUT_S", 0.05)
    with lock_run(tmp_path / "run"), pytest.raises(RunError, match=r"run is being trained by another process.*--out"):
        train_small(small)
    run = train_small(small)
    before = (run.path / "weights.safetensors").read_bytes()
    for options in ({"resume": True}, {"overwrite": True, "seed": 2}):
        with lock_run(run.path), pytest.raises(RunError, match="is being trained"):
            train_small(small, **options)
    assert (run.path / "weights.safetensors").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("damage", ["state", "weight"])
def test_a_checkpoint_of_another_network_or_damaged_is_told(train_small, damage):
    run = train_small(small_recipe(epochs=2, schedule={"name": "constant"}))
    arrays, state = run.load_checkpoint()
    if damage == "weight":
        arrays.pop(next(name for name in arrays if name.startswith("network.")))
    run.save_checkpoint(arrays, state if damage == "weight" else {})
    with pytest.raises(RunError, match=r"checkpoint\.safetensors is of another network or damaged"):
        train_small(small_recipe(epochs=4, schedule={"name": "constant"}), resume=True)
