"""Loss and accuracy of training steps, kept on the device until they are needed. Knows no network and no files."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

_MAX_PENDING = 256
"""The most steps whose logits are kept before their metrics are computed."""


@dataclass(frozen=True)
class StepMetrics:
    """Loss and correct answers of a batch, left on the device: to read them earlier would wait for it.

    Attributes:
        loss: The batch's mean loss before the step, a scalar.
        correct: Number of correct examples.
        examples: Number of examples.
    """

    loss: Tensor
    correct: Tensor | int
    examples: int

    def clone(self) -> "StepMetrics":
        """Return a copy with memory of its own, which the next step does not overwrite."""
        correct = self.correct.clone() if isinstance(self.correct, Tensor) else self.correct
        return StepMetrics(self.loss.clone(), correct, self.examples)


@dataclass(frozen=True)
class PendingMetrics:
    """Logits and targets of a batch whose cross-entropy is computed later: for many steps at once that is cheaper.

    Attributes:
        logits: (…, N, classes), float32, before the step.
        targets: (…, N), int64, class numbers.
    """

    logits: Tensor
    targets: Tensor

    def clone(self) -> "PendingMetrics":
        """Return a copy with memory of its own, which the next step does not overwrite."""
        return PendingMetrics(self.logits.clone(), self.targets.clone())


StepResult = StepMetrics | PendingMetrics
"""What a step returns."""


class MetricAccumulator:
    """Collects the metrics of steps without waiting for the device.

    Examples:
        >>> metrics = MetricAccumulator()
        >>> metrics.update(StepMetrics(torch.tensor(0.5), torch.tensor(3), examples=4))
        >>> metrics.update(PendingMetrics(torch.zeros(4, 2), torch.tensor([0, 0, 0, 1])))
        >>> [(round(loss, 2), correct, examples) for loss, correct, examples in metrics.compute()]
        [(0.5, 3, 4), (0.69, 3, 4)]
        >>> metrics.compute()
        []
    """

    def __init__(self) -> None:
        self._metrics: list[StepMetrics] = []
        self._pending: list[PendingMetrics] = []

    def update(self, result: StepResult) -> None:
        """Add the result of a step.

        Args:
            result: Not overwritten by later steps.
        """
        if isinstance(result, StepMetrics):
            self._compute_pending()
            self._metrics.append(result)
            return
        if len(self._pending) >= _MAX_PENDING or (
            self._pending and self._pending[0].logits.shape != result.logits.shape
        ):
            self._compute_pending()
        self._pending.append(result)

    def compute(self) -> list[tuple[float, int, int]]:
        """Return mean loss, correct examples and examples of each step since the last call, and start anew."""
        self._compute_pending()
        metrics, self._metrics = self._metrics, []
        if not metrics:
            return []
        losses = torch.stack([step.loss for step in metrics]).tolist()  # (steps,)
        correct = _to_list([step.correct for step in metrics])
        return [(loss, right, step.examples) for loss, right, step in zip(losses, correct, metrics, strict=True)]

    def _compute_pending(self) -> None:
        pending, self._pending = self._pending, []
        if pending:
            self._metrics += compute_step_metrics(pending)


def compute_step_metrics(pending: Sequence[PendingMetrics]) -> list[StepMetrics]:
    """Return the metrics of several steps.

    Args:
        pending: Logits (N, classes) and targets (N,), of one shape in all steps.
    """
    logits = torch.stack([step.logits for step in pending])  # (steps, N, classes)
    targets = torch.stack([step.targets for step in pending])  # (steps, N)
    losses = functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none").view_as(targets)
    correct = (logits.argmax(-1) == targets).sum(-1)  # (steps,)
    examples = targets.shape[-1]
    return [StepMetrics(loss, right, examples) for loss, right in zip(losses.mean(-1), correct, strict=True)]


def _to_list(counts: list[Tensor | int]) -> list[int]:
    tensors = [count for count in counts if isinstance(count, Tensor)]
    if len(tensors) < len(counts):
        return [int(count) for count in counts]
    return [int(count) for count in torch.stack(tensors).tolist()]
