"""Forward and backward: from a batch to its loss and every weight's gradient. Knows no optimiser and no loop."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from inkdigits.learn.training.tasks.task import Batch, Task


@dataclass(frozen=True)
class StepMetrics:
    """How a batch went, left on the device until somebody asks: reading it earlier would wait for the device.

    Attributes:
        loss: The batch's mean loss before the step, a scalar.
        correct: How many of its examples were right.
        examples: How many it has.
    """

    loss: Tensor
    correct: Tensor | int
    examples: int

    def kept(self) -> "StepMetrics":
        """Return a copy, which stays when the next step writes to the same place."""
        correct = self.correct.clone() if isinstance(self.correct, Tensor) else self.correct
        return StepMetrics(self.loss.clone(), correct, self.examples)


@dataclass(frozen=True)
class PendingMetrics:
    """What a batch was answered, whose cross-entropy nobody has worked out yet: for many steps at once that is cheaper.

    Attributes:
        logits: (…, N, classes), before the step.
        targets: (…, N).
    """

    logits: Tensor
    targets: Tensor

    def kept(self) -> "PendingMetrics":
        """Return a copy, which stays when the next step writes to the same place."""
        return PendingMetrics(self.logits.clone(), self.targets.clone())


StepResult = StepMetrics | PendingMetrics
"""What is kept of a step."""


class Step(Protocol):
    """Works out gradients."""

    def __call__(self, batch: Batch) -> StepResult:
        """Leave the gradient of the batch's mean loss in the `grad` of every parameter."""


class AutogradStep:
    """Any network and any loss, through autograd.

    Args:
        network: What learns, in training mode.
        task: Knows the loss.
        precision: What convolutions and matrix products are computed in; weights and losses stay float32.
    """

    def __init__(self, network: nn.Module, task: Task, precision: torch.dtype = torch.float32) -> None:
        self._network, self._task, self._precision = network, task, precision
        self._parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]

    def __call__(self, batch: Batch) -> StepMetrics:
        """Leave the gradient of the batch's mean loss in the `grad` of every parameter."""
        clear_gradients(self._parameters)
        with computing_in(self._precision, batch.pictures.device):
            logits = self._network(batch.pictures)
        logits = logits.float()
        loss = self._task.loss(logits, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        fill_gradients(self._parameters)
        return StepMetrics(loss.detach(), self._task.correct(logits.detach(), batch), batch.examples)


def clear_gradients(parameters: Iterable[Tensor]) -> None:
    """Let autograd write gradients anew, which is cheaper than to add to zeros."""
    for parameter in parameters:
        parameter.grad = None


def fill_gradients(parameters: Iterable[Tensor]) -> None:
    """Give zeros to those that autograd left out: a module of one's own may leave parameters unused."""
    for parameter in parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)


def computing_in(precision: torch.dtype, device: torch.device) -> AbstractContextManager[object]:
    """Compute what gains by it in `precision`; float32 is left alone."""
    return nullcontext() if precision == torch.float32 else torch.autocast(device.type, precision)
