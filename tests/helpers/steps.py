"""A random batch, and the gradients of a step."""

import torch

from inkdigits.learn.training.engine.step_metrics import PendingMetrics, compute_step_metrics
from inkdigits.learn.training.tasks.task import Batch


def batch_of(examples):
    generator = torch.Generator().manual_seed(examples)
    pictures = torch.rand(examples, 1, 28, 28, generator=generator)
    return Batch(pictures, torch.randint(0, 10, (examples,), generator=generator), examples)


def gradients(step, network, batch):
    result = step(batch)
    metrics = compute_step_metrics([result])[0] if isinstance(result, PendingMetrics) else result
    return metrics, [parameter.grad.clone() for parameter in network.parameters()]
