"""A step for convolutions followed by dense layers. Knows no optimiser and no loop.

The convolutions are trained by autograd, the dense head as a `FusedMLP`. Most weights are in the head, and a
`FusedMLP` writes their gradients to the same memory at each step, where autograd would allocate it anew.
"""

import torch
from torch import nn

from inkdigits.learn.networks.modules import split_backbone_and_head, trainable_parameters
from inkdigits.learn.training.engine.autograd_step import autocast, clear_gradients, fill_gradients
from inkdigits.learn.training.engine.fused_mlp import FusedMLP
from inkdigits.learn.training.engine.step_metrics import StepResult
from inkdigits.learn.training.tasks.task import Batch, Task
from inkdigits.recipes import Recipe


class ConvBackboneStep:
    """Autograd for the backbone, up to the `Flatten`, and a `FusedMLP` for the head.

    Args:
        network: One that `fits`, in training mode.
        task: Computes the loss.
        recipe: As for `FusedMLP`.
        precision: What convolutions and matrix products are computed in; weights and losses stay float32.
    """

    def __init__(self, network: nn.Module, task: Task, recipe: Recipe, precision: torch.dtype) -> None:
        self._backbone, head = _split(network)
        self._precision = precision
        self._parameters = trainable_parameters(self._backbone)
        self._head = FusedMLP([head], task, recipe, precision)

    @staticmethod
    def fits(network: nn.Module) -> bool:
        """Tell whether a network is a backbone with trainable layers, a `Flatten` and a head that `FusedMLP` fits.

        Args:
            network: Any module.
        """
        if type(network) is not nn.Sequential or network._forward_hooks or network._forward_pre_hooks:
            return False
        backbone, head = _split(network)
        shared = set(map(id, backbone.parameters())) & set(map(id, head.parameters()))
        return bool(trainable_parameters(backbone)) and not shared and FusedMLP.fits(head)

    def __call__(self, batch: Batch) -> StepResult:
        """Leave the gradient of the batch's loss, reduced as the recipe says, in the `grad` of every parameter.

        Args:
            batch: Pictures and targets.

        Returns:
            The batch's metrics before the step.
        """
        clear_gradients(self._parameters)
        with autocast(self._precision, batch.pictures.device):
            features = self._backbone(batch.pictures)  # (N, F)
        inputs = features.detach().float()
        input_gradients = torch.empty_like(inputs)
        result = self._head.forward_backward(inputs, batch, input_gradients)
        features.backward(input_gradients.to(features.dtype))
        fill_gradients(self._parameters)
        return result


def _split(network: nn.Module) -> tuple[nn.Module, nn.Sequential]:
    """Return the backbone, which ends with a `Flatten`, and the head, which begins with the same one."""
    backbone, head = split_backbone_and_head(network)
    return backbone, nn.Sequential(*list(backbone.children())[-1:], *head.children())
