"""Where a network looked when it chose a wrong answer. Knows gradients; nothing of runs or colours."""

import numpy as np
import torch
from numpy.typing import NDArray

from inkdigits.core.types import Images, Labels
from inkdigits.learn.networks.modules import device_of, evaluation_mode
from inkdigits.learn.training.tasks.inference import as_input

BATCH_SIZE = 256


def attribution_maps(
    network: torch.nn.Module, images: Images, labels: Labels, predictions: Labels, steps: int = 16
) -> NDArray[np.float32]:
    """Share out among the pixels what made the network prefer its answer to the right one.

    These are integrated gradients from an empty picture of (logit of the prediction - logit of the label).
    Each map sums to that difference less the same difference for an empty picture, as far as `steps` allow.

    Args:
        network: Maps (N, 1, 28, 28), float32, 0 … 1, to logits (N, classes). It is used in evaluation mode
            and left as it was found: modes, weights and gradients.
        images: (N, 28, 28), uint8.
        labels: (N,), the class that is right for each.
        predictions: (N,), the class that was answered for each.
        steps: Points between the empty picture and the digit at which the gradient is taken.

    Returns:
        (N, 28, 28), float32: positive where a pixel spoke for the answer, negative where for the label.

    Source: Sundararajan et al., "Axiomatic Attribution for Deep Networks", 2017.

    Examples:
        >>> linear = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 2))
        >>> ink = np.full((1, 28, 28), 255, np.uint8)
        >>> found = attribution_maps(linear, ink, labels=np.array([0]), predictions=np.array([1]))
        >>> weights = linear[1].weight.detach().numpy()
        >>> bool(np.allclose(found[0].ravel(), weights[1] - weights[0], atol=1e-5))
        True
    """
    maps = np.zeros(images.shape, np.float32)
    device = device_of(network)
    with evaluation_mode(network), torch.inference_mode(False), torch.enable_grad():
        for start in range(0, len(images), BATCH_SIZE):
            part = slice(start, start + BATCH_SIZE)
            digits = as_input(torch.tensor(images[part], device=device))
            chosen = torch.tensor(np.asarray(predictions[part]), dtype=torch.int64, device=device)[:, None]
            right = torch.tensor(np.asarray(labels[part]), dtype=torch.int64, device=device)[:, None]
            maps[part] = _integrated(network, digits, chosen, right, steps).squeeze(1).cpu().numpy()
    return maps


def _integrated(
    network: torch.nn.Module, digits: torch.Tensor, chosen: torch.Tensor, right: torch.Tensor, steps: int
) -> torch.Tensor:
    gradient_sum = torch.zeros_like(digits)
    for step in range(steps):
        # The middle of each step: exact for a straight line and far closer than its ends for a bent one.
        inked = (digits * ((step + 0.5) / steps)).requires_grad_()
        logits = network(inked)
        preference = (logits.gather(1, chosen) - logits.gather(1, right)).sum()
        gradient_sum += torch.autograd.grad(preference, inked)[0]
    return digits * gradient_sum / steps
