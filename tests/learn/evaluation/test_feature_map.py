import numpy as np
import pytest
import torch
from torch import nn

from inkdigits.api import train
from inkdigits.learn.evaluation.feature_map import map_features, place_in_plane
from inkdigits.learn.evaluation.hidden_features import hidden_features


@pytest.mark.parametrize("count", [1, 2, 3, 9, 10, 40])
def test_any_number_of_digits_has_places(count):
    places = place_in_plane(np.random.default_rng(0).normal(size=(count, 5)).astype(np.float32))
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert places.min() >= 0
    assert places.max() <= 1


def test_groups_lie_apart_and_the_map_is_the_same_each_time():
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(3), 40)
    features = (rng.normal(size=(120, 8)) + 8 * rng.normal(size=(3, 8))[group]).astype(np.float32)
    places = place_in_plane(features)
    middles = np.array([places[group == number].mean(axis=0) for number in range(3)])
    nearest = np.linalg.norm(places[:, None] - middles, axis=2).argmin(axis=1)
    assert (nearest == group).mean() > 0.98
    assert np.array_equal(places, place_in_plane(features))


def test_features_that_are_all_alike_lie_in_the_middle():
    assert place_in_plane(np.ones((20, 3), np.float32)).tolist() == [[0.5, 0.5]] * 20


def test_hidden_features_are_what_the_last_layer_takes():
    images = np.random.default_rng(0).integers(0, 256, (7, 28, 28), dtype=np.uint8)
    hidden, last = nn.Sequential(nn.Flatten(), nn.Linear(784, 12), nn.ReLU()), nn.Linear(12, 3)
    network = nn.Sequential(*hidden, last)
    expected = hidden(torch.from_numpy(images)[:, None].float() / 255).detach().numpy()
    assert hidden_features(network, images) == pytest.approx(expected, abs=1e-5)
    assert not last._forward_pre_hooks
    without = nn.Sequential(nn.Conv2d(1, 4, 28), nn.Flatten())
    assert hidden_features(without, images).shape == (7, 4)


def test_a_run_has_a_map_of_its_digits(tmp_path):
    run = train("softmax", "uci", out=tmp_path / "run", epochs=1, progress=False)
    found = map_features(run, count=60)
    assert len(found.indices) == 60
    assert np.array_equal(found.images, run.dataset.test.images[found.indices])
    assert np.array_equal(found.predictions, run.probabilities("test")[found.indices].argmax(axis=1))
    assert found.to_dict()["digits"][5]["label"] == run.dataset.test.labels[found.indices[5]]
