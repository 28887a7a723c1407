"""Metrics of steps, computed later and for many steps at once."""

import pytest
import torch
from torch.nn import functional

from inkdigits.learn.training.engine.step_metrics import (
    MetricAccumulator,
    PendingMetrics,
    StepMetrics,
    compute_step_metrics,
)


def pending_steps(count, examples=100):
    generator = torch.Generator().manual_seed(count)
    return [
        # In the memory layout of `FusedMLP`: class by class.
        PendingMetrics(
            8 * torch.randn(10, examples, generator=generator).t(),
            torch.randint(0, 10, (examples,), generator=generator),
        )
        for _ in range(count)
    ]


def test_metrics_are_cross_entropy_and_correct_answers():
    for metrics, step in zip(compute_step_metrics(pending_steps(3)), pending_steps(3), strict=True):
        expected = functional.cross_entropy(step.logits, step.targets).item()
        assert metrics.loss.item() == pytest.approx(expected, rel=1e-6)
        assert int(metrics.correct) == int((step.logits.argmax(1) == step.targets).sum())
        assert metrics.examples == 100


@pytest.mark.parametrize("examples", [1, 7, 100, 200])
def test_the_number_of_steps_computed_at_once_changes_no_bit(examples):
    """A resumed training computes metrics at other steps than an uninterrupted one."""
    steps = pending_steps(300, examples)
    at_once = [(metrics.loss.item(), int(metrics.correct)) for metrics in compute_step_metrics(steps)]
    alone = [(metrics.loss.item(), int(metrics.correct)) for step in steps for metrics in compute_step_metrics([step])]
    accumulator = MetricAccumulator()
    for step in steps:
        accumulator.update(step)
    assert at_once == alone
    assert [(loss, correct) for loss, correct, _ in accumulator.compute()] == alone


def test_metrics_stay_in_the_order_of_steps():
    accumulator = MetricAccumulator()
    steps, short = pending_steps(4), pending_steps(1, examples=17)
    for result in (*steps[:2], *short, StepMetrics(torch.tensor(0.5), 3, 4), *steps[2:]):
        accumulator.update(result)
    metrics = accumulator.compute()
    assert [examples for _, _, examples in metrics] == [100, 100, 17, 4, 100, 100]
    assert metrics[3] == (0.5, 3, 4)
    assert metrics[0][0] == compute_step_metrics(steps[:1])[0].loss.item()
    assert accumulator.compute() == []


def test_a_clone_is_not_overwritten_by_the_next_step():
    (pending,) = pending_steps(1)
    metrics = StepMetrics(torch.tensor(1.0), torch.tensor(2), 3)
    pending_clone, metrics_clone = pending.clone(), metrics.clone()
    before = compute_step_metrics([pending_clone])[0].loss.item()
    pending.logits.zero_(), pending.targets.zero_(), metrics.loss.zero_(), metrics.correct.zero_()
    assert compute_step_metrics([pending_clone])[0].loss.item() == before
    assert (metrics_clone.loss.item(), int(metrics_clone.correct)) == (1.0, 2)
