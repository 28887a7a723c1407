"""The word that a user chooses a device by -> the device. Knows nothing of what is computed there."""

import torch

from inkdigits.core.errors import RunError


def choose_device(name: str) -> torch.device:
    """Return the device of a name, ready to compute the same bits each time.

    Args:
        name: "auto" (a GPU where there is one), "cpu", "cuda", "cuda:1", "mps".

    Raises:
        RunError: This machine has no such device.
    """
    available = ["cpu"]
    if torch.cuda.is_available():
        available.insert(0, "cuda")
    if torch.backends.mps.is_available():
        available.insert(0, "mps")
    try:
        device = torch.device(available[0] if name == "auto" else name)
        counts = {"cuda": torch.cuda.device_count()}
        is_available = device.type in available and (device.index or 0) < counts.get(device.type, 1)
    except RuntimeError:
        is_available = False
    if not is_available:
        raise RunError(
            f"the device {name}", expected=f"one of auto, {', '.join(available)}", mend="choose another --device"
        )
    if device.type == "cuda":
        # Deterministic kernels, and no TF32 in place of float32.
        torch.backends.cudnn.deterministic, torch.backends.cudnn.allow_tf32 = True, False
        torch.backends.cuda.matmul.allow_tf32 = False
    return device
