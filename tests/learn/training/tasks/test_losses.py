import math

import pytest
import torch

from inkdigits.learn.training.tasks.losses import cross_entropy, mean_squared_error

LOGITS = torch.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 3.0]])
LABELS = torch.tensor([0, 1])


def test_cross_entropy():
    first = math.log(math.exp(2) + 2) - 2
    second = math.log(2 + math.exp(3))
    assert cross_entropy(LOGITS, LABELS).item() == pytest.approx((first + second) / 2)


def test_mean_squared_error_is_that_of_probabilities_over_classes():
    probabilities = LOGITS.softmax(dim=1)
    wanted = ((probabilities - torch.tensor([[1.0, 0, 0], [0, 1.0, 0]])) ** 2).mean()
    assert mean_squared_error(LOGITS, LABELS).item() == pytest.approx(wanted.item())
