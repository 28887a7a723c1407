"""Several seeds of one small network as a single computation. Knows nothing of processes or screens.

A step of a small network costs mostly what it takes to ask for it. Here each tensor has a copy for every seed along
its first axis, and one step is asked for all. Every seed still has digits in its own order and a run folder of its own,
and what comes out is what it would have come to alone, to within rounding.
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
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.progress_bar import ListenerFactory
from inkdigits.learn.training.session import TrainingSession
from inkdigits.learn.training.tasks.digits import DigitTask
from inkdigits.learn.training.tasks.inference import as_input
from inkdigits.learn.training.tasks.task import Batch
from inkdigits.learn.training.train import prepared
from inkdigits.recipes import Recipe
from inkdigits.runs.folder import RunFolder

_WORTH_IT = 100_000
"""Parameters up to which a step for several seeds is cheaper than a step for each.

CPU time a seed, five or eight of them, one thread, 2 cores of an AMD EPYC (Zen 3): `softmax` (7,850 parameters) 1.7
times as fast, `mlp-100x2` (89,610) 1.3, `mlp-tanh` (311,650) and `mlp-dropout` (669,706) 1.1, `mlp-1000` (795,010) 0.9
to 1.2.
"""


def can_batch_seeds(recipe: Recipe, network: nn.Module) -> bool:
    """Tell whether seeds of a recipe gain by learning together, and can: dropout and augmentation draw from one source.

    Examples:
        >>> from inkdigits.learn.networks.build import build_network
        >>> from inkdigits.recipes import load_recipe
        >>> [can_batch_seeds(recipe, build_network(recipe)) for recipe in map(load_recipe, ("softmax", "mlp-1000"))]
        [True, False]
    """
    if recipe.augmentation or recipe.weight_averaging or recipe.gradient_norm or recipe.label_smoothing:
        return False
    chance = any(isinstance(module, nn.Dropout) for module in network.modules())
    plain = recipe.loss == "cross_entropy" and not recipe.reads_lines and not chance
    return plain and FusedMLP.fits(network) and count_parameters(network) <= _WORTH_IT


def checkpoint_step(path: RunFolder) -> int:
    """Return the step that a training of this folder would go on from."""
    if not (path.exists and path.has_checkpoint):
        return 0
    step: int = path.load_checkpoint()[1]["step"]
    return step


class SeedBatch:
    """Engines that take their steps together.

    Args:
        trainers: Of one recipe that `can_batch_seeds`, all at the same step. Their weights become parts of the tensors
            here, and what their optimisers remember is remembered here.
        recipe: What they learn.
    """

    def __init__(self, trainers: Sequence[Trainer], recipe: Recipe) -> None:
        self._trainers = trainers
        self._task = [trainer.task for trainer in trainers if isinstance(trainer.task, DigitTask)]
        networks, first = [trainer.network for trainer in trainers], trainers[0]
        self._stack = FusedMLP(networks, first.task, recipe, first.precision)
        # One call for all, but a tensor for each seed: over longer ones sums would be rounded in other places.
        learned = [parameter for trainer in trainers for parameter in trainer.optimizer.parameters]
        self._optimizer = build_optimizer(recipe.optimizer, learned)
        self._gradients = [parameter.grad for parameter in learned if parameter.grad is not None]
        for number, trainer in enumerate(trainers):
            trainer.step_mode = f"{len(trainers)} seeds at once"
            part = slice(number * len(trainer.optimizer.parameters), (number + 1) * len(trainer.optimizer.parameters))
            for name, values in self._optimizer.state.items():
                trainer.optimizer.state[name] = values[part]

    def step(self, number: int, learning_rate: float) -> None:
        """Let each trainer learn from its batch of step `number`."""
        images, labels = zip(*(task.digits(number) for task in self._task), strict=True)
        answers = self._stack(Batch(as_input(torch.stack(images)), torch.stack(labels), len(labels[0])))
        self._optimizer.step(self._gradients, learning_rate)
        assert isinstance(answers, PendingMetrics)
        for trainer, logits, targets in zip(self._trainers, answers.logits, answers.targets, strict=True):
            trainer.update_metrics(PendingMetrics(logits, targets))


def train_batched_seeds(
    recipe: Recipe, dataset: Dataset, options: Sequence[TrainingOptions], watch: ListenerFactory | None = None
) -> list[RunFolder | InkdigitsError]:
    """Do what `train` does for each of the options, which differ in seed and folder only, as one computation.

    Args:
        recipe: One that `can_batch_seeds`.
        dataset: What to learn from and be measured on.
        options: Trainings that stand at the same step.
        watch: Makes what shows each, where the options ask for that.

    Returns:
        For each its run, or what went wrong in it alone.
    """
    with ExitStack() as stack:
        made = [stack.enter_context(prepared(recipe, dataset, one, watch=watch)) for one in options]
        errors = _run([session for _, session in made if session], recipe)
        return [errors.get(folder, folder) for folder, _ in made]


def _run(sessions: Sequence[TrainingSession], recipe: Recipe) -> dict[RunFolder, InkdigitsError]:
    errors: dict[RunFolder, InkdigitsError] = {}
    if not sessions:
        return errors
    copies = SeedBatch([session.trainer for session in sessions], recipe)
    with stop_on_signal() as asked:
        stop = False  # asked once a step, so that all stop at the same one
        going = {session: session.steps(lambda: stop) for session in sessions}
        while going:
            due: set[tuple[int, float]] = set()
            for session, steps in list(going.items()):
                try:
                    due.add(next(steps))
                except StopIteration:
                    del going[session]
                except InkdigitsError as error:
                    errors[session.folder] = error
                    del going[session]
            # Those that are over are carried along: that costs less than to take the tensors apart.
            for number, learning_rate in due:
                copies.step(number, learning_rate)
            stop = stop or asked()
    return errors
