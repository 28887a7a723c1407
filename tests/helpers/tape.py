"""A CUDA graph on a CPU: record each operation once, then replay them on the same memory."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

SYNCHRONIZING = (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default)
"""What waits for a GPU: `.item()`, `bool()`, indexing by a mask."""


class Tape(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Records operations with the tensors that they read and write; refuses those that wait for the device."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._operations: list[tuple[Callable[..., Any], Any, Mapping[str, Any], list[Tensor]]] = []

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        if function in SYNCHRONIZING:
            raise RuntimeError(f"{function} waits for the device")
        result = function(*args, **(kwargs or {}))
        self._operations.append((function, args, kwargs or {}, _tensors(result)))
        return result

    @torch.no_grad()
    def replay(self) -> None:
        """Run all operations again, without the Python code between them; results overwrite those of before."""
        for function, args, kwargs, results in self._operations:
            for place, value in zip(results, _tensors(function(*args, **kwargs)), strict=True):
                if place.data_ptr() != value.data_ptr():
                    place.copy_(value)


def _tensors(result: Any) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(result) if isinstance(leaf, Tensor)]
