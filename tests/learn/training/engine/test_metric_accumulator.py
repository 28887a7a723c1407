"""What steps came to, judged later and many at once."""

import pytest
import torch
from torch.nn import functional

from inkdigits.learn.training.engine.backward import PendingMetrics, StepMetrics
from inkdigits.learn.training.engine.metric_accumulator import MetricAccumulator, judge


def answers_of(count, examples=100):
    generator = torch.Generator().manual_seed(count)
    return [
        # As a dense stack leaves them: one class behind the other.
        PendingMetrics(
            8 * torch.randn(10, examples, generator=generator).t(),
            torch.randint(0, 10, (examples,), generator=generator),
        )
        for _ in range(count)
    ]


def test_answers_come_to_their_cross_entropy_and_right_ones():
    for outcome, one in zip(judge(answers_of(3)), answers_of(3), strict=True):
        assert outcome.loss.item() == pytest.approx(functional.cross_entropy(one.logits, one.targets).item(), rel=1e-6)
        assert int(outcome.correct) == int((one.logits.argmax(1) == one.targets).sum())
        assert outcome.examples == 100


@pytest.mark.parametrize("examples", [1, 7, 100, 200])
def test_how_many_are_judged_at_once_changes_no_bit(examples):
    """A training that goes on from a checkpoint looks at other moments than one that was never stopped."""
    many = answers_of(300, examples)
    at_once = [(outcome.loss.item(), int(outcome.correct)) for outcome in judge(many)]
    alone = [(outcome.loss.item(), int(outcome.correct)) for one in many for outcome in judge([one])]
    tally = MetricAccumulator()
    for one in many:
        tally.add(one)
    assert at_once == alone
    assert [(loss, correct) for loss, correct, _ in tally.collect()] == alone


def test_the_order_stays_whatever_is_noted_between():
    tally = MetricAccumulator()
    some, short = answers_of(4), answers_of(1, examples=17)
    for noted in (*some[:2], *short, StepMetrics(torch.tensor(0.5), 3, 4), *some[2:]):
        tally.add(noted)
    collected = tally.collect()
    assert [examples for _, _, examples in collected] == [100, 100, 17, 4, 100, 100]
    assert collected[3] == (0.5, 3, 4)
    assert collected[0][0] == judge(some[:1])[0].loss.item()
    assert tally.collect() == []


def test_a_copy_stays_when_the_next_step_writes_to_the_same_place():
    (one,) = answers_of(1)
    kept, outcome = one.kept(), StepMetrics(torch.tensor(1.0), torch.tensor(2), 3)
    kept_outcome = outcome.kept()
    before = judge([kept])[0].loss.item()
    one.logits.zero_(), one.targets.zero_(), outcome.loss.zero_(), outcome.correct.zero_()
    assert judge([kept])[0].loss.item() == before
    assert (kept_outcome.loss.item(), int(kept_outcome.correct)) == (1.0, 2)
