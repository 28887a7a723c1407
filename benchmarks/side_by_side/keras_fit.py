"""Keras 3 on the backend that $KERAS_BACKEND names: `fit` on NumPy arrays, with Keras's defaults.

The time is that of one call of `fit`. A call with a few batches during the set-up has traced and compiled the step.
"""

import math
import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import keras  # type: ignore[import-not-found]  # there only in an environment of its own
import numpy as np

from side_by_side.digits import FIRST_STEPS, as_floats, read_digits
from side_by_side.workload import Workload


class Contender:
    """Keras's `fit`.

    Args:
        workload: What to train.
    """

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self._digits = read_digits(workload)

    def set_up(self) -> None:
        """Scale the digits, build and compile the model, take the first steps and undo them."""
        keras.utils.set_random_seed(self.workload.seed)
        self._images = as_floats(self._digits.images)
        self._test = (as_floats(self._digits.test_images), self._digits.test_labels)
        self._model = build(self.workload)
        optimizer = self._model.optimizer
        optimizer.build(self._model.trainable_variables)
        variables = [*self._model.weights, *optimizer.variables]
        # Copies, because some backends return the memory that the steps will change.
        before = [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]
        few = FIRST_STEPS * self.workload.batch_size
        self._fit(self._images[:few], self._digits.labels[:few])
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)

    def train(self) -> float:
        """Call `fit`, and return the seconds it took."""
        start = time.perf_counter()
        options: dict[str, Any] = {"epochs": self.workload.epochs}
        if not self.workload.epochs_are_passes:
            _check_divides(self.workload)
            options["steps_per_epoch"] = self.workload.steps_per_epoch
        if self.workload.validation:
            options["validation_split"] = self.workload.validation
        elif self.workload.watched:
            options["validation_data"] = self._test
        self._fit(self._images, self._digits.labels, **options)
        # Some backends return before they have computed everything: reading the weights waits for the end.
        for weight in self._model.weights:
            np.asarray(keras.ops.convert_to_numpy(weight))
        return time.perf_counter() - start

    def test_accuracy(self) -> float:
        """Return the share of test digits that are classified right."""
        return float(self._model.evaluate(*self._test, verbose=0, return_dict=True)["accuracy"])

    def made_with(self) -> dict[str, Any]:
        """Return versions of Keras and its backend."""
        found = {}
        for name in ("keras", "tensorflow-cpu", "jax", "torch", "numpy"):
            try:
                found[name] = version(name)
            except PackageNotFoundError:
                continue
        return found | {"precision": keras.config.floatx()}

    def _fit(self, images: Any, labels: Any, **options: Any) -> None:
        self._model.fit(images, labels, batch_size=self.workload.batch_size, verbose=0, **options)


def _check_divides(workload: Workload) -> None:
    """Refuse what Keras would cut short with a mere warning."""
    per_pass = math.ceil(workload.learned / workload.batch_size)
    if per_pass % workload.steps_per_epoch:
        raise ValueError(
            f"{workload.network}: a record every {workload.steps_per_epoch} steps of {per_pass} a pass; "
            "Keras expects a divisor"
        )


def build(workload: Workload) -> Any:
    """Return the compiled model of a workload.

    Args:
        workload: Layers and optimiser.
    """
    convolutional = any(layer["type"] == "conv2d" for layer in workload.layers)
    shape = (28, 28, 1) if convolutional else (28, 28)
    model = keras.Sequential([keras.Input(shape), *(_layer(layer) for layer in workload.layers)])
    model.compile(_optimizer(workload.optimizer), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _layer(layer: dict[str, Any]) -> Any:
    match layer["type"]:
        case "flatten":
            return keras.layers.Flatten()
        case "dropout":
            return keras.layers.Dropout(layer["rate"])
        case "max_pool":
            return keras.layers.MaxPooling2D(layer["size"], layer.get("stride"))
        case "dense":
            return keras.layers.Dense(layer["units"], **_weighted(layer))
        case "conv2d":
            options = {"strides": layer["stride"], "padding": layer["padding"]}
            return keras.layers.Conv2D(layer["filters"], layer["kernel_size"], **options, **_weighted(layer))
    raise ValueError(f"no Keras layer is known here for {layer['type']}; expected one of the six networks' layers")


def _weighted(layer: dict[str, Any]) -> dict[str, Any]:
    start = layer["initializer"]
    truncated = keras.initializers.TruncatedNormal(stddev=start["stddev"]) if "stddev" in start else start["name"]
    return {
        "activation": layer["activation"],
        "use_bias": layer["use_bias"],
        "kernel_initializer": truncated,
        "bias_initializer": keras.initializers.Constant(layer["bias"]),
    }


def _optimizer(settings: dict[str, Any]) -> Any:
    kinds = {"sgd": keras.optimizers.SGD, "rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam}
    options = {key: value for key, value in settings.items() if key != "name" and value}
    return kinds[settings["name"]](**options)
