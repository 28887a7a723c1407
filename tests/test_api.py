import subprocess
import sys
from inspect import Parameter, signature

import numpy as np
import pytest
import torch
from torch import nn

import inkdigits


@pytest.fixture(scope="module")
def data():
    return inkdigits.load("uci")


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    return train_in("fp32", data, tmp_path_factory.mktemp("api") / "run")


def train_in(precision, data, out):
    changes = {"epochs": 5}
    return inkdigits.train("mlp-100x2", data, seed=1, out=out, changes=changes, precision=precision, progress=False)


def test_the_contract_in_python(run):
    assert len(run.history["val_accuracy"]) == 5
    evaluation = run.evaluate("test")
    assert evaluation.examples == 359
    mistakes = run.mistakes("test")
    assert len(mistakes) == evaluation.errors
    assert [each.confidence for each in mistakes] == sorted((each.confidence for each in mistakes), reverse=True)
    assert all(each.label != each.prediction for each in mistakes)
    assert run.report().name == "report.html"


def test_a_run_is_read_back_from_its_folder_alone(run):
    again = inkdigits.Run(run.path)
    assert again.evaluate("test").loss == run.evaluate("test").loss
    assert again.classes == tuple("0123456789")


def test_answers_for_digits_in_memory(run, data):
    digit = data.test.images[3]
    one, many = run.predict(digit), run.predict(data.test.images[:5])
    assert one.shape == (1, 10)
    np.testing.assert_allclose(one[0], many[3], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(many, run.probabilities("test")[:5], rtol=1e-4, atol=1e-6)


def test_answers_are_computed_in_what_the_run_was_measured_in(data, tmp_path):
    run = train_in("bf16", data, tmp_path / "run")
    np.testing.assert_allclose(run.predict(data.test.images), run.probabilities("test"), rtol=1e-4, atol=1e-6)


def test_any_module_in_place_of_a_recipes_network(data, tmp_path):
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.Sequential(nn.Conv2d(1, 4, 5, stride=3), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10))

        def forward(self, pictures):
            return self.layers(pictures)

    torch.manual_seed(0)
    run = inkdigits.train("mlp-100x2", data, network=Own(), out=tmp_path / "own", changes={"epochs": 3}, progress=False)
    assert run.evaluate("test").accuracy > 0.5
    page = run.report().read_text("utf-8")
    assert "Conv2d" in page
    assert "ReLU" in page
    again = inkdigits.Run(run.path, network=Own())
    assert again.evaluate("test").errors == run.evaluate("test").errors


def test_data_in_memory(tmp_path):
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    images = rng.integers(0, 50, (200, 28, 28))
    images[labels == 0, :, :14] += 200
    images[labels == 1, :, 14:] += 200
    digits = inkdigits.Split(images.astype(np.uint8), labels)
    data = inkdigits.Dataset("sides", train=digits[:150], test=digits[150:], classes=("left", "right"))
    changes = {"layers.1.units": 2, "epochs": 20, "optimizer": {"name": "adam"}}
    run = inkdigits.train("softmax", data, out=tmp_path / "two", changes=changes, progress=False)
    assert run.evaluate("test").accuracy == 1.0
    assert "left" in run.report().read_text("utf-8")
    with pytest.raises(inkdigits.InkdigitsError, match="has the classes 0, 1"):
        inkdigits.Run(run.path, data="uci").evaluate("test")


def test_a_picture_of_ones_own(tmp_path):
    from PIL import Image

    from helpers.files import draw_digit

    Image.fromarray(draw_digit(5)).save(tmp_path / "five.png")
    digit = inkdigits.load_digit(tmp_path / "five.png")
    assert digit.shape == (28, 28)
    assert digit.max() > 200
    assert np.array_equal(inkdigits.load_digit((tmp_path / "five.png").read_bytes()), digit)


def test_the_package_is_light_and_its_names_are_there():
    code = (
        "import sys, inkdigits\n"
        "assert 'torch' not in sys.modules and 'numpy' not in sys.modules\n"
        "assert set(inkdigits.__all__) <= set(dir(inkdigits))\n"
        "inkdigits.load_recipe('cnn'); inkdigits.list_recipes()\n"
        "assert 'torch' not in sys.modules\n"
        "[getattr(inkdigits, name) for name in inkdigits.__all__]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        _ = inkdigits.lode


def test_recipes_in_hand_can_be_changed_and_data_is_found_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    digits = inkdigits.load("uci")
    np.savez(
        "digits.npz",
        x_train=digits.train.images[:100],
        y_train=digits.train.labels[:100],
        x_test=digits.test.images[:20],
        y_test=digits.test.labels[:20],
    )
    recipe = inkdigits.load_recipe("softmax")
    run = inkdigits.train(recipe, "digits.npz", out="run", changes={"epochs": 2}, progress=False)
    assert run.recipe.epochs == 2
    path = run.path.absolute()
    monkeypatch.chdir("/")
    assert inkdigits.Run(path).evaluate("test").examples == 20


def test_a_folder_called_like_a_data_set_is_not_taken_for_it(data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "uci").mkdir()
    run = inkdigits.train("softmax", "uci", out="run", changes={"epochs": 1}, progress=False)
    assert run.folder.metadata["dataset"]["name"] == "uci"
    assert inkdigits.Run("run").evaluate("test").examples == len(data.test)


@pytest.mark.mnist
def test_a_training_stays_under_a_gigabyte(mnist_folder, tmp_path):
    """The largest of the networks in a process of its own: its steps, an evaluation, a checkpoint."""
    length = ["--set", "steps=10", "--set", "record_every=10", "--set", "checkpoint_every=10"]
    command = ["train", "cnn", *length, "--data-dir", str(mnist_folder), "--out", str(tmp_path / "run"), "--json"]
    subprocess.run([sys.executable, "-m", "inkdigits", *command], check=True, capture_output=True)
    assert 200 < inkdigits.Run(tmp_path / "run").folder.metadata["peak_memory_mib"] < 1000


@pytest.mark.mnist
def test_mnist_is_learned_as_the_tutorial_says(mnist_folder, tmp_path):
    """One epoch of the tanh network; over five seeds the mean was 93.9 %, so 93 % is no matter of luck."""
    data = inkdigits.load("mnist", data_dir=mnist_folder)
    run = inkdigits.train("mlp-tanh", data, out=tmp_path / "run", progress=False)
    assert run.evaluate("test").accuracy > 0.93
    assert run.evaluate("test").examples == 10_000


def test_train_shows_every_option_and_refuses_others_before_it_loads_anything():
    parameters = signature(inkdigits.train).parameters
    assert {name: one.default for name, one in parameters.items()} == {
        "recipe": Parameter.empty, "data": "mnist", "out": None, "changes": None, "network": None, "seed": 1,
        "device": "auto", "resume": False, "overwrite": False, "data_dir": None, "skip_bad": False, "progress": True,
        "precision": "auto", "threads": None, "one_class": False, "invert": False, "transpose": False,
        "mirror": False, "flip": False, "centre": False, "shift_labels": 0,
    }  # fmt: skip
    for option in ("sead", "tensorboard", "files"):
        with pytest.raises(TypeError, match=rf"train\(\) got an unexpected keyword argument '{option}'"):
            inkdigits.train("softmax", "nowhere", **{option: 1})
