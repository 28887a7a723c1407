"""An adaptation is a training like any other: it has checkpoints, goes on after kill -9 and stops on a signal."""

import os
import shutil
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from helpers.odd_digits import BARRED_2, draw_normalized
from helpers.processes import TIMEOUT_S, adapt_and_die, few_digits
from inkdigits.core.errors import DataError, TrainingDivergedError
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.corrections.store import CorrectionStore
from inkdigits.learn.adaptation import train
from inkdigits.learn.adaptation.adapt import adapt
from inkdigits.learn.adaptation.progress_listener import LOADED, TRAINED
from inkdigits.learn.adaptation.recipe import adaptation_recipe
from inkdigits.read.onnx_model import load_onnx_model
from inkdigits.recipes.load import change_recipe
from inkdigits.runs.folder import RunFolder

STEPS = 8

pytestmark = pytest.mark.slow  # each adapts the network

kills = pytest.mark.skipif(os.name == "nt", reason="there is no kill -9")


@pytest.fixture(autouse=True, scope="module")
def often_saved():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("inkdigits.learn.adaptation.recipe.CHECKPOINT_EVERY", 4)
        yield


@pytest.fixture(scope="module")
def uci():
    return few_digits()


def correct(data_dir, count=2):
    store = CorrectionStore(data_dir)
    for image in draw_normalized(BARRED_2, count, seed=1):
        store.add(image, label="2", read=None)
    return data_dir


def digit_run(data_dir):
    return train.runs_path(data_dir) / "digits"


def answers(data_dir):
    """Return the logits of the candidate for a fixed input."""
    model = load_onnx_model(ModelRegistry(data_dir).candidate.files[0])
    return model.run(np.random.default_rng(0).random((20, 1, 28, 28), np.float32))


def quiet(share, message):
    pass


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, uci):
    """The answers of a network whose adaptation nothing disturbed."""
    data_dir = correct(tmp_path_factory.mktemp("undisturbed"))
    adapt(data_dir, quiet, replay=uci, steps=STEPS)
    return answers(data_dir)


@pytest.fixture(scope="module")
def killed_folder(tmp_path_factory, start_process):
    """A data folder whose adaptation was killed half-way."""
    data_dir = correct(tmp_path_factory.mktemp("killed"))
    process = start_process(adapt_and_die, data_dir, STEPS)
    assert process.wait() == -signal.SIGKILL, process.stderr
    return data_dir


@pytest.fixture
def killed(killed_folder, tmp_path):
    return Path(shutil.copytree(killed_folder, tmp_path / "data"))


def test_a_run_with_a_checkpoint_is_there_while_it_learns(tmp_path, uci):
    states = []

    def look(share, message):
        if message == "learning":
            folder = RunFolder.open(digit_run(tmp_path))
            has_events = (folder.path / "tensorboard").exists()
            states.append((folder.status, folder.has_checkpoint, folder.recipe.name, has_events))

    adapt(correct(tmp_path), look, replay=uci, steps=3)
    assert set(states) == {("running", True, "adaptation", False)}
    assert not train.runs_path(tmp_path).exists()
    assert sorted(path.name for path in (tmp_path / "taught").iterdir()) == ["lock", "shelf.json", "taught-0001"]


@kills
def test_after_kill_9_it_goes_on_and_ends_like_an_undisturbed_one(killed, uci, undisturbed):
    step = RunFolder.open(digit_run(killed)).load_checkpoint()[1]["step"]
    assert 4 <= step < STEPS
    assert ModelRegistry(killed).state.candidate is None
    shares = []
    adapt(killed, lambda share, message: shares.append(share), replay=uci, steps=STEPS)
    assert shares[1] > LOADED + (TRAINED - LOADED) * step / STEPS
    assert (answers(killed) == undisturbed).all()
    assert not train.runs_path(killed).exists()


@kills
def test_after_kill_9_other_corrections_are_learned_anew(killed, uci, undisturbed):
    CorrectionStore(killed).add(draw_normalized(BARRED_2, 1, seed=5)[0], label="2", read=None)
    shares = []
    adapt(killed, lambda share, message: shares.append(share), replay=uci, steps=STEPS)
    assert shares[1] < 0.3
    assert (answers(killed) != undisturbed).any()
    assert not train.runs_path(killed).exists()


@kills
@pytest.mark.parametrize("name", ["checkpoint.safetensors", "recipe.toml", "run.json"])
@pytest.mark.parametrize("content", [b"damaged", None])
def test_a_damaged_run_is_begun_anew(killed, uci, undisturbed, name, content):
    (digit_run(killed) / name).unlink()
    if content is not None:
        (digit_run(killed) / name).write_bytes(content)
    adapt(killed, quiet, replay=uci, steps=STEPS)
    assert (answers(killed) == undisturbed).all()


def spoil_state(run):
    arrays, _ = run.load_checkpoint()
    run.save_checkpoint(arrays, {})


def lose_a_weight(run):
    arrays, state = run.load_checkpoint()
    arrays.pop(next(name for name in arrays if name.startswith("network.")))
    run.save_checkpoint(arrays, state)


def lose_the_data(run):
    run.update_metadata(dataset=None)


def put_a_file_in_its_place(run):
    shutil.rmtree(run.path)
    run.path.write_text("in the way")


def put_a_dangling_link_in_its_place(run):
    shutil.rmtree(run.path)
    run.path.symlink_to(run.path.with_name("gone"))


@kills
@pytest.mark.parametrize(
    "damage", [spoil_state, lose_a_weight, lose_the_data, put_a_file_in_its_place, put_a_dangling_link_in_its_place]
)
def test_whatever_is_left_of_a_run_never_stands_in_the_way(killed, uci, undisturbed, damage):
    damage(RunFolder(digit_run(killed)))
    adapt(killed, quiet, replay=uci, steps=STEPS)
    assert (answers(killed) == undisturbed).all()
    assert not train.runs_path(killed).exists()


@kills
def test_a_run_of_corrections_that_were_undone_is_removed(killed, uci):
    store = CorrectionStore(killed)
    for correction in store.list():
        store.undo(correction.id)
    with pytest.raises(DataError, match="no corrections"):
        adapt(killed, quiet, replay=uci, steps=STEPS)
    assert not train.runs_path(killed).exists()


def test_what_was_trained_but_not_staged_is_staged(tmp_path, uci, undisturbed, monkeypatch):
    correct(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("inkdigits.learn.adaptation.adapt.compare_networks", lambda *arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            adapt(tmp_path, quiet, replay=uci, steps=STEPS)
    assert RunFolder.open(digit_run(tmp_path)).status == "complete"
    assert ModelRegistry(tmp_path).state.candidate is None
    messages = []
    adapt(tmp_path, lambda share, message: messages.append(message), replay=uci, steps=STEPS)
    assert "learning" not in messages
    assert (answers(tmp_path) == undisturbed).all()


@kills
@pytest.mark.parametrize("after_kill", [False, True])
def test_a_loss_that_is_not_finite_stages_nothing(tmp_path, killed, uci, monkeypatch, after_kill):
    def too_fast(*arguments):
        return change_recipe(adaptation_recipe(*arguments), {"optimizer.learning_rate": 1e30})

    data_dir = killed if after_kill else correct(tmp_path / "new")
    monkeypatch.setattr("inkdigits.learn.adaptation.adapt.adaptation_recipe", too_fast)
    with pytest.raises(TrainingDivergedError, match="look at the corrections"):
        adapt(data_dir, quiet, replay=uci, steps=STEPS)
    assert ModelRegistry(data_dir).state.candidate is None
    assert not digit_run(data_dir).exists()
    assert not list((data_dir / "taught").rglob("*.onnx"))


@kills
def test_a_signal_at_the_last_step_stages_nothing(tmp_path, uci):
    def progress(share, message):
        if share == TRAINED and message == "learning":
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt):
        adapt(correct(tmp_path), progress, replay=uci, steps=3)
    assert RunFolder.open(digit_run(tmp_path)).status == "complete"
    assert ModelRegistry(tmp_path).state.candidate is None
    assert adapt(tmp_path, quiet, replay=uci, steps=3)["mnist"]["new"] > 0.9


@pytest.mark.skipif(os.name == "nt", reason="processes take no signals there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_teach_stops_on_a_signal_and_can_be_resumed(tmp_path, start_inkdigits, number):
    folder = RunFolder(digit_run(tmp_path))
    process = start_inkdigits("teach", "--data", "uci", "--data-dir", correct(tmp_path))
    deadline_s = time.monotonic() + TIMEOUT_S
    while not folder.has_checkpoint and process.status is None and time.monotonic() < deadline_s:
        time.sleep(0.05)
    process.send_signal(number)
    assert process.wait() == 130, process.stderr
    assert "Traceback" not in process.stderr
    assert folder.status == "interrupted"
    assert ModelRegistry(tmp_path).state.candidate is None
