"""Proof that an exported network computes what its torch module computes. Knows nothing of where either comes from."""

import numpy as np
import torch
from torch import Tensor, nn

from inkdigits.core.errors import ExportError
from inkdigits.read.onnx_model import OnnxModel

_TOLERANCE = 1e-4
"""The largest difference between logits, absolute or as a share of the largest logit."""


def check_parity(model: OnnxModel, network: nn.Module, images: Tensor) -> float:
    """Run the same images through ONNX Runtime and through torch.

    Args:
        model: The exported network.
        network: What it was exported from, on the CPU in evaluation mode.
        images: (N, 1, H, W), float32 in 0 … 1.

    Returns:
        The largest difference between their logits.

    Raises:
        ExportError: It is above 1e-4, and above that share of the largest logit.
    """
    with torch.inference_mode():
        expected = network(images).numpy()
    found = model.run(images.numpy())
    if found.shape != expected.shape:
        raise _disparity(f"gives {found.shape} where torch gives {expected.shape}")
    difference = float(np.abs(found - expected).max())
    if not difference <= _TOLERANCE * max(1.0, float(np.abs(expected).max())):
        raise _disparity(f"differs from torch by up to {difference:.2g} in its logits")
    return difference


def _disparity(fault: str) -> ExportError:
    return ExportError(
        f"the exported network {fault}",
        expected=f"the same within {_TOLERANCE:g}",
        mend="leave out layers that answer otherwise each time; nothing was written",
    )
