"""What a CUDA graph does, on a processor: note every operation once, then do the same ones on the same memory again."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

WAITING = (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default)
"""What stops a GPU until its result is known: `.item()`, `bool()`, picking by a mask."""


class Tape(TorchDispatchMode):
    """Notes operations with the tensors that they read and wrote; refuses those that wait for the device."""

    def __init__(self) -> None:
        super().__init__()
        self._noted: list[tuple[Callable[..., Any], Any, Mapping[str, Any], list[Tensor]]] = []

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        if function in WAITING:
            raise RuntimeError(f"{function} waits for the device")
        result = function(*args, **(kwargs or {}))
        self._noted.append((function, args, kwargs or {}, _tensors(result)))
        return result

    @torch.no_grad()
    def replay(self) -> None:
        """Do it all again, without any of the Python in between; results go where they were."""
        for function, args, kwargs, places in self._noted:
            for place, value in zip(places, _tensors(function(*args, **kwargs)), strict=True):
                if place.data_ptr() != value.data_ptr():
                    place.copy_(value)


def _tensors(result: Any) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(result) if isinstance(leaf, Tensor)]
