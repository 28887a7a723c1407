"""Forward and backward of a plain stack of dense layers, written out. Knows no optimiser and no loop.

What autograd would do, without its graph, its temporary tensors and its second pass over dropped units: every
product goes straight into a buffer that the next step uses again, and the gradients of the weights are such buffers.
For a layer y = f(W x + b) with dropout behind it, x ↦ s · m · y with m 0 or 1 and s = 1 / share kept:

    δ of the last layer = (softmax − one-hot) / N          for cross-entropy
    ∂W = s · δᵀ x,  ∂b = Σ δ,  δ of the layer before = s · (δ W) · m · derivative of f

s is a factor of the matrix product and costs nothing. Rounded to bf16 are products only: all that is kept from one to
the next is float32.

K networks of one shape can learn in one such computation: then each tensor has an axis of K before all others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from inkdigits.learn.training.engine.backward import PendingMetrics, StepMetrics, StepResult
from inkdigits.learn.training.engine.matmul import fastest_products
from inkdigits.learn.training.tasks.task import Batch, Task
from inkdigits.recipes import Recipe

_SHADES = 2**16
"""Dropout draws 16 random bits a unit, so a rate is met to within 0.00001."""

_FEW_UNITS = 32
"""Units up to which the values of one lie together in memory."""


@dataclass(frozen=True)
class _Layer:
    """A dense layer with what follows it.

    Attributes:
        dense: Its weights (units, inputs) and bias (units,).
        activation: What its outputs go through.
        dropped: How many of `_SHADES` random numbers drop a unit.
    """

    dense: nn.Linear
    activation: type[nn.Module]
    dropped: int

    @property
    def scale(self) -> float:
        """What the kept outputs are multiplied by, so that their sum is as expected without dropout."""
        return _SHADES / (_SHADES - self.dropped)


@dataclass(frozen=True)
class _Learned:
    """What is learned in one layer, (…, units, inputs) and (…, units), and the gradients of these."""

    weights: Tensor
    weight_gradients: Tensor
    biases: Tensor | None = None
    bias_gradients: Tensor | None = None


class FusedMLP:
    """A step for `Flatten`, then `Linear` layers with activations and dropout between them, down to logits.

    Args:
        networks: Such a stack, for which ask `fits` first, or several of one shape: their batches have an axis more.
            Their parameters become parts of the tensors of this step, and so do the gradients of these.
        task: Knows the loss.
        recipe: Says whether that is plain cross-entropy, whose gradient is known. Any other is left to autograd,
            which then goes from the loss to the logits only, and to those of a single network.
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
        self._cross_entropy = recipe.loss == "cross_entropy" and not recipe.label_smoothing
        self._layers = _layers(networks[0])
        pairs = (_join(same) for same in zip(*(network.parameters() for network in networks), strict=True))
        self._learned = [
            _Learned(*next(pairs), *(next(pairs) if layer.dense.bias is not None else ())) for layer in self._layers
        ]
        self._buffers: dict[int, _Buffers] = {}

    @staticmethod
    def fits(network: nn.Module) -> bool:
        """Tell whether a network is a stack that this step computes exactly: all of it learns, nothing is hooked in."""
        own = [parameter for layer in _layers(network) for parameter in layer.dense.parameters()]
        learned = [parameter for parameter in network.parameters() if parameter.requires_grad]
        hooked = any(module._forward_hooks or module._forward_pre_hooks for module in network.modules())
        single = all(parameter.dtype == torch.float32 for parameter in own)
        return bool(own) and single and list(map(id, own)) == list(map(id, learned)) and not hooked

    def __call__(self, batch: Batch) -> StepResult:
        """Leave the gradient of the batch's mean loss in the `grad` of every parameter.

        Args:
            batch: Pictures (…, N, 1, H, W), labels (…, N).

        Returns:
            Of plain cross-entropy the answers, of any other loss what it came to.
        """
        return self.learn(batch.pictures.flatten(-3), batch)

    @torch.no_grad()
    def learn(self, inputs: Tensor, batch: Batch, inputs_gradient: Tensor | None = None) -> StepResult:
        """Do the same for what was made of the batch's pictures.

        Args:
            inputs: (…, N, inputs), float32.
            batch: Knows the labels.
            inputs_gradient: Where to leave the gradient by the inputs, if it is wanted.
        """
        size = inputs.shape[-2]
        if size not in self._buffers:
            self._buffers[size] = _Buffers(self._layers, inputs.shape[:-1], inputs.device, self._precision)
        buffers = self._buffers[size]
        logits = self._forward(inputs, buffers)
        if self._cross_entropy and batch.examples == size:
            self._differentiate_cross_entropy(logits, batch.targets, buffers)
            noted: StepResult = PendingMetrics(logits.clone(), batch.targets)
        else:
            noted = self._differentiate_loss(logits, batch, buffers)
        self._backward(inputs, buffers, inputs_gradient)
        return noted

    def _forward(self, values: Tensor, buffers: _Buffers) -> Tensor:
        """Compute all outputs, zeros where units are dropped, and return the logits (…, N, classes)."""
        scale = 1.0
        for number, (layer, learned) in enumerate(zip(self._layers, self._learned, strict=True)):
            outputs = buffers.outputs[number]
            buffers.products[number].forward(values, learned.weights, learned.biases, scale, outputs)
            _ACTIVATE[layer.activation](outputs)
            if layer.dropped:
                outputs.mul_(buffers.drop(number, layer.dropped))
            values, scale = outputs, layer.scale
        return values

    @staticmethod
    def _differentiate_cross_entropy(logits: Tensor, targets: Tensor, buffers: _Buffers) -> None:
        """Put the gradient of the mean cross-entropy by the logits into its buffer: softmax − one-hot, over N."""
        delta = buffers.deltas[-1]
        # As they lie in memory: the other way both would be copied first.
        torch.softmax(logits.transpose(-1, -2), -2, out=delta.transpose(-1, -2))
        delta.scatter_add_(-1, targets.unsqueeze(-1), buffers.minus_one).div_(logits.shape[-2])

    def _differentiate_loss(self, logits: Tensor, batch: Batch, buffers: _Buffers) -> StepMetrics:
        """Put the gradient of any loss by the logits into its buffer, and return what it came to."""
        with torch.enable_grad():
            leaf = logits.detach().requires_grad_()
            loss = self._task.loss(leaf, batch)
        buffers.deltas[-1].copy_(torch.autograd.grad(loss, leaf)[0])
        return StepMetrics(loss.detach(), self._task.correct(logits, batch), batch.examples)

    def _backward(self, features: Tensor, buffers: _Buffers, features_gradient: Tensor | None) -> None:
        """Go from the gradient by the logits to that of every weight, and of the features where that is wanted."""
        for number in reversed(range(len(self._layers))):
            learned, delta = self._learned[number], buffers.deltas[number]
            inputs = buffers.outputs[number - 1] if number else features
            scale = self._layers[number - 1].scale if number else 1.0
            before = buffers.deltas[number - 1] if number else features_gradient
            buffers.products[number].backward(delta, inputs, learned.weights, scale, learned.weight_gradients, before)
            if learned.bias_gradients is not None:
                torch.sum(delta, -2, out=learned.bias_gradients)
            if number:
                self._through_activation(number - 1, buffers)

    def _through_activation(self, number: int, buffers: _Buffers) -> None:
        """Turn the gradient by a layer's outputs into that by what its activation was given."""
        layer, delta, outputs = self._layers[number], buffers.deltas[number], buffers.outputs[number]
        _DIFFERENTIATE[layer.activation](delta, outputs)
        # Where relu is dropped its output is 0, and so is its derivative already.
        if layer.dropped and layer.activation is not nn.ReLU:
            delta.mul_(buffers.kept[number])


class _Buffers:
    """What a step of one batch size writes to.

    Attributes:
        outputs: What each layer gave, (…, N, units).
        deltas: The gradient of the loss by what went into each layer's activation, (…, N, units).
        kept: 0 for outputs that were dropped and 1 for others, (…, N, units), by the number of the layer. As float32,
            because products with bool take three times as long, and `masked_fill_` fourteen times.
        products: How each layer multiplies.
        minus_one: (…, N, 1).
    """

    def __init__(
        self, layers: Sequence[_Layer], examples: Sequence[int], device: torch.device, precision: torch.dtype
    ) -> None:
        shapes = [(*examples, layer.dense.out_features) for layer in layers]
        self.outputs = [_values(shape, device) for shape in shapes]
        self.deltas = [_values(shape, device) for shape in shapes]
        self.products = [
            fastest_products(examples[-1] * layer.dense.weight.numel(), precision, device) for layer in layers
        ]
        self.minus_one = torch.full((*examples, 1), -1.0, device=device)
        self.kept: dict[int, Tensor] = {}
        self._words: dict[int, Tensor] = {}
        for number, (layer, shape) in enumerate(zip(layers, shapes, strict=True)):
            if layer.dropped:
                self.kept[number] = torch.empty(shape, device=device)
                # Four draws of 16 bits come from one of 64.
                words = -(-math.prod(shape) // 4)
                self._words[number] = torch.empty(words, dtype=torch.int64, device=device)

    def drop(self, number: int, dropped: int) -> Tensor:
        """Choose anew which outputs of a layer are kept, all but `dropped` of `_SHADES` of them on average."""
        kept = self.kept[number]
        draws = self._words[number].random_(-(2**63), None).view(torch.int16)[: kept.numel()].view_as(kept)
        return torch.ge(draws, dropped - _SHADES // 2, out=kept)


def _values(shape: tuple[int, ...], device: torch.device) -> Tensor:
    """Return memory for values of a layer, (…, N, units); of few units one behind the other, (…, units, N) as it lies.

    MKL then multiplies 10 units by 784 inputs of 100 digits in 50 µs in place of 70 to 140, and the way back is a tenth
    to a third faster; of 100 units and more it is no faster, and what follows is slower.
    """
    *others, examples, units = shape
    if units > _FEW_UNITS:
        return torch.empty(shape, device=device)
    return torch.empty((*others, units, examples), device=device).transpose(-1, -2)


def _tanh_backward(delta: Tensor, outputs: Tensor) -> None:
    torch.ops.aten.tanh_backward.grad_input(delta, outputs, grad_input=delta)


def _sigmoid_backward(delta: Tensor, outputs: Tensor) -> None:
    torch.ops.aten.sigmoid_backward.grad_input(delta, outputs, grad_input=delta)


def _relu_backward(delta: Tensor, outputs: Tensor) -> None:
    torch.ops.aten.threshold_backward.grad_input(delta, outputs, 0, grad_input=delta)


def _leave(*_: Tensor) -> None:
    """Do nothing: the layer is linear."""


_ACTIVATE: dict[type[nn.Module], Callable[[Tensor], object]] = {
    nn.Identity: _leave,
    nn.ReLU: torch.relu_,
    nn.Tanh: torch.tanh_,
    nn.Sigmoid: torch.sigmoid_,
}
"""Each in place, on a layer's outputs."""

_DIFFERENTIATE: dict[type[nn.Module], Callable[[Tensor, Tensor], None]] = {
    nn.Identity: _leave,
    nn.ReLU: _relu_backward,
    nn.Tanh: _tanh_backward,
    nn.Sigmoid: _sigmoid_backward,
}
"""Each in place, on the gradient by a layer's outputs, with those outputs beside it."""


def _join(parameters: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Return parameters of one shape, and their gradients, as tensors (K, …) of which they are parts from now on.

    A single one is left as it is.
    """
    if len(parameters) == 1:
        (alone,) = parameters
        alone.grad = torch.zeros_like(alone)
        return alone, alone.grad
    joined = torch.stack([parameter.detach() for parameter in parameters])
    gradients = torch.zeros_like(joined)
    for parameter, part, gradient in zip(parameters, joined, gradients, strict=True):
        parameter.data, parameter.grad = part, gradient
    return joined, gradients


def _flattens_pictures(module: nn.Module) -> bool:
    return type(module) is nn.Flatten and (module.start_dim, module.end_dim) == (1, -1)


def _layers(network: nn.Module) -> list[_Layer]:
    """Return the layers of a plain stack; none where it is anything else."""
    modules = list(network) if type(network) is nn.Sequential else []
    if not modules or not _flattens_pictures(modules[0]):
        return []
    layers: list[_Layer] = []
    for module in modules[1:]:
        last = layers[-1] if layers else None
        if type(module) is nn.Linear:
            layers.append(_Layer(module, nn.Identity, 0))
        elif last and type(module) in _ACTIVATE and last.activation is nn.Identity and not last.dropped:
            layers[-1] = replace(last, activation=type(module))
        elif last and type(module) is nn.Dropout and not last.dropped:
            layers[-1] = replace(last, dropped=min(round(module.p * _SHADES), _SHADES - 1))
        else:
            return []
    ends_plainly = bool(layers) and layers[-1].activation is nn.Identity and not layers[-1].dropped
    return layers if ends_plainly else []
