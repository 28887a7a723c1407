"""Named arrays and a JSON value in one safetensors file. Knows nothing of what they mean; loads no pickle."""

import json
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from inkdigits.core.atomic import write_bytes
from inkdigits.core.errors import RunError

Arrays = dict[str, NDArray[Any]]
"""Weights and optimiser state by name, of any shape and dtype."""

_KEY = "inkdigits"

_T = TypeVar("_T")


def save_tensors(path: Path, arrays: Arrays, metadata: Any) -> None:
    """Write arrays and metadata; if that fails, the file stays as it was.

    Args:
        path: The file.
        arrays: By name, of any shape, any value, and any dtype that safetensors knows.
        metadata: JSON-ready.

    Raises:
        StorageError: The disk is full or the folder can't be written.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "weights.safetensors"
        >>> save_tensors(path, {"bias": np.zeros(3, np.float32)}, {"step": 1})
        >>> load_tensors(path)
        ({'bias': array([0., 0., 0.], dtype=float32)}, {'step': 1})
    """
    contiguous = {name: np.ascontiguousarray(array).reshape(array.shape) for name, array in arrays.items()}
    write_bytes(path, save(contiguous, {_KEY: json.dumps(metadata)}))


def load_tensors(path: Path) -> tuple[Arrays, Any]:
    """Return the arrays by name, and the metadata, that `save_tensors` wrote.

    Args:
        path: The file.

    Raises:
        RunError: The file is missing, damaged or of another program.
    """
    try:
        with safe_open(path, framework="np") as file:
            metadata = json.loads((file.metadata() or {})[_KEY])
            return {name: file.get_tensor(name) for name in file.keys()}, metadata  # noqa: SIM118
    except FileNotFoundError:
        raise RunError(f"{path} is missing", expected="the weights of a run", mend="train it again") from None
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise RunError(
            f"{path} is damaged ({error})",
            expected="a safetensors file written by inkdigits",
            mend="train it again, or copy it again from where it came from",
        ) from None


def strip_prefix(prefix: str, tensors: dict[str, _T]) -> dict[str, _T]:
    """Return the tensors whose name starts with `prefix`, without it.

    Args:
        prefix: The prefix, such as "network.".
        tensors: Tensors or arrays by name.

    Examples:
        >>> strip_prefix("network.", {"network.0.bias": 1, "random.cpu": 2})
        {'0.bias': 1}
    """
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
