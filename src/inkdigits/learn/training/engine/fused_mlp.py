"""Forward and backward pass of a multilayer perceptron, without autograd. Knows no optimiser and no loop.

The step computes what autograd would, but has no graph, no temporary tensors and no second pass over dropped units:
matrix products are written to buffers that the next step uses again, and so are the gradients of the weights. For a
layer y = f(W x + b) followed by dropout, x ↦ s · m · y with a mask m of 0 and 1 and s = 1 / share of units kept:

    δ of the last layer = (softmax − one-hot) / N          for cross-entropy's mean over the batch
    ∂W = s · δᵀ x,  ∂b = Σ δ,  δ of the layer before = s · (δ W) · m · derivative of f

s is a factor of the matrix product and costs nothing. In bf16 only the factors of matrix products are rounded; all
values between products are float32.

K networks of one shape can be trained in one such computation: then each tensor has K as its first axis.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from inkdigits.learn.networks.modules import trainable_parameters
from inkdigits.learn.training.engine.autograd_step import reduce_loss
from inkdigits.learn.training.engine.buffers import Buffers
from inkdigits.learn.training.engine.dense_layers import (
    ACTIVATION_BACKWARDS,
    ACTIVATIONS,
    find_dense_layers,
    stack_parameters,
)
from inkdigits.learn.training.engine.environment import use_threads
from inkdigits.learn.training.engine.step_metrics import PendingMetrics, StepMetrics, StepResult
from inkdigits.learn.training.tasks.task import Batch, Task
from inkdigits.recipes import Recipe


class FusedMLP:
    """A step for `Flatten` and `Linear` layers with activations and dropout between them, from pictures to logits.

    Args:
        networks: One that `fits`, or several of the same shape: their batches have one more axis, and their parameters
            and gradients become views of this step's tensors.
        task: Computes the loss.
        recipe: Its loss. The gradient of plain cross-entropy is written out here; any other loss is differentiated by
            autograd, down to the logits only, and for a single network only.
        precision: What large matrix products are computed in; weights and losses stay float32.
    """

    def __init__(
        self,
        networks: Sequence[nn.Module],
        task: Task,
        recipe: Recipe,
        precision: torch.dtype = torch.float32,
    ) -> None:
        self._precision = precision
        self._task = task
        self._reduction = recipe.loss_reduction
        self._cross_entropy = recipe.loss == "cross_entropy" and not recipe.label_smoothing
        self._layers = find_dense_layers(networks[0])
        self._parameters = stack_parameters(networks, self._layers)
        self._buffers: dict[int, Buffers] = {}

    @staticmethod
    def fits(network: nn.Module) -> bool:
        """Tell whether this step computes a network exactly: only dense layers, all trainable, without hooks.

        Args:
            network: Any module.
        """
        own = [parameter for layer in find_dense_layers(network) for parameter in layer.linear.parameters()]
        trainable = trainable_parameters(network)
        hooked = any(module._forward_hooks or module._forward_pre_hooks for module in network.modules())
        is_float32 = all(parameter.dtype == torch.float32 for parameter in own)
        return bool(own) and is_float32 and list(map(id, own)) == list(map(id, trainable)) and not hooked

    def __call__(self, batch: Batch) -> StepResult:
        """Leave the gradient of the batch's loss, reduced as the recipe says, in the `grad` of every parameter.

        Args:
            batch: Pictures (…, N, 1, H, W), labels (…, N).

        Returns:
            The batch's logits for plain cross-entropy, its metrics for any other loss.
        """
        return self.forward_backward(batch.pictures.flatten(-3), batch)  # (…, N, H * W)

    @torch.no_grad()
    def forward_backward(self, inputs: Tensor, batch: Batch, input_gradients: Tensor | None = None) -> StepResult:
        """Do what a call does, for features of the batch's pictures.

        Args:
            inputs: (…, N, features), float32, any value.
            batch: The labels.
            input_gradients: Where to write the gradients with respect to the inputs: (…, N, features), float32,
                any value. None leaves them out.

        Returns:
            As a call.
        """
        size = inputs.shape[-2]
        if size not in self._buffers:
            self._buffers[size] = Buffers(self._layers, inputs.shape[:-1], inputs.device, self._precision)
        buffers = self._buffers[size]
        logits = self._forward(inputs, buffers)
        if self._cross_entropy and batch.examples == size:
            self._cross_entropy_backward(logits, batch.targets, buffers)
            result: StepResult = PendingMetrics(logits.clone(), batch.targets)
        else:
            result = self._loss_backward(logits, batch, buffers)
        self._backward(inputs, buffers, input_gradients)
        return result

    def _forward(self, values: Tensor, buffers: Buffers) -> Tensor:
        """Compute the outputs of all layers, zeros where units are dropped; return the logits (…, N, classes)."""
        scale = 1.0
        for number, (layer, parameters) in enumerate(zip(self._layers, self._parameters, strict=True)):
            outputs = buffers.outputs[number]  # (…, N, units)
            buffers.matmuls[number].forward(values, parameters.weights, parameters.biases, scale, outputs)
            ACTIVATIONS[layer.activation](outputs)
            if layer.dropped:
                outputs.mul_(buffers.draw_dropout_mask(number, layer.dropped))
            values, scale = outputs, layer.scale
        return values

    def _cross_entropy_backward(self, logits: Tensor, targets: Tensor, buffers: Buffers) -> None:
        """Write the gradient of the cross-entropy with respect to the logits: softmax − one-hot, over N for a mean."""
        delta = buffers.deltas[-1]
        # In the order of memory: torch would copy the transposed tensors first.
        with use_threads(1):  # several would cut rows in parts, whose ends are computed otherwise
            torch.softmax(logits.transpose(-1, -2), -2, out=delta.transpose(-1, -2))
        delta.scatter_add_(-1, targets.unsqueeze(-1), buffers.minus_one)
        if self._reduction == "mean":
            delta.div_(logits.shape[-2])

    def _loss_backward(self, logits: Tensor, batch: Batch, buffers: Buffers) -> StepMetrics:
        """Write the gradient of any loss with respect to the logits; return the batch's metrics."""
        with torch.enable_grad():
            leaf = logits.detach().requires_grad_()
            loss = self._task.loss(leaf, batch)
            reduced = reduce_loss(loss, batch, self._reduction)
        buffers.deltas[-1].copy_(torch.autograd.grad(reduced, leaf)[0])
        return StepMetrics(loss.detach(), self._task.correct(logits, batch), batch.examples)

    def _backward(self, features: Tensor, buffers: Buffers, feature_gradients: Tensor | None) -> None:
        """Write the gradients of all parameters, and those with respect to the features unless None."""
        for number in reversed(range(len(self._layers))):
            parameters, delta = self._parameters[number], buffers.deltas[number]
            inputs = buffers.outputs[number - 1] if number else features
            scale = self._layers[number - 1].scale if number else 1.0
            input_gradients = buffers.deltas[number - 1] if number else feature_gradients
            buffers.matmuls[number].backward(
                delta, inputs, parameters.weights, scale, parameters.weight_gradients, input_gradients
            )
            if parameters.bias_gradients is not None:
                torch.sum(delta, -2, out=parameters.bias_gradients)
            if number:
                self._activation_backward(number - 1, buffers)

    def _activation_backward(self, number: int, buffers: Buffers) -> None:
        """Turn the gradient with respect to a layer's outputs into that with respect to its activation's inputs."""
        layer, delta, outputs = self._layers[number], buffers.deltas[number], buffers.outputs[number]
        ACTIVATION_BACKWARDS[layer.activation](delta, outputs)
        # A dropped output of relu is 0, and so is its derivative already.
        if layer.dropped and layer.activation is not nn.ReLU:
            delta.mul_(buffers.dropout_masks[number])
