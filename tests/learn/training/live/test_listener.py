"""A training that is watched: what it writes, and that it obeys."""

import threading

import numpy as np
import pytest
import torch
from torch import nn

import inkdigits
from inkdigits.core.errors import RecipeError
from inkdigits.data.load import load
from inkdigits.learn.training.live.listener import LiveTraining
from inkdigits.learn.training.live.pictures import first_weights
from inkdigits.runs.folder import RunFolder
from inkdigits.runs.live import LiveFolder
from inkdigits.runs.tensor_files import load_tensors

WAIT_S = 120.0
"""Long, because a busy machine is slow; a test on a free machine never waits this long."""


@pytest.fixture(scope="module")
def digits():
    return load("uci").limited(train=600, test=120)


def wait_for(condition):
    """Return the first value of `condition` that is true."""
    poll = threading.Event()
    for _ in range(int(WAIT_S / 0.01)):
        found = condition()
        if found:
            return found
        poll.wait(0.01)
    raise AssertionError("it never came")


def events(live, kind):
    return [event for event in live.events_after(0)[0] if event["event"] == kind]


@pytest.fixture
def paused(tmp_path, digits):
    """A training that waits before its first step, and its live files."""
    out = tmp_path / "run"

    def work():
        inkdigits.train(
            "softmax", digits, epochs=2, batch_size=200, out=out, progress=False, watch=True, paused=True, threads=1
        )

    thread = threading.Thread(target=work)
    thread.start()
    live = LiveFolder.of(out)
    wait_for(lambda: events(live, "pause"))
    yield live
    live.give("stop")
    thread.join(WAIT_S)
    assert not thread.is_alive()


def test_steps_epochs_and_the_end_are_taken_as_told(paused):
    (start,) = events(paused, "start")
    assert (start["steps"], start["steps_per_epoch"], start["batch_size"], start["train"]) == (6, 3, 200, 600)
    assert len(start["examples"]) == 10
    assert {example["label"] for example in start["examples"]} == set(range(10))
    for command, expected in (("step", 1), ("step", 2), ("epoch", 3), ("step", 4)):
        before = len(events(paused, "pause"))
        paused.give(command)
        wait_for(lambda before=before: len(events(paused, "pause")) > before)
        assert events(paused, "pause")[-1]["step"] == expected
        assert events(paused, "step")[-1]["step"] == expected
    assert [record["step"] for record in events(paused, "record")] == [3]
    folder = RunFolder(paused.path.parent)
    assert folder.load_checkpoint()[1]["step"] == 4, "who waits may be killed at any time"
    paused.give("go")
    wait_for(lambda: folder.status == "complete")
    assert [record["step"] for record in events(paused, "record")] == [3, 6]
    assert events(paused, "end")


def test_the_network_answers_while_it_waits_and_changes_with_a_step(paused, digits):
    def answer():
        name = paused.ask(digits.test.images[0])
        return wait_for(lambda: paused.take_answer(name))

    first = answer()
    assert first["step"] == 0
    assert sum(first["probabilities"]) == pytest.approx(1, abs=0.001)
    paused.give("step")
    wait_for(lambda: events(paused, "pause")[-1]["step"] == 1)
    second = answer()
    assert second["step"] == 1
    assert second["probabilities"] != first["probabilities"]


def test_stopped_while_it_waits_it_is_complete_as_far_as_it_came(paused):
    paused.give("step")
    wait_for(lambda: events(paused, "pause")[-1]["step"] == 1)
    paused.give("stop")
    folder = RunFolder(paused.path.parent)
    wait_for(lambda: folder.status == "interrupted")
    assert folder.metadata["steps"] == 1


def test_waiting_counts_as_no_training(tmp_path, digits, monkeypatch):
    monkeypatch.setattr(LiveTraining, "wait", lambda self, state, save, stop_requested: 1000.0)
    run = inkdigits.train("softmax", digits, epochs=1, out=tmp_path / "run", progress=False, watch=True)
    assert run.folder.metadata["seconds"] < 0, "it took far less than the thousand seconds that it waited each time"


def test_to_be_watched_changes_no_bit(tmp_path, digits):
    weights = []
    for watch in (False, True):
        out = tmp_path / str(watch)
        inkdigits.train("mlp-dropout", digits, epochs=2, out=out, progress=False, watch=watch, threads=1)
        weights.append(load_tensors(out / "weights.safetensors")[0])
    assert weights[0].keys() == weights[1].keys()
    assert all((weights[0][name] == weights[1][name]).all() for name in weights[0])
    assert not LiveFolder.of(tmp_path / "False").exists


def test_the_snapshot_shows_weights_answers_and_confusion(tmp_path, digits):
    import json

    run = inkdigits.train("softmax", digits, epochs=3, out=tmp_path / "run", progress=False, watch=True)
    snapshot = json.loads(LiveFolder.of(run.path).snapshot()[0])
    confusion = np.array(snapshot["confusion"])
    assert confusion.shape == (10, 10)
    assert confusion.sum() == snapshot["digits"] == 120
    assert 120 - np.trace(confusion) == run.evaluate("test").errors
    assert [len(answer) for answer in snapshot["answers"]] == [10] * 10
    assert (snapshot["weights"]["count"], len(snapshot["weights"]["images"])) == (10, 10)


def test_a_resumed_training_goes_on_in_its_events(tmp_path, digits):
    out = tmp_path / "run"
    options = {"batch_size": 200, "progress": False, "watch": True, "threads": 1, "out": out}
    inkdigits.train("softmax", digits, epochs=2, callbacks=[lambda step, _: step == 3], **options)
    LiveFolder.of(out).append({"event": "step", "step": 5, "loss": 1.0})  # it was killed after that
    inkdigits.train("softmax", digits, epochs=2, resume=True, **options)
    live = LiveFolder.of(out)
    assert [record["step"] for record in events(live, "record")] == [3, 6]
    assert [start["step"] for start in events(live, "start")] == [0, 3]
    assert 1.0 not in [event["loss"] for event in events(live, "step")]


def test_first_weights_of_dense_layers_convolutions_and_others():
    dense = first_weights(nn.Sequential(nn.Flatten(), nn.Linear(784, 100)))
    assert (dense["height"], dense["width"], dense["count"], len(dense["images"])) == (28, 28, 100, 32)
    convolution = nn.Conv2d(1, 8, 5)
    with torch.no_grad():
        convolution.weight.zero_()
        convolution.weight[3, 0, 2, 1] = -2.0
    shown = first_weights(nn.Sequential(convolution))
    assert (shown["height"], shown["width"], shown["count"]) == (5, 5, 8)
    import base64

    levels = np.frombuffer(base64.b64decode(shown["images"][3]), np.int8).reshape(5, 5)
    assert levels[2, 1] == -127
    assert np.count_nonzero(levels) == 1
    assert first_weights(nn.Sequential(nn.AvgPool2d(2), nn.Flatten(), nn.Linear(196, 10))) is None


def test_a_recipe_for_lines_can_not_be_watched(tmp_path, digits):
    with pytest.raises(RecipeError, match="reader-lines reads lines"):
        inkdigits.train("reader-lines", digits, out=tmp_path / "run", progress=False, watch=True)
