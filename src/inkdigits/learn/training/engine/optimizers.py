"""The optimisers of recipes: update weights in place, keep their state as plain tensors. Know nothing of the loop.

They call torch's fused kernels, which update all tensors in one pass: for the CNN a step took 48 ms fused and 76 ms not
(2 cores, AVX-512, torch 2.13). The classes of `torch.optim` call the same kernels, but creating the first one imports
`torch._dynamo`, which costs every training 1 to 2 s although nothing is compiled.

A new optimiser is a subclass of `Optimizer` here, with a case in `build_optimizer`, and its settings are a class in
`recipes/optimizers.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor

from inkdigits.recipes import optimizers as recipe_optimizers


class Optimizer(ABC):
    """Updates parameters by their gradients.

    Args:
        parameters: What to update; all on one device.

    Attributes:
        parameters: What it updates.
        state: Tensors that it keeps for each parameter, by name. Parameters may share one tensor.
    """

    def __init__(self, parameters: Iterable[Tensor]) -> None:
        self.parameters = list(parameters)
        self.state: dict[str, list[Tensor]] = {}

    @abstractmethod
    def step(self, gradients: Sequence[Tensor], learning_rate: float | Tensor) -> None:
        """Update the parameters in place.

        Args:
            gradients: The gradient of each parameter, any value, with its shape, (…), its dtype and memory layout.
            learning_rate: At least 0. For CUDA graphs a scalar tensor, float32, on the parameters' device, which each
                replay reads.
        """

    def state_dict(self) -> dict[str, Tensor]:
        """Return a copy of the state on the CPU.

        Returns:
            By number of the parameter and name, for example `0.exp_avg`: of any shape, float32, any value.
        """
        return {
            f"{number}.{name}": value.to("cpu", copy=True).contiguous()
            for name, values in self.state.items()
            for number, value in enumerate(values)
        }

    def load_state_dict(self, tensors: Mapping[str, Tensor]) -> None:
        """Set the state to what `state_dict` returned.

        Args:
            tensors: By name; missing tensors are taken as zeros.
        """
        for name, values in self.state.items():
            for number, value in enumerate(values):
                # Copied in place: the fused kernels need the memory layout of the parameters.
                value.copy_(tensors.get(f"{number}.{name}", torch.zeros(())))

    def _zeros(self) -> list[Tensor]:
        return [torch.zeros_like(parameter, requires_grad=False) for parameter in self.parameters]


class _Sgd(Optimizer):
    def __init__(self, parameters: Iterable[Tensor], settings: recipe_optimizers.Sgd) -> None:
        super().__init__(parameters)
        self._settings = settings
        if settings.momentum:
            self.state["momentum_buffer"] = self._zeros()

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], learning_rate: float | Tensor) -> None:
        torch._fused_sgd_(
            self.parameters,
            list(gradients),
            self.state.get("momentum_buffer", []),
            lr=learning_rate,
            momentum=self._settings.momentum,
            nesterov=self._settings.nesterov,
            weight_decay=self._settings.weight_decay,
            dampening=0.0,
            maximize=False,
            is_first_step=False,  # the buffer starts as zeros
        )


class _RmsPropWithMomentum(Optimizer):
    def __init__(self, parameters: Iterable[Tensor], settings: recipe_optimizers.RmsProp) -> None:
        super().__init__(parameters)
        self._settings = settings
        self.state["square_avg"], self.state["momentum_buffer"] = self._zeros(), self._zeros()

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], learning_rate: float | Tensor) -> None:
        gradients, squares, momentum = list(gradients), self.state["square_avg"], self.state["momentum_buffer"]
        rho = self._settings.rho
        torch._foreach_mul_(squares, rho)
        torch._foreach_addcmul_(squares, gradients, gradients, 1 - rho)
        updates = torch._foreach_sqrt(squares)
        torch._foreach_add_(updates, self._settings.epsilon)
        torch._foreach_reciprocal_(updates)
        torch._foreach_mul_(updates, gradients)
        torch._foreach_mul_(momentum, self._settings.momentum)
        torch._foreach_add_(momentum, updates)
        torch._foreach_copy_(updates, momentum)
        torch._foreach_mul_(updates, learning_rate)
        torch._foreach_sub_(self.parameters, updates)


class _RmsProp(Optimizer):
    """RMSprop, computed as Adam with beta1 = 0 and a step count so large that there is no bias correction.

    That takes one pass over memory; the operations of RMSprop one by one take six.
    """

    def __init__(self, parameters: Iterable[Tensor], settings: recipe_optimizers.RmsProp) -> None:
        super().__init__(parameters)
        self._settings = settings
        self.state["square_avg"] = self._zeros()
        self._last_gradient = self._zeros()
        many_steps = torch.full((), 2.0**30, device=self.parameters[0].device)  # rho to this power is 0
        self._steps = [many_steps] * len(self.parameters)

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], learning_rate: float | Tensor) -> None:
        torch._fused_adam_(
            self.parameters,
            list(gradients),
            self._last_gradient,
            self.state["square_avg"],
            [],
            self._steps,
            lr=learning_rate,
            beta1=0.0,
            beta2=self._settings.rho,
            eps=self._settings.epsilon,
            weight_decay=0.0,
            amsgrad=False,
            maximize=False,
        )


class _Adam(Optimizer):
    def __init__(self, parameters: Iterable[Tensor], settings: recipe_optimizers.Adam) -> None:
        super().__init__(parameters)
        self._settings = settings
        self._weight_decay = settings.weight_decay if isinstance(settings, recipe_optimizers.AdamW) else 0.0
        self._steps = torch.zeros((), device=self.parameters[0].device)
        self.state["exp_avg"], self.state["exp_avg_sq"] = self._zeros(), self._zeros()
        self.state["step"] = [self._steps] * len(self.parameters)

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], learning_rate: float | Tensor) -> None:
        self._steps.add_(1)
        update = torch._fused_adamw_ if self._weight_decay else torch._fused_adam_
        update(
            self.parameters,
            list(gradients),
            self.state["exp_avg"],
            self.state["exp_avg_sq"],
            [],
            self.state["step"],
            lr=learning_rate,
            beta1=self._settings.beta_1,
            beta2=self._settings.beta_2,
            eps=self._settings.epsilon,
            weight_decay=self._weight_decay,
            amsgrad=False,
            maximize=False,
        )


def build_optimizer(settings: recipe_optimizers.OptimizerSettings, parameters: Iterable[Tensor]) -> Optimizer:
    """Return the optimiser of a recipe.

    Args:
        settings: The recipe's `optimizer`.
        parameters: What to update: any shape, float32, any value, all on one device.

    Examples:
        >>> weight = torch.ones(1)
        >>> optimizer = build_optimizer(recipe_optimizers.Sgd(name="sgd"), [weight])
        >>> optimizer.step([torch.tensor([2.0])], learning_rate=0.1)
        >>> weight
        tensor([0.8000])
    """
    match settings:
        case recipe_optimizers.Sgd():
            return _Sgd(parameters, settings)
        case recipe_optimizers.RmsProp() if settings.momentum:
            return _RmsPropWithMomentum(parameters, settings)
        case recipe_optimizers.RmsProp():
            return _RmsProp(parameters, settings)
        case recipe_optimizers.Adam():
            return _Adam(parameters, settings)
