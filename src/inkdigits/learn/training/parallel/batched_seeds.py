"""Several seeds of one small network as a single computation. Knows nothing of processes or screens.

A step of a small network costs mostly the calls that start its computations. Here each tensor holds all seeds along its
first axis, and one call computes the step of all. Every seed still has an order of digits and a run folder of its own,
and the same result as alone, except for rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

import torch
from torch import nn

from inkdigits.core.errors import InkdigitsError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.networks.modules import count_parameters
from inkdigits.learn.training.engine.fused_mlp import FusedMLP
from inkdigits.learn.training.engine.optimizers import build_optimizer
from inkdigits.learn.training.engine.step_metrics import PendingMetrics
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.interrupt import stop_on_signal
from inkdigits.learn.training.listeners.listener import ListenerFactory
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.session import TrainingSession
from inkdigits.learn.training.setup.open_session import open_session
from inkdigits.learn.training.tasks.digits import DigitTask
from inkdigits.learn.training.tasks.inference import as_input
from inkdigits.learn.training.tasks.task import Batch
from inkdigits.recipes import Recipe
from inkdigits.runs.folder import RunFolder

_MAX_PARAMETERS = 100_000
"""Parameters up to which one step of several seeds is cheaper than a step of each.

CPU time of a seed alone over that in a batch of five or eight, one thread, 2 cores of an AMD EPYC (Zen 3): `softmax`
(7,850 parameters) 1.7, `mlp-100x2` (89,610) 1.3, `mlp-tanh` (311,650) and `mlp-dropout` (669,706) 1.1, `mlp-1000`
(795,010) 0.9 to 1.2.
"""


def can_batch_seeds(recipe: Recipe, network: nn.Module) -> bool:
    """Tell whether seeds of a recipe can be trained as a batch, and gain by it.

    Dropout and augmentation can't: they draw from torch's one random state.

    Args:
        recipe: What the seeds train.
        network: Its network.

    Examples:
        >>> from inkdigits.learn.networks.build import build_network
        >>> from inkdigits.recipes import load_recipe
        >>> [can_batch_seeds(recipe, build_network(recipe)) for recipe in map(load_recipe, ("softmax", "mlp-1000"))]
        [True, False]
    """
    if recipe.augmentation or recipe.weight_averaging or recipe.gradient_norm or recipe.label_smoothing:
        return False
    has_dropout = any(isinstance(module, nn.Dropout) for module in network.modules())
    is_plain = recipe.loss == "cross_entropy" and not recipe.reads_lines and not has_dropout
    return is_plain and FusedMLP.fits(network) and count_parameters(network) <= _MAX_PARAMETERS


def checkpoint_step(run: RunFolder) -> int:
    """Return the step of a run's last checkpoint, 0 where it has none.

    Args:
        run: The run, which need not be there.
    """
    if not (run.exists and run.has_checkpoint):
        return 0
    step: int = run.load_checkpoint()[1]["step"]
    return step


class SeedBatch:
    """Trainers of several seeds that take their steps as one computation.

    Args:
        trainers: Of one recipe that `can_batch_seeds`, all at the same step. Their weights and the state of their
            optimisers become parts of the tensors here.
        recipe: What they learn.
    """

    def __init__(self, trainers: Sequence[Trainer], recipe: Recipe) -> None:
        self._trainers = trainers
        self._tasks = [trainer.task for trainer in trainers if isinstance(trainer.task, DigitTask)]
        networks, first = [trainer.network for trainer in trainers], trainers[0]
        self._fused_mlp = FusedMLP(networks, first.task, recipe, first.precision)
        # One call for all, but a tensor for each seed: sums over longer tensors would be rounded differently.
        learned = [parameter for trainer in trainers for parameter in trainer.optimizer.parameters]
        self._optimizer = build_optimizer(recipe.optimizer, learned)
        self._gradients = [parameter.grad for parameter in learned if parameter.grad is not None]
        for number, trainer in enumerate(trainers):
            trainer.step_mode = f"{len(trainers)} seeds at once"
            part = slice(number * len(trainer.optimizer.parameters), (number + 1) * len(trainer.optimizer.parameters))
            for name, values in self._optimizer.state.items():
                trainer.optimizer.state[name] = values[part]

    def step(self, number: int, learning_rate: float) -> None:
        """Let each trainer learn from its batch of one step.

        Args:
            number: The step, counted from 0.
            learning_rate: Of this step.
        """
        images, labels = zip(*(task.digits(number) for task in self._tasks), strict=True)
        pictures = as_input(torch.stack(images))  # (S, N, 1, 28, 28)
        metrics = self._fused_mlp(Batch(pictures, torch.stack(labels), len(labels[0])))
        self._optimizer.step(self._gradients, learning_rate)
        assert isinstance(metrics, PendingMetrics)
        for trainer, logits, targets in zip(self._trainers, metrics.logits, metrics.targets, strict=True):
            trainer.update_metrics(PendingMetrics(logits, targets))


def train_batched_seeds(
    recipe: Recipe,
    dataset: Dataset,
    options: Sequence[TrainingOptions],
    listener_factory: ListenerFactory | None = None,
) -> list[RunFolder | InkdigitsError]:
    """Do what `train` does for several seeds, as one computation.

    Args:
        recipe: One that `can_batch_seeds`.
        dataset: What to learn from and be measured on.
        options: Trainings that stand at the same step; they differ in seed and folder only.
        listener_factory: Makes the listener that shows each, where the options ask for one.

    Returns:
        For each its run, or the error that ended it alone.

    Raises:
        InkdigitsError: One of them can't begin.
    """
    with ExitStack() as stack:
        opened = [
            stack.enter_context(open_session(recipe, dataset, one, listener_factory=listener_factory))
            for one in options
        ]
        errors = _run([session for _, session in opened if session], recipe)
        return [errors.get(folder, folder) for folder, _ in opened]


def _run(sessions: Sequence[TrainingSession], recipe: Recipe) -> dict[RunFolder, InkdigitsError]:
    errors: dict[RunFolder, InkdigitsError] = {}
    if not sessions:
        return errors
    seed_batch = SeedBatch([session.trainer for session in sessions], recipe)
    with stop_on_signal() as stop_requested:
        is_stopping = False  # looked up once a step, so that all stop at the same one
        running = {session: session.steps(lambda: is_stopping) for session in sessions}
        while running:
            due: set[tuple[int, float]] = set()
            for session, steps in list(running.items()):
                try:
                    due.add(next(steps))
                except StopIteration:
                    del running[session]
                except InkdigitsError as error:
                    errors[session.folder] = error
                    del running[session]
            # Seeds that have ended stay in the batch: that costs less than to take the tensors apart.
            for number, learning_rate in due:
                seed_batch.step(number, learning_rate)
            is_stopping = is_stopping or stop_requested()
    return errors
