"""Measures what the explanations draw and quote, and keeps it as JSON. Knows nothing of drawing.

MNIST and a few minutes of one core are needed. Each figure is the mean over its seeds.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from drawings.measured import MEASURED
from drawings.pen import write_line
from numpy.typing import NDArray

import inkdigits
from inkdigits.data.dataset import Dataset
from inkdigits.layers import Dense, Dropout
from inkdigits.learn.evaluation.calibration import measure_calibration
from inkdigits.learn.evaluation.temperature import fit_temperature
from inkdigits.read.decoding.ctc import softmax

SEEDS = (1, 2, 3)

LINE = "4007"
"""What is written in the line that a network reads."""

GENTLE = {"rotate_degrees": 12, "shift_pixels": 2, "scale": 0.12}
"""The augmentation of the page about over-fitting."""


def measure(names: Sequence[str] = ()) -> None:
    """Measure parts and write them to `MEASURED`; the others stay as they are.

    Args:
        names: Of `PARTS`; all if there are none.
    """
    record = json.loads(MEASURED.read_text("utf-8")) if MEASURED.exists() else {}
    mnist = inkdigits.load("mnist")
    for name in names or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            record[name] = rounded(PARTS[name](Trainings(Path(folder)), mnist))
        MEASURED.write_text(json.dumps(record) + "\n", "utf-8")


class Trainings:
    """Trains networks and forgets them.

    Args:
        folder: Where runs lie while they are needed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trained = 0

    def train(self, recipe: Any, data: Any, seed: int, **arguments: Any) -> inkdigits.Run:
        """Return a run.

        Args:
            recipe: The name of a recipe, or layers.
            data: What to learn.
            seed: The seed.
            **arguments: What else `inkdigits.train` takes.
        """
        self.trained += 1
        out = self.folder / str(self.trained)
        return inkdigits.train(recipe, data, seed=seed, out=out, progress=False, threads=1, **arguments)

    def curves(self, recipe: Any, data: Any, seeds: Sequence[int] = SEEDS, **arguments: Any) -> dict[str, Any]:
        """Return the history of a training, its mean over the seeds, and each seed's accuracy on the test digits.

        Args:
            recipe: The name of a recipe, or layers.
            data: What to learn.
            seeds: The seeds.
            **arguments: What else `inkdigits.train` takes.
        """
        runs = [self.train(recipe, data, seed, **arguments) for seed in seeds]
        keys = ("loss", "accuracy", "val_loss", "val_accuracy")
        history = {key: np.mean([run.history[key] for run in runs], axis=0).tolist() for key in keys}
        evaluations = [run.evaluate("test") for run in runs]
        tests = {
            "test": [evaluation.accuracy for evaluation in evaluations],
            "test_loss": [evaluation.loss for evaluation in evaluations],
        }
        return history | tests


def losses(trainings: Trainings, mnist: Dataset) -> dict[str, Any]:
    """Return trainings by SGD with either loss."""
    common: dict[str, Any] = {"optimizer": "sgd", "learning_rate": 0.1, "epochs": 10}
    return {
        loss: trainings.curves("mlp-100x2", mnist, loss=loss, **common)
        for loss in ("cross_entropy", "mean_squared_error")
    }


def activations(trainings: Trainings, mnist: Dataset) -> dict[str, Any]:
    """Return trainings of two hidden layers of 100 units with each activation."""
    return {
        name: trainings.curves(
            [Dense(100, activation=name), Dense(100, activation=name), Dense(10, activation="softmax")], mnist, epochs=5
        )
        for name in ("linear", "sigmoid", "tanh", "relu")
    }


def optimisers(trainings: Trainings, mnist: Dataset) -> dict[str, Any]:
    """Return trainings by each optimiser at its usual learning rate."""
    ways: dict[str, dict[str, Any]] = {
        "SGD": {"optimizer": "sgd", "learning_rate": 0.01},
        "momentum": {"optimizer": inkdigits.optimizers.SGD(learning_rate=0.01, momentum=0.9)},
        "RMSprop": {"optimizer": "rmsprop", "learning_rate": 0.001},
        "Adam": {"optimizer": "adam", "learning_rate": 0.001},
    }
    return {name: trainings.curves("mlp-100x2", mnist, epochs=5, **way) for name, way in ways.items()}


def learning_rates(trainings: Trainings, mnist: Dataset) -> dict[str, Any]:
    """Return trainings by Adam with learning rates from far too low to far too high."""
    rates = (0.00001, 0.0001, 0.001, 0.01, 0.1, 1.0)
    return {
        f"{rate:g}": trainings.curves("mlp-100x2", mnist, epochs=3, optimizer="adam", learning_rate=rate)
        for rate in rates
    }


def over_fitting(trainings: Trainings, mnist: Dataset) -> dict[str, Any]:
    """Return trainings on 1,000 digits, without a remedy and with each, and what the first says of its confidence."""
    digits = mnist.train[:1250]
    data = (digits.images, digits.labels), (mnist.test.images, mnist.test.labels)
    plain = [Dense(1000, activation="relu"), Dense(10, activation="softmax")]
    dropped = [Dense(1000, activation="relu"), Dropout(0.5), Dense(10, activation="softmax")]
    common: dict[str, Any] = {"epochs": 60, "validation_split": 0.2, "batch_size": 50}
    result = {
        "plain": trainings.curves(plain, data, **common),
        "dropout": trainings.curves(dropped, data, **common),
        "augmentation": trainings.curves(plain, data, augmentation=GENTLE, **common),
        "both": trainings.curves(dropped, data, augmentation=GENTLE, **common),
        "early": trainings.curves(plain, data, **common | {"epochs": 5}),
        "six times the digits": trainings.curves(
            plain,
            ((mnist.train.images[:7500], mnist.train.labels[:7500]), (mnist.test.images, mnist.test.labels)),
            **common | {"epochs": 10},
        ),
    }
    return result | {"confidence": confidence(trainings.train(plain, data, 1, **common))}


def confidence(run: inkdigits.Run) -> dict[str, Any]:
    """Return the reliability of a run on the test digits before and after scaling, and what refusing gains."""
    logits, labels = run.logits("test").numpy(), run.split("test").labels
    temperature = fit_temperature(run)
    result: dict[str, Any] = {"temperature": temperature, "accuracy": run.evaluate("test").accuracy}
    for name, divisor in (("before", 1.0), ("after", temperature)):
        probabilities = softmax(logits, divisor).astype(np.float32)
        calibration = measure_calibration(probabilities, labels)
        filled = [each for each in calibration.bins if each.count]
        result[name] = {
            "ece": calibration.expected_error,
            "loss": float(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-30)).mean()),
            "confidence": [each.confidence for each in filled],
            "accuracy": [each.accuracy for each in filled],
            "count": [each.count for each in filled],
            "sure": [_sure(probabilities, labels, limit) for limit in (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)],
        }
    return result


def _sure(probabilities: NDArray[np.float32], labels: NDArray[np.int64], limit: float) -> dict[str, Any]:
    """Return how many answers are at least so sure, and how many of these are wrong."""
    kept = probabilities.max(axis=1) >= limit
    wrong = probabilities.argmax(axis=1) != labels
    return {"limit": limit, "answered": int(kept.sum()), "wrong": int((kept & wrong).sum())}


def confusion(trainings: Trainings, _mnist: Dataset) -> dict[str, Any]:
    """Return how `mlp-dropout` does on `uci`: twenty seeds, and the confusion of the first."""
    runs = [trainings.train("mlp-dropout", "uci", seed) for seed in range(1, 21)]
    evaluations = [run.evaluate("test") for run in runs]
    return {
        "accuracy": [evaluation.accuracy for evaluation in evaluations],
        "errors": [evaluation.errors for evaluation in evaluations],
        "matrix": evaluations[0].confusion.tolist(),
    }


def line(_trainings: Trainings, _mnist: Dataset) -> dict[str, Any]:
    """Return what a shipped line network says of each frame of `LINE`: digits, others, blank."""
    network = inkdigits.Reader().line_networks[0]
    writing = write_line(LINE)
    frames = softmax(network.run((writing[None, None] / 255).astype(np.float32))[0])  # (T, C)
    return {"frames": frames[:, [*range(10), frames.shape[1] - 1]].tolist()}


def rounded(value: Any) -> Any:
    """Return a record with floats of four decimals.

    Args:
        value: Dictionaries, lists and numbers.
    """
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return round(value, 4) if isinstance(value, float) else value


PARTS: dict[str, Callable[[Trainings, Dataset], dict[str, Any]]] = {
    "losses": losses,
    "activations": activations,
    "optimisers": optimisers,
    "learning_rates": learning_rates,
    "over_fitting": over_fitting,
    "confusion": confusion,
    "line": line,
}
