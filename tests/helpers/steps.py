"""A random batch, and the gradients of a step."""

from typing import Any

import torch
from torch import Tensor, nn

from inkdigits.learn.training.engine.step_metrics import PendingMetrics, StepMetrics, compute_step_metrics
from inkdigits.learn.training.tasks.task import Batch


def batch_of(examples: int) -> Batch:
    generator = torch.Generator().manual_seed(examples)
    pictures = torch.rand(examples, 1, 28, 28, generator=generator)
    return Batch(pictures, torch.randint(0, 10, (examples,), generator=generator), examples)


def gradients(step: Any, network: nn.Module, batch: Batch) -> tuple[StepMetrics, list[Tensor]]:
    result = step(batch)
    metrics = compute_step_metrics([result])[0] if isinstance(result, PendingMetrics) else result
    found = [parameter.grad.clone() for parameter in network.parameters() if parameter.grad is not None]
    assert len(found) == len(list(network.parameters()))
    return metrics, found
