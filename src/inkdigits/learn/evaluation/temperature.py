"""What a run's logits must be divided by for its confidence to mean what it says. Knows nothing of files."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from inkdigits.core.errors import DataError, RunError
from inkdigits.learn.evaluation.trained import TrainedRun
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.learn.training.tasks.task import Task

_EXAMPLES = 3000

_CHOICES = np.geomspace(0.5, 3.0, 61)
"""Temperatures tried: a factor of 1.03 from one to the next is finer than 3,000 examples can tell."""


def fit_temperature(run: TrainedRun) -> float:
    """Find the temperature that makes the held-back digits likeliest.

    They are shown as the network was taught, with all changes of its recipe: on digits as clean as MNIST's own, a
    network that will read photos must not learn how sure it may be.

    Args:
        run: A finished run.

    Returns:
        What to divide logits by; 1 where the run held nothing back, or its data is gone.

    Source: Guo et al., "On Calibration of Modern Neural Networks", 2017.
    """
    try:
        held_back = run.split("validation")
    except (RunError, DataError):
        return 1.0
    # With smoothed labels the likeliest temperature would be the one that makes answers as unsure as these.
    recipe = run.recipe.model_copy(update={"label_smoothing": 0.0})
    task = make_task(recipe, held_back, seed=0, device=torch.device("cpu"))
    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(0)
        losses = _losses(run, task)
    return float(_CHOICES[losses.argmin()])


def _losses(run: TrainedRun, task: Task) -> NDArray[np.float64]:
    network, batch_size = run.network.cpu(), run.recipe.batch_size
    losses = np.zeros(len(_CHOICES))
    for number in range(min(task.steps_per_epoch, -(-_EXAMPLES // batch_size))):
        batch = task.batch(number)
        logits = network(batch.pictures)
        losses += [float(task.loss(logits / float(choice), batch)) * batch.examples for choice in _CHOICES]
    return losses
