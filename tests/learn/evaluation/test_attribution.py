import numpy as np
import pytest
import torch

from inkdigits.learn.evaluation.attribution import BATCH_SIZE, attribution_maps


def random_images(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28), dtype=np.uint8)


@pytest.fixture
def bent_network() -> torch.nn.Module:
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 5),
        torch.nn.Tanh(),
        torch.nn.Dropout(0.5),
        torch.nn.Flatten(),
        torch.nn.Linear(2304, 10),
    )


def preference(network: torch.nn.Module, images: np.ndarray, labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    network.eval()
    with torch.no_grad():
        logits = network(torch.tensor(images, dtype=torch.float32)[:, None] / 255).numpy()
    rows = np.arange(len(images))
    return np.asarray(logits[rows, predictions] - logits[rows, labels])


def test_maps_sum_to_the_change_of_preference_from_the_empty_picture(bent_network: torch.nn.Module) -> None:
    images, labels, predictions = random_images(5), np.array([0, 1, 2, 3, 4]), np.array([5, 6, 7, 8, 9])
    maps = attribution_maps(bent_network, images, labels, predictions, steps=64)
    change = preference(bent_network, images, labels, predictions) - preference(
        bent_network, np.zeros_like(images), labels, predictions
    )
    np.testing.assert_allclose(maps.sum(axis=(1, 2)), change, atol=2e-3)


def test_a_linear_network_gives_its_weights_times_the_ink() -> None:
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 3))
    images = random_images(2)
    maps = attribution_maps(network, images, np.array([0, 2]), np.array([1, 0]), steps=1)
    weights = network[1].weight.detach().numpy().reshape(3, 28, 28)
    expected = np.stack([weights[1] - weights[0], weights[0] - weights[2]]) * images / 255
    assert maps.dtype == np.float32
    np.testing.assert_allclose(maps, expected, atol=1e-6)


def test_batches_do_not_change_the_answer(bent_network: torch.nn.Module) -> None:
    images = random_images(BATCH_SIZE + 3)
    labels, predictions = np.zeros(len(images), np.int64), np.ones(len(images), np.int64)
    whole = attribution_maps(bent_network, images, labels, predictions, steps=2)
    last = attribution_maps(bent_network, images[-3:], labels[-3:], predictions[-3:], steps=2)
    np.testing.assert_allclose(whole[-3:], last, atol=1e-6)


def test_network_is_left_as_it_was_found(bent_network: torch.nn.Module) -> None:
    bent_network.train()
    bent_network[0].eval()
    before = {name: value.clone() for name, value in bent_network.state_dict().items()}
    with torch.no_grad():
        attribution_maps(bent_network, random_images(2), np.array([0, 1]), np.array([1, 0]), steps=2)
    assert [module.training for module in bent_network] == [False, True, True, True, True]
    assert all(parameter.grad is None for parameter in bent_network.parameters())
    assert all(torch.equal(before[name], value) for name, value in bent_network.state_dict().items())


def test_no_pictures_give_no_maps(bent_network: torch.nn.Module) -> None:
    nothing = np.zeros(0, np.int64)
    assert attribution_maps(bent_network, random_images(0), nothing, nothing).shape == (0, 28, 28)
