"""Converts between torch tensors and the NumPy arrays that run folders keep. Knows nothing of files."""

import torch
from torch import Tensor

from inkdigits.runs.tensor_files import Arrays


def to_arrays(tensors: dict[str, Tensor]) -> Arrays:
    """Return tensors as arrays; they share memory where the tensors are on the CPU.

    Args:
        tensors: By name, of any shape and dtype, any value. NumPy has no bfloat16: it becomes float32, without loss.

    Returns:
        By the same names, of any shape and dtype, any value, as given.
    """
    return {
        name: (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).detach().cpu().numpy()
        for name, tensor in tensors.items()
    }


def to_tensors(arrays: Arrays) -> dict[str, Tensor]:
    """Return arrays as tensors on the CPU with memory of their own.

    Args:
        arrays: By name, of any shape and dtype, any value.

    Returns:
        By the same names, of any shape and dtype, any value, as given.

    Examples:
        >>> import numpy as np
        >>> to_tensors({"bias": np.zeros(2, np.float32)})
        {'bias': tensor([0., 0.])}
    """
    return {name: torch.tensor(array) for name, array in arrays.items()}
