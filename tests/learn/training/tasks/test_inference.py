import numpy as np
import pytest
import torch
from torch import nn

from inkdigits.data.dataset import Split
from inkdigits.learn.training.tasks.inference import as_input, predict_logits, predict_probabilities, score_digits
from inkdigits.learn.training.tasks.losses import cross_entropy


def test_scores_are_means_over_any_number_of_batches():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.Dropout(0.5)).train()
    images = np.random.default_rng(0).integers(0, 256, (601, 28, 28), dtype=np.uint8)
    split = Split(images, np.arange(601) % 10)
    logits = predict_logits(network, images)
    network.eval()
    whole = network(torch.from_numpy(images).unsqueeze(1).float() / 255)
    torch.testing.assert_close(logits, whole, rtol=1e-4, atol=1e-5)
    result = score_digits(network, split, cross_entropy)
    assert result.loss == pytest.approx(cross_entropy(whole, torch.from_numpy(split.labels)).item(), rel=1e-4)
    assert result.errors == int((whole.argmax(dim=1).numpy() != split.labels).sum())
    assert result.accuracy == pytest.approx(1 - result.errors / 601)


@pytest.mark.parametrize("flat", [True, False])
def test_feature_maps_are_computed_for_few_digits_at_a_time(flat):
    torch.manual_seed(0)
    end = [nn.Flatten(), nn.Linear(64, 3)] if flat else [nn.Sequential(nn.Flatten(), nn.Linear(64, 3))]
    network = nn.Sequential(nn.Conv2d(1, 1, 7, stride=3), *end)
    images = np.random.default_rng(0).integers(0, 256, (601, 28, 28), dtype=np.uint8)
    seen = {}
    for number, layer in enumerate(network):
        layer.register_forward_hook(lambda _, came, went, number=number: seen.setdefault(number, []).append(len(went)))
    advanced = []
    logits = predict_logits(network, images, advanced.append)
    assert max(seen[0]) <= 100
    assert len(seen[1 + flat]) == (2 if flat else len(seen[0]))
    assert sum(advanced) == 601
    torch.testing.assert_close(logits, network(as_input(torch.from_numpy(images))), rtol=1e-4, atol=1e-5)


def test_the_mode_of_the_network_is_left_as_it_was():
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 3)).train()
    probabilities = predict_probabilities(network, np.zeros((2, 28, 28), np.uint8))
    assert network.training
    assert probabilities.sum(axis=1) == pytest.approx([1, 1])


def test_nothing_to_look_at():
    with pytest.raises(ValueError, match="no pictures"):
        predict_probabilities(nn.Flatten(), np.zeros((0, 28, 28), np.uint8))
