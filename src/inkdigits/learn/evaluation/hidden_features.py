"""What a network knows of digits before its last layer decides. Knows nothing of what it is used for."""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from inkdigits.core.types import Images
from inkdigits.learn.training.tasks.inference import predict_logits


def hidden_features(network: nn.Module, images: Images) -> NDArray[np.float32]:
    """Return what the last dense layer of a network takes in; of a network without dense layers, its logits.

    Args:
        network: From float32 (N, 1, 28, 28) in 0 … 1 to logits (N, classes); left as it was.
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.

    Returns:
        (N, features), float32, any value.

    Examples:
        >>> network = nn.Sequential(nn.Flatten(), nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 10))
        >>> hidden_features(network, np.zeros((3, 28, 28), np.uint8)).shape
        (3, 20)
    """
    taken: list[NDArray[np.float32]] = []

    def keep(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        taken.append(inputs[0].detach().float().cpu().numpy())

    last = next((module for module in reversed(list(network.modules())) if isinstance(module, nn.Linear)), None)
    if last is None:
        return np.asarray(predict_logits(network, images).cpu().numpy(), np.float32)
    hook = last.register_forward_pre_hook(keep)
    try:
        predict_logits(network, images)
    finally:
        hook.remove()
    return np.concatenate(taken).reshape(len(images), -1)
