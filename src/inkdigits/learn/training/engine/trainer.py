"""Takes training steps on one device, with the fastest `Step` that fits. Knows nothing of epochs, files or screens."""

import math

import torch
from torch import Tensor, nn

from inkdigits.data.dataset import Split
from inkdigits.learn.networks.modules import device_of, trainable_parameters
from inkdigits.learn.training.engine.autograd_step import AutogradStep, Step, autocast
from inkdigits.learn.training.engine.conv_backbone_step import ConvBackboneStep
from inkdigits.learn.training.engine.cuda_graphs import Capture, GraphedStep
from inkdigits.learn.training.engine.ema import ExponentialMovingAverage
from inkdigits.learn.training.engine.fused_mlp import FusedMLP
from inkdigits.learn.training.engine.optimizers import build_optimizer
from inkdigits.learn.training.engine.step_metrics import MetricAccumulator, StepResult
from inkdigits.learn.training.tasks.inference import Score
from inkdigits.learn.training.tasks.task import Batch, Task
from inkdigits.recipes import Recipe
from inkdigits.runs.tensor_files import strip_prefix


class Trainer:
    """Network, optimiser and task of a training, ready to take steps.

    Args:
        network: From float32 (N, 1, H, W) to logits; trained in place.
        recipe: Loss, optimiser, gradient clipping and weight averaging.
        task: Batches and their loss.
        device: Where to compute.
        precision: What to compute convolutions and matrix products in; weights, losses and sums stay float32.
        capture: How to capture a step for replay (see `GraphedStep`); None runs each step as it is.

    Attributes:
        network: The network in training.
        optimizer: Updates its weights.
        task: Batches and their loss.
        device: Where it computes.
        precision: What convolutions and matrix products are computed in.
        step_mode: How steps are taken, in words for the run's record.
        metrics_interval_s: The most seconds that metrics stay on the device before they are read. To read them
            waits for the device, which costs nothing on a CPU and stalls a GPU.
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
        self.metrics_interval_s = 0.1 if device.type == "cpu" else math.inf
        self.network = network.to(device)
        trainable = trainable_parameters(self.network)
        self.optimizer = build_optimizer(recipe.optimizer, trainable)
        self.task = task
        self._step = make_step(self.network, self.task, recipe, precision)
        self._metrics = MetricAccumulator()
        self._gradient_norm = recipe.gradient_norm
        decay = recipe.weight_averaging
        self._ema = ExponentialMovingAverage(self.network, decay) if decay else None
        self._graphed_step = GraphedStep(self._forward_backward_update, capture) if capture else None
        # A replayed graph reads a new learning rate only from a tensor.
        self._learning_rate: float | Tensor = torch.zeros((), device=device) if capture else 0.0
        self.step_mode = "captured and replayed" if capture else "one by one"

    @property
    def final_network(self) -> nn.Module:
        """The network that is evaluated and kept: the averaged one, if the recipe has weight averaging."""
        return self._ema.network if self._ema else self.network

    def step(self, number: int, learning_rate: float) -> None:
        """Take a training step.

        Args:
            number: Which batch of the task to train on, counted from 0.
            learning_rate: At least 0.
        """
        if isinstance(self._learning_rate, Tensor):
            self._learning_rate.fill_(learning_rate)
        else:
            self._learning_rate = learning_rate
        result = (self._graphed_step or self._forward_backward_update)(self.task.batch(number))
        if self._graphed_step and self._graphed_step.fallback_reason:
            self.step_mode = f"one by one: {self._graphed_step.fallback_reason}"
        if self._ema:
            self._ema.update(self.network, number)
        self.update_metrics(result)

    def _forward_backward_update(self, batch: Batch) -> StepResult:
        """Do the work of a step: the same kernels on the same memory each time, and nothing that waits for them."""
        result = self._step(batch)
        if self._gradient_norm:
            nn.utils.clip_grad_norm_(self.optimizer.parameters, self._gradient_norm)
        gradients = [parameter.grad for parameter in self.optimizer.parameters if parameter.grad is not None]
        self.optimizer.step(gradients, self._learning_rate)
        return result

    def update_metrics(self, result: StepResult) -> None:
        """Add the result of a step to the metrics.

        Args:
            result: Metrics of the batch, on the device.
        """
        self._metrics.update(result)

    def compute_step_metrics(self) -> list[tuple[float, int, int]]:
        """Return the metrics of the steps since the last call.

        Returns:
            For each step the batch's mean loss before it, the number of correct examples, and of all examples.
        """
        return self._metrics.compute()

    def score(self, split: Split) -> Score:
        """Evaluate the network that is kept.

        Args:
            split: What to evaluate it on.

        Returns:
            Loss and accuracy.
        """
        with autocast(self.precision, self.device):
            return self.task.score(self.final_network, split)

    def weights(self) -> dict[str, Tensor]:
        """Return a copy of the weights of the network that is kept, on the CPU.

        Returns:
            By name, of any shape and dtype, any finite value: float32, and int64 for the counts of batch norms.
        """
        return _copy(self.final_network)

    def is_finite(self) -> bool:
        """Tell whether all weights are finite: the loss shows the effect of a step only in the next one."""
        return all(bool(value.isfinite().all()) for value in self.network.state_dict().values())

    def state_dict(self) -> dict[str, Tensor]:
        """Return a copy, on the CPU, of all that the next step depends on: weights, optimiser state, random states.

        Returns:
            By name, of any shape and dtype, any value: `network.…`, `average.…`, `optimizer.…`, `random.…`.
        """
        tensors = {f"network.{name}": value for name, value in _copy(self.network).items()}
        if self._ema:
            tensors |= {f"average.{name}": value for name, value in _copy(self._ema.network).items()}
        tensors |= {f"optimizer.{name}": value for name, value in self.optimizer.state_dict().items()}
        tensors["random.cpu"] = torch.get_rng_state()
        if self.device.type == "cuda":
            tensors["random.cuda"] = torch.cuda.get_rng_state(self.device)
        if self.device.type == "mps":
            tensors["random.mps"] = torch.mps.get_rng_state()
        return tensors

    def load_state_dict(self, tensors: dict[str, Tensor]) -> None:
        """Set weights, optimiser state and random states to what `state_dict` returned.

        Args:
            tensors: By name, of any shape and dtype, any value.
        """
        self.load_weights(tensors)
        self.optimizer.load_state_dict(strip_prefix("optimizer.", tensors))
        torch.set_rng_state(tensors["random.cpu"])
        if "random.cuda" in tensors and self.device.type == "cuda":
            torch.cuda.set_rng_state(tensors["random.cuda"], self.device)
        if "random.mps" in tensors and self.device.type == "mps":
            torch.mps.set_rng_state(tensors["random.mps"])

    def load_weights(self, tensors: dict[str, Tensor]) -> None:
        """Set only the weights to what `state_dict` returned, which is enough if no step follows.

        Args:
            tensors: By name, of any shape and dtype, any value.
        """
        self.network.load_state_dict(strip_prefix("network.", tensors))
        if self._ema:
            self._ema.network.load_state_dict(strip_prefix("average.", tensors))


def make_step(network: nn.Module, task: Task, recipe: Recipe, precision: torch.dtype) -> Step:
    """Return the fastest step that fits a network.

    Args:
        network: The network to train.
        task: Computes the loss.
        recipe: Its loss and how that is reduced.
        precision: What convolutions and matrix products are computed in.
    """
    kind = device_of(network).type
    if kind == "cpu" or (kind == "cuda" and precision == torch.float32):
        if FusedMLP.fits(network):
            return FusedMLP([network], task, recipe, precision)
        if ConvBackboneStep.fits(network):
            return ConvBackboneStep(network, task, recipe, precision)
    return AutogradStep(network, task, precision, recipe.loss_reduction)


def _copy(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().to("cpu", copy=True).contiguous() for name, value in network.state_dict().items()}
