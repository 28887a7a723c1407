"""A step for convolutions with dense layers behind them. Knows no optimiser and no loop.

The convolutions learn through autograd, the head of dense layers as a `FusedMLP`: most weights are there, and what
autograd would take for their gradients anew at each step is memory that is used again.
"""

import torch
from torch import nn

from inkdigits.learn.networks.modules import split_at_flatten
from inkdigits.learn.training.engine.backward import StepResult, clear_gradients, computing_in, fill_gradients
from inkdigits.learn.training.engine.fused_mlp import FusedMLP
from inkdigits.learn.training.tasks.task import Batch, Task
from inkdigits.recipes import Recipe


class ConvBackboneStep:
    """Autograd up to where maps are flattened, dense layers written out from there.

    Args:
        network: One for which `fits` was asked first, in training mode.
        task: Knows the loss.
        recipe: As for `FusedMLP`.
        precision: What convolutions and matrix products are computed in; weights and losses stay float32.
    """

    def __init__(self, network: nn.Module, task: Task, recipe: Recipe, precision: torch.dtype) -> None:
        self._features, head = _parts(network)
        self._precision = precision
        self._parameters = _learned(self._features)
        self._head = FusedMLP([head], task, recipe, precision)

    @staticmethod
    def fits(network: nn.Module) -> bool:
        """Tell whether a network has learning layers, then a `Flatten` and a stack that is computed exactly."""
        if type(network) is not nn.Sequential or network._forward_hooks or network._forward_pre_hooks:
            return False
        features, head = _parts(network)
        shared = set(map(id, features.parameters())) & set(map(id, head.parameters()))
        return bool(_learned(features)) and not shared and FusedMLP.fits(head)

    def __call__(self, batch: Batch) -> StepResult:
        """Leave the gradient of the batch's mean loss in the `grad` of every parameter."""
        clear_gradients(self._parameters)
        with computing_in(self._precision, batch.pictures.device):
            features = self._features(batch.pictures)
        values = features.detach().float()
        gradient = torch.empty_like(values)
        noted = self._head.learn(values, batch, gradient)
        features.backward(gradient.to(features.dtype))
        fill_gradients(self._parameters)
        return noted


def _parts(network: nn.Module) -> tuple[nn.Module, nn.Sequential]:
    """Return what flattens maps in the end, and the stack that begins with the same `Flatten`."""
    features, rest = split_at_flatten(network)
    return features, nn.Sequential(*list(features.children())[-1:], *rest.children())


def _learned(module: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in module.parameters() if parameter.requires_grad]
