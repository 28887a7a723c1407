"""Temperature scaling: the divisor of the logits that makes confidence match accuracy. Knows nothing of files."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from inkdigits.core.errors import DataError, RunError
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.learn.training.tasks.task import Task

_EXAMPLES = 3000

_TEMPERATURES = np.geomspace(0.5, 3.0, 61)
"""Those tried. Neighbours differ by a factor of 1.03, which is finer than 3,000 examples can distinguish."""


def fit_temperature(run: TrainedRun) -> float:
    """Return the temperature with the lowest loss on the validation digits.

    The digits are augmented as in training: the confidence of a network that will read photos must not be fitted to
    digits as clean as MNIST's. It is 1 where the run has no validation digits, or its data is gone.

    Args:
        run: A finished run.

    Source: Guo et al., "On Calibration of Modern Neural Networks", 2017.
    """
    try:
        validation = run.split("validation")
    except (RunError, DataError):
        return 1.0
    # Smoothed labels would favour a temperature that makes predictions as unsure as they are.
    recipe = run.recipe.model_copy(update={"label_smoothing": 0.0, "hands": 0.0})
    task = make_task(recipe, validation, seed=0, device=torch.device("cpu"))
    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(0)
        losses = _losses(run, task)
    return float(_TEMPERATURES[losses.argmin()])


def _losses(run: TrainedRun, task: Task) -> NDArray[np.float64]:
    network, batch_size = run.network.cpu(), run.recipe.batch_size
    losses = np.zeros(len(_TEMPERATURES))
    for number in range(min(task.steps_per_epoch, -(-_EXAMPLES // batch_size))):
        batch = task.batch(number)
        logits = network(batch.pictures)
        losses += [
            float(task.loss(logits / float(temperature), batch)) * batch.examples for temperature in _TEMPERATURES
        ]
    return losses
