"""One training step after another on one device. Knows nothing of epochs' meaning, records, files or screens."""

import math

import torch
from torch import Tensor, nn

from inkdigits.data.dataset import Split
from inkdigits.learn.networks.modules import count_parameters, device_of
from inkdigits.learn.training.engine.backward import AutogradStep, Step, StepResult, computing_in
from inkdigits.learn.training.engine.conv_backbone_step import ConvBackboneStep
from inkdigits.learn.training.engine.cuda_graphs import Capture, CapturedWork
from inkdigits.learn.training.engine.ema import ExponentialMovingAverage
from inkdigits.learn.training.engine.fused_mlp import FusedMLP
from inkdigits.learn.training.engine.metric_accumulator import MetricAccumulator
from inkdigits.learn.training.engine.optimizers import build_optimizer
from inkdigits.learn.training.tasks.inference import Score
from inkdigits.learn.training.tasks.task import Batch, Task
from inkdigits.recipes import Recipe
from inkdigits.runs.tensor_files import strip_prefix


class Trainer:
    """Network, optimiser and task, ready to step.

    Args:
        network: From float32 (N, 1, H, W) to logits; trained in place.
        recipe: What to learn and how.
        task: What to learn from.
        device: Where to compute.
        precision: What to compute convolutions and matrix products in; weights, losses and sums stay float32.
        capture: How to capture the work of a step, to be replayed from then on; None does it anew each time.

    Attributes:
        network: What learns.
        optimizer: Changes its weights.
        precision: As asked for.
        way: How steps are taken.
        task: What it learns from.
        patience_s: How long figures may be left where they are: to collect them is to wait for the device, which
            costs nothing on a processor and stops a GPU.
    """

    def __init__(
        self,
        network: nn.Module,
        recipe: Recipe,
        task: Task,
        *,
        device: torch.device,
        precision: torch.dtype = torch.float32,
        capture: Capture | None = None,
    ) -> None:
        self.device, self.precision = device, precision
        self.patience_s = 0.1 if device.type == "cpu" else math.inf
        self.network = network.to(device)
        learned = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.optimizer = build_optimizer(recipe.optimizer, learned)
        self.task = task
        self._step = make_step(self.network, self.task, recipe, precision)
        self._tally = MetricAccumulator()
        self._gradient_norm = recipe.gradient_norm
        averaging = recipe.weight_averaging
        self._average = ExponentialMovingAverage(self.network, averaging) if averaging else None
        self._captured = CapturedWork(self._learn, capture) if capture else None
        # What was captured reads the learning rate anew each time only from a tensor.
        self._learning_rate: float | Tensor = torch.zeros((), device=device) if capture else 0.0
        self.way = "captured and replayed" if capture else "one by one"

    @property
    def result(self) -> nn.Module:
        """The network as it would be kept: with averaged weights, where the recipe asks for them."""
        return self._average.network if self._average else self.network

    def step(self, number: int, learning_rate: float) -> None:
        """Learn from the batch of step `number`, counted from 0."""
        if isinstance(self._learning_rate, Tensor):
            self._learning_rate.fill_(learning_rate)
        else:
            self._learning_rate = learning_rate
        outcome = (self._captured or self._learn)(self.task.batch(number))
        if self._captured and self._captured.refusal:
            self.way = f"one by one: {self._captured.refusal}"
        if self._average:
            self._average.update(self.network, number)
        self.update_metrics(outcome)

    def _learn(self, batch: Batch) -> StepResult:
        """Do the work of a step: the same kernels on the same memory each time, and nothing that waits for them."""
        outcome = self._step(batch)
        if self._gradient_norm:
            nn.utils.clip_grad_norm_(self.optimizer.parameters, self._gradient_norm)
        gradients = [parameter.grad for parameter in self.optimizer.parameters if parameter.grad is not None]
        self.optimizer.step(gradients, self._learning_rate)
        return outcome

    def update_metrics(self, outcome: StepResult) -> None:
        """Remember how a step went until somebody asks."""
        self._tally.add(outcome)

    def collect(self) -> list[tuple[float, int, int]]:
        """Return what the steps since the last call came to.

        Returns:
            For each the batch's mean loss before the step, how many of its examples were right, and how many it has.
        """
        return self._tally.collect()

    def score(self, split: Split) -> Score:
        """Measure the network as it would be kept."""
        with computing_in(self.precision, self.device):
            return self.task.score(self.result, split)

    def weights(self) -> dict[str, Tensor]:
        """Return a copy of all that the network as it would be kept has learned, on the CPU."""
        return _copy(self.result)

    def is_finite(self) -> bool:
        """Tell whether all that was learned is finite: a loss tells of the last step only in the next one."""
        return all(bool(value.isfinite().all()) for value in self.network.state_dict().values())

    def tensors(self) -> dict[str, Tensor]:
        """Return everything that the next step depends on: weights, optimiser, random states."""
        tensors = {f"network.{name}": value for name, value in _copy(self.network).items()}
        if self._average:
            tensors |= {f"average.{name}": value for name, value in _copy(self._average.network).items()}
        tensors |= {f"optimizer.{name}": value for name, value in self.optimizer.tensors().items()}
        tensors["random.cpu"] = torch.get_rng_state()
        if self.device.type == "cuda":
            tensors["random.cuda"] = torch.cuda.get_rng_state(self.device)
        if self.device.type == "mps":
            tensors["random.mps"] = torch.mps.get_rng_state()
        return tensors

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go back to what `tensors` returned."""
        self.restore_weights(tensors)
        self.optimizer.restore(strip_prefix("optimizer.", tensors))
        torch.set_rng_state(tensors["random.cpu"])
        if "random.cuda" in tensors and self.device.type == "cuda":
            torch.cuda.set_rng_state(tensors["random.cuda"], self.device)
        if "random.mps" in tensors and self.device.type == "mps":
            torch.mps.set_rng_state(tensors["random.mps"])

    def restore_weights(self, tensors: dict[str, Tensor]) -> None:
        """Go back to the weights alone, which is enough where no step follows."""
        self.network.load_state_dict(strip_prefix("network.", tensors))
        if self._average:
            self._average.network.load_state_dict(strip_prefix("average.", tensors))


def make_step(network: nn.Module, task: Task, recipe: Recipe, precision: torch.dtype) -> Step:
    """Return the fastest step that computes exactly what recipe and network ask for."""
    kind, single = device_of(network).type, precision == torch.float32
    if kind == "cpu" or (kind == "cuda" and single):
        if FusedMLP.fits(network):
            return FusedMLP([network], task, recipe, precision)
        if ConvBackboneStep.fits(network):
            return ConvBackboneStep(network, task, recipe, precision)
    return AutogradStep(network, task, precision)


_TOO_SMALL_TO_SHARE = 30_000
"""Parameters of a dense stack up to which a thread alone is faster: a second one is waited for longer than it helps.

A step on two cores of an AMD EPYC (Zen 3): `softmax` (7,850 parameters) 0.38 ms with one thread and 0.66 with two,
`mlp-100x2` (89,610) 1.4 and 1.3.
"""


def choose_threads(asked: int | None, network: nn.Module, device: torch.device) -> int | None:
    """Return how many threads to train with: what was asked for, one for the smallest, None for as many as there are.

    Examples:
        >>> choose_threads(None, nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), torch.device("cpu"))
        1
    """
    alone = device.type == "cpu" and FusedMLP.fits(network) and count_parameters(network) <= _TOO_SMALL_TO_SHARE
    return 1 if asked is None and alone else asked


def _copy(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().to("cpu", copy=True).contiguous() for name, value in network.state_dict().items()}
