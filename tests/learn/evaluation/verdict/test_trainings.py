"""Real short trainings on real digits, good and bad, and what is said of each."""

import numpy as np
import pytest

from inkdigits.api import Run
from inkdigits.data.dataset import Dataset, Split
from inkdigits.data.load import load
from inkdigits.learn.evaluation.verdict import find_failure
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.train import train
from inkdigits.recipes.load import load_recipe

RATE = "optimizer.learning_rate"


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load("uci")


def shuffled_labels(digits: Dataset) -> Dataset:
    chance = np.random.default_rng(0)
    parts = (Split(part.images, chance.permutation(part.labels)) for part in (digits.train, digits.test))
    return Dataset("shuffled", *parts)


def wrong_labels(digits: Dataset) -> Dataset:
    """A quarter of the labels are drawn at random."""
    chance = np.random.default_rng(0)

    def spoil(part: Split) -> Split:
        wrong, drawn = chance.random(len(part)) < 0.25, chance.integers(0, 10, len(part))
        return Split(part.images, np.where(wrong, drawn, part.labels))

    return Dataset("wrong", spoil(digits.train), spoil(digits.test))


def one_label(digits: Dataset) -> Dataset:
    parts = (Split(part.images, np.zeros_like(part.labels)) for part in (digits.train, digits.test))
    return Dataset("constant", *parts)


def blank(digits: Dataset) -> Dataset:
    parts = (Split(np.zeros_like(part.images), part.labels) for part in (digits.train, digits.test))
    return Dataset("blank", *parts)


def same_writers(digits: Dataset) -> Dataset:
    """Training and test digits of the same writers, unlike those of `uci`."""
    order = np.random.default_rng(0).permutation(1797)
    images = np.concatenate([digits.train.images, digits.test.images])[order]
    labels = np.concatenate([digits.train.labels, digits.test.labels])[order]
    return Dataset("mixed", Split(images[:1397], labels[:1397]), Split(images[1397:], labels[1397:]))


def lasting(steps: int, **more: object) -> dict[str, object]:
    """Return the length of a training with ten records and one checkpoint, which takes longer than such a training."""
    return {"steps": steps, "record_every": max(steps // 10, 1), "checkpoint_every": steps} | more


DROPOUT = [
    {"type": "flatten"},
    {"type": "dense", "units": 100, "activation": "relu"},
    {"type": "dropout", "rate": 0.8},
    {"type": "dense", "units": 10, "activation": "softmax"},
]

CASES = {
    "good": (same_writers, lasting(300, **{RATE: 0.003}), "good", "Good: "),
    "still improving": (same_writers, lasting(70), "still_improving", "training longer may help"),
    "under-fitting": (None, lasting(10), "under_fitting", "read right; train longer"),
    "one record": (None, {"epochs": 1}, "under_fitting", "read right; train longer"),
    "strong dropout": (
        same_writers,
        lasting(150, layers=DROPOUT),
        "still_improving",
        "validation digits are read right",
    ),
    "over-fitting": (wrong_labels, lasting(300, **{RATE: 0.005}), "over_fitting", "Over-fitting since step"),
    "few digits": (lambda digits: digits.limited(100), lasting(60), "over_fitting", "more training digits"),
    "tiny": (lambda digits: digits.limited(20, 20), lasting(40), "over_fitting", "of 20 test digits"),
    "absurd rate": (None, lasting(60, **{RATE: 1e8}), "learned_nothing", "--set optimizer.learning_rate=0.001"),
    "absurd rate, one layer": (
        None,
        lasting(60, layers=[DROPOUT[0], DROPOUT[-1]], **{RATE: 1e8}),
        "learning_rate_too_high",
        "--set optimizer.learning_rate=0.001",
    ),
    "high rate": (None, lasting(60, **{RATE: 1.0}), "learned_nothing", "1, is probably too high"),
    "low rate": (None, lasting(30, **{RATE: 1e-9}), "learned_nothing", "1e-09, is probably too low"),
    "constant labels": (one_label, lasting(20), "learned_nothing", "Every training label is 0"),
    "blank": (blank, lasting(20), "learned_nothing", "All training pictures are the same"),
    "shuffled": (shuffled_labels, lasting(300), "learned_nothing", "labels may not belong"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_said_of_a_training(case, digits, tmp_path):
    change, settings, kind, words = CASES[case]
    data = change(digits) if change else digits
    options = TrainingOptions(tmp_path / "run", progress=False, threads=1, tensorboard=False, device="cpu")
    run = Run(train(load_recipe("mlp-100x2", settings), data, options).path, data=data)
    verdict = run.verdict()
    assert verdict.kind == kind, verdict
    assert words in verdict.headline
    failure = find_failure(run)
    assert (failure == verdict.headline) if verdict.is_failure else failure is None
    if "rate" in case:
        assert "longer" not in " ".join((verdict.headline, *verdict.details))


def test_answers_that_are_not_finite_are_told_of(digits, tmp_path):
    """Weights that are finite and answers that are not: said in a line, not raised after training."""
    data = digits.limited(200, 50)
    options = TrainingOptions(tmp_path / "run", progress=False, threads=1, tensorboard=False, device="cpu")
    folder = train(load_recipe("softmax", {"epochs": 1}), data, options)
    weights = {key: np.full_like(value, 3e38) for key, value in folder.weights().items()}
    folder.save_weights(weights)
    folder.write_json("metrics.json", {"test": folder.read_json("metrics.json")["test"] | {"loss": None}})
    failure = find_failure(Run(folder.path, data=data))
    assert failure is not None
    assert "overflows" in failure
    assert "lower optimizer.learning_rate" in failure
