"""What the steps since the last look came to, kept on the device. Knows no network and no files."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from inkdigits.learn.training.engine.backward import PendingMetrics, StepMetrics, StepResult

_MOST = 256
"""So many answers are kept at most before they are judged."""


class MetricAccumulator:
    """Gathers outcomes without waiting for them.

    Examples:
        >>> tally = MetricAccumulator()
        >>> tally.add(StepMetrics(torch.tensor(0.5), torch.tensor(3), examples=4))
        >>> tally.add(PendingMetrics(torch.zeros(4, 2), torch.tensor([0, 0, 0, 1])))
        >>> [(round(loss, 2), correct, examples) for loss, correct, examples in tally.collect()]
        [(0.5, 3, 4), (0.69, 3, 4)]
        >>> tally.collect()
        []
    """

    def __init__(self) -> None:
        self._outcomes: list[StepMetrics] = []
        self._answers: list[PendingMetrics] = []

    def add(self, noted: StepResult) -> None:
        """Take note of one more step."""
        if isinstance(noted, StepMetrics):
            self._judge()
            self._outcomes.append(noted)
            return
        if len(self._answers) >= _MOST or (self._answers and self._answers[0].logits.shape != noted.logits.shape):
            self._judge()
        self._answers.append(noted)

    def collect(self) -> list[tuple[float, int, int]]:
        """Return loss, right answers and examples of each step since the last time, and forget them."""
        self._judge()
        outcomes, self._outcomes = self._outcomes, []
        if not outcomes:
            return []
        losses = torch.stack([outcome.loss for outcome in outcomes]).tolist()
        correct = _to_list([outcome.correct for outcome in outcomes])
        return [(loss, right, of.examples) for loss, right, of in zip(losses, correct, outcomes, strict=True)]

    def _judge(self) -> None:
        answers, self._answers = self._answers, []
        if answers:
            self._outcomes += judge(answers)


def judge(answers: Sequence[PendingMetrics]) -> list[StepMetrics]:
    """Work out what several steps came to.

    Args:
        answers: All of one shape, logits (N, classes).
    """
    logits, targets = (torch.stack(some) for some in zip(*((one.logits, one.targets) for one in answers), strict=True))
    each = functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none").view_as(targets)
    correct = (logits.argmax(-1) == targets).sum(-1)
    examples = targets.shape[-1]
    return [StepMetrics(loss, right, examples) for loss, right in zip(each.mean(-1), correct, strict=True)]


def _to_list(counts: list[Tensor | int]) -> list[int]:
    tensors = [count for count in counts if isinstance(count, Tensor)]
    if len(tensors) < len(counts):
        return [int(count) for count in counts]
    return [int(count) for count in torch.stack(tensors).tolist()]
