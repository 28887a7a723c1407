import subprocess
import sys
from functools import partial
from inspect import Parameter, signature

import numpy as np
import pytest
import torch
from torch import nn

import inkdigits
from helpers.wrong_inputs import WRONG_INPUTS
from inkdigits.layers import Dense
from inkdigits.recipes.objects.arguments import RecipeArguments


@pytest.fixture(scope="module")
def data():
    return inkdigits.load("uci")


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    return train_in("fp32", data, tmp_path_factory.mktemp("api") / "run")


def train_in(precision, data, out):
    changes = {"epochs": 5}
    return inkdigits.train("mlp-100x2", data, seed=1, out=out, changes=changes, precision=precision, progress=False)


@pytest.mark.slow
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


@pytest.mark.slow
def test_an_exported_run_reads(run, tmp_path):
    path = run.export(tmp_path / "own.onnx")
    reader = inkdigits.Reader(path)
    digits = run.split("test").images[:20]
    np.testing.assert_array_equal(reader.read_digits(digits).argmax(axis=1), run.predict(digits).argmax(axis=1))
    with pytest.raises(inkdigits.InkdigitsError, match="is there"):
        run.export(path)


def test_answers_for_digits_in_memory(run, data):
    digit = data.test.images[3]
    one, many = run.predict(digit), run.predict(data.test.images[:5])
    assert one.shape == (1, 10)
    np.testing.assert_allclose(one[0], many[3], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(many, run.probabilities("test")[:5], rtol=1e-4, atol=1e-6)


def test_the_answer_is_the_same_for_every_form_of_a_digit(run, data, tmp_path):
    from helpers.picture_forms import array_forms, file_forms

    for digit in data.test.images[:2]:
        expected = run.predict(digit)
        for name, form in (array_forms(digit) | file_forms(digit, tmp_path)).items():
            assert np.array_equal(run.predict(form), expected), name
        for name, form in (array_forms(digit) | file_forms(digit, tmp_path)).items():
            assert np.array_equal(inkdigits.load_digit(form), digit), name
    batch = torch.from_numpy(data.test.images[:5])[:, None] / 255
    assert np.array_equal(run.predict(batch), run.predict(data.test.images[:5]))
    assert run.predict(data.test.images[:0]).shape == (0, 10)


@pytest.mark.parametrize(("make", "words"), WRONG_INPUTS.values(), ids=WRONG_INPUTS)
def test_what_is_no_picture_gets_one_clear_line(run, make, words, tmp_path_factory):
    for take in (run.predict, inkdigits.load_digit):
        with pytest.raises(inkdigits.InkdigitsError, match=words) as caught:
            take(make(tmp_path_factory.mktemp("wrong")))
        assert "\n" not in str(caught.value)


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


@pytest.mark.slow
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


@pytest.mark.slow
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
    assert {name: one.default for name, one in parameters.items() if name not in RecipeArguments.__annotations__} == {
        "recipe": Parameter.empty, "data": "mnist", "out": None, "changes": None, "network": None, "seed": 1,
        "device": "auto", "resume": False, "overwrite": False, "data_dir": None, "skip_bad": False, "progress": True,
        "precision": "auto", "threads": None, "callbacks": (), "one_class": False, "invert": False, "transpose": False,
        "mirror": False, "flip": False, "centre": False, "shift_labels": 0,
        "review": None, "watch": False, "paused": False,
    }  # fmt: skip
    assert {parameters[name].default for name in RecipeArguments.__annotations__} == {None}
    for option in ("sead", "tensorboard", "files"):
        with pytest.raises(TypeError, match=rf"train\(\) has no argument {option}"):
            inkdigits.train("softmax", "nowhere", **{option: 1})


def test_layers_learn_the_same_bits_as_their_recipe(data, tmp_path):
    recipe = inkdigits.train("mlp-tanh", data, out=tmp_path / "recipe", epochs=2, progress=False)
    layers = [Dense(392, activation="tanh"), Dense(10, activation="softmax")]
    arguments = {"optimizer": "rmsprop", "batch_size": 128, "epochs": 2, "validation_split": 0, "watch_test": True}
    own = inkdigits.train(layers, data, out=tmp_path / "layers", progress=False, **arguments)
    assert own.history.records == recipe.history.records
    for name, weights in recipe.folder.weights().items():
        np.testing.assert_array_equal(own.folder.weights()[name], weights)


def test_a_module_is_trained_with_what_arguments_say(data, tmp_path):
    torch.manual_seed(0)
    module = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    run = inkdigits.train(
        module, data, out=tmp_path / "own", optimizer="sgd", learning_rate=0.5, epochs=4, progress=False
    )
    assert (run.recipe.name, run.recipe.optimizer.learning_rate, run.recipe.layers) == ("Sequential", 0.5, ())
    assert run.evaluate("test").accuracy > 0.8
    assert "Linear" in run.report().read_text("utf-8")
    again = inkdigits.Run(run.path, network=nn.Sequential(nn.Flatten(), nn.Linear(784, 10)))
    assert again.evaluate("test").errors == run.evaluate("test").errors


def test_callbacks_get_steps_and_record_and_may_end_the_training(data, tmp_path):
    seen = []

    def watch(step, record):
        seen.append((step, record.epoch, record.val_accuracy))
        return record.epoch >= 2

    train = partial(inkdigits.train, "mlp-100x2", data, out=tmp_path / "run", epochs=4, progress=False)
    run = train(callbacks=[watch])
    assert run.folder.status == "interrupted"
    assert [epoch for _, epoch, _ in seen] == [1, 2]
    assert [accuracy for *_, accuracy in seen] == run.history["val_accuracy"]
    whole = inkdigits.train("mlp-100x2", data, out=tmp_path / "whole", epochs=4, progress=False)
    assert train(resume=True).history.records == whole.history.records


def test_a_misspelt_argument_is_answered_with_the_right_one(data):
    with pytest.raises(inkdigits.InkdigitsError, match="did you mean optimizer"):
        inkdigits.train("softmax", data, optimiser="adam")
    with pytest.raises(TypeError, match="has no argument epoch"):
        inkdigits.train("softmax", data, epoch=3)
