"""Which pixels made a network choose its prediction over the label. Knows gradients; nothing of runs or colours."""

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
    """Attribute to each pixel its share in the network's preference for the prediction over the label.

    The method is integrated gradients of (logit of the prediction - logit of the label), from an empty picture to the
    digit. Each map sums to that difference minus the difference for an empty picture; more `steps` are more exact.

    Args:
        network: From (N, 1, 28, 28), float32, 0 … 1, to logits (N, classes). It runs in evaluation mode; its mode,
            weights and gradients are left as they were.
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.
        labels: (N,), int64, the true class number of each.
        predictions: (N,), int64, the predicted class number of each.
        steps: Points between the empty picture and the digit at which the gradient is taken.

    Returns:
        (N, 28, 28), float32, any finite value: positive for the prediction, negative for the label.

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
            digits = as_input(torch.tensor(images[part], device=device))  # (N, 1, 28, 28)
            predicted = torch.tensor(np.asarray(predictions[part]), dtype=torch.int64, device=device)[:, None]  # (N, 1)
            true = torch.tensor(np.asarray(labels[part]), dtype=torch.int64, device=device)[:, None]  # (N, 1)
            gradients = _integrated_gradients(network, digits, predicted, true, steps)
            maps[part] = gradients.squeeze(1).cpu().numpy()  # (N, 28, 28)
    return maps


def _integrated_gradients(
    network: torch.nn.Module, digits: torch.Tensor, predicted: torch.Tensor, true: torch.Tensor, steps: int
) -> torch.Tensor:
    gradient_sum = torch.zeros_like(digits)
    for step in range(steps):
        # The midpoint rule is exact for a linear function and closer than the ends of a step for others.
        inputs = (digits * ((step + 0.5) / steps)).requires_grad_()
        logits = network(inputs)  # (N, classes)
        preference = (logits.gather(1, predicted) - logits.gather(1, true)).sum()
        gradient_sum += torch.autograd.grad(preference, inputs)[0]
    return digits * gradient_sum / steps
