"""Named tensors and one JSON value in one safetensors file. Knows nothing of what they mean; loads no pickle."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from inkdigits.atomic import write_bytes
from inkdigits.errors import RunError

_KEY = "inkdigits"


def save_tensors(path: Path, tensors: dict[str, Tensor], note: Any) -> None:
    """Write tensors (contiguous, on the CPU) and a JSON-ready note so that the file is whole or as before.

    Raises:
        StorageError: The disk is full or the folder can't be written.
    """
    write_bytes(path, save(tensors, {_KEY: json.dumps(note)}))


def load_tensors(path: Path) -> tuple[dict[str, Tensor], Any]:
    """Read what `save_tensors` wrote.

    Raises:
        RunError: The file is missing, damaged or not ours.
    """
    try:
        with safe_open(path, framework="pt") as file:
            note = json.loads((file.metadata() or {})[_KEY])
            return {name: file.get_tensor(name) for name in file.keys()}, note  # noqa: SIM118
    except FileNotFoundError:
        raise RunError(f"{path} is missing", expected="the weights of a run", mend="train it again") from None
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise RunError(
            f"{path} is damaged ({error})",
            expected="a safetensors file written by inkdigits",
            mend="train it again, or copy it again from where it came from",
        ) from None
