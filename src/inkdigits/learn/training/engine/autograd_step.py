"""The protocol of a training step, and the step that fits any network, by autograd. Knows no optimiser and no loop."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Literal, Protocol

import torch
from torch import Tensor, nn

from inkdigits.learn.networks.modules import trainable_parameters
from inkdigits.learn.training.engine.step_metrics import StepMetrics, StepResult
from inkdigits.learn.training.tasks.task import Batch, Task

Reduction = Literal["mean", "sum"]
"""What the gradient of a step is of: the batch's mean loss, or the sum of its losses."""


class Step(Protocol):
    """Forward and backward pass of a batch."""

    def __call__(self, batch: Batch) -> StepResult:
        """Leave the gradient of the batch's loss, reduced as the recipe says, in the `grad` of every parameter.

        Args:
            batch: Pictures and targets.

        Returns:
            The batch's metrics before the step.
        """


class AutogradStep:
    """Any network and any loss, by autograd.

    Args:
        network: The network to train, in training mode.
        task: Computes the loss.
        precision: What convolutions and matrix products are computed in; weights and losses stay float32.
        reduction: Whether the gradient is of the batch's mean loss or of the sum of its losses.
    """

    def __init__(
        self,
        network: nn.Module,
        task: Task,
        precision: torch.dtype = torch.float32,
        reduction: Reduction = "mean",
    ) -> None:
        self._network, self._task, self._precision, self._reduction = network, task, precision, reduction
        self._parameters = trainable_parameters(network)

    def __call__(self, batch: Batch) -> StepMetrics:
        """Leave the gradient of the batch's loss, reduced as the recipe says, in the `grad` of every parameter.

        Args:
            batch: Pictures and targets.

        Returns:
            The batch's metrics before the step.
        """
        clear_gradients(self._parameters)
        with autocast(self._precision, batch.pictures.device):
            logits = self._network(batch.pictures)
        logits = logits.float()
        loss = self._task.loss(logits, batch)
        reduce_loss(loss, batch, self._reduction).backward()  # type: ignore[no-untyped-call]
        fill_gradients(self._parameters)
        return StepMetrics(loss.detach(), self._task.correct(logits.detach(), batch), batch.examples)


def reduce_loss(mean: Tensor, batch: Batch, reduction: Reduction) -> Tensor:
    """Return the loss that the gradient is of.

    Args:
        mean: The batch's mean loss, a float32 scalar, any finite value.
        batch: The batch.
        reduction: "mean" returns it as it is.

    Returns:
        A float32 scalar, any finite value.
    """
    return mean * batch.examples if reduction == "sum" else mean


def clear_gradients(parameters: Iterable[Tensor]) -> None:
    """Set gradients to None, so that autograd writes new ones: that is cheaper than to add to zeros.

    Args:
        parameters: Of any shape and dtype, any value.
    """
    for parameter in parameters:
        parameter.grad = None


def fill_gradients(parameters: Iterable[Tensor]) -> None:
    """Set missing gradients to zeros: a user's module may leave parameters unused.

    Args:
        parameters: Of any shape and dtype, any value.
    """
    for parameter in parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)


def autocast(precision: torch.dtype, device: torch.device) -> AbstractContextManager[object]:
    """Return a context in which torch computes convolutions and matrix products in a lower precision.

    Args:
        precision: bfloat16, or float32 to change nothing.
        device: Where the network is.
    """
    return nullcontext() if precision == torch.float32 else torch.autocast(device.type, precision)
