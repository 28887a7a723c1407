import numpy as np
import pytest
import torch
from torch import nn

import inkdigits
from helpers.recipes import small_recipe
from inkdigits.learn.evaluation.temperature import fit_temperature


class Scaled(nn.Module):
    """A network whose logits are made larger than they should be, or smaller."""

    def __init__(self, network, factor):
        super().__init__()
        self.network, self.factor = network, factor

    def forward(self, pictures):
        return self.network(pictures) * self.factor


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    recipe = small_recipe(epochs=3, early_stopping=False)
    return inkdigits.train(recipe, "uci", out=tmp_path_factory.mktemp("temperature") / "run", progress=False)


def with_logits_times(run, factor):
    again = inkdigits.Run(run.path)
    again.__dict__["network"] = Scaled(run.network, factor).eval()
    return again


def test_larger_logits_need_a_temperature_that_is_as_much_higher(run):
    usual = fit_temperature(with_logits_times(run, 10))
    assert 0.6 < usual < 1.9
    assert fit_temperature(with_logits_times(run, 15)) == pytest.approx(1.5 * usual, rel=0.04)


def test_it_makes_the_held_back_digits_likeliest(run):
    held_back = run.split("validation")
    plain = with_logits_times(run, 10)
    plain.__dict__["recipe"] = run.recipe.model_copy(update={"augmentation": None})
    fitted = fit_temperature(plain)
    with torch.inference_mode():
        logits = plain.network(torch.from_numpy(held_back.images[:, None]).float() / 255)

    def loss(temperature):
        return float(nn.functional.cross_entropy(logits / temperature, torch.from_numpy(held_back.labels)))

    least = min((loss(value), value) for value in np.geomspace(0.4, 3.5, 200))
    assert fitted == pytest.approx(least[1], rel=0.04)


def test_the_digits_are_shown_as_the_network_was_taught(run):
    # Turned and moved they are harder, and the network must be less sure.
    hard = with_logits_times(run, 10)
    changed = run.recipe.augmentation.model_copy(update={"rotate_degrees": 60.0, "noise": 0.5})
    hard.__dict__["recipe"] = run.recipe.model_copy(update={"augmentation": changed})
    assert fit_temperature(hard) > 1.2 * fit_temperature(with_logits_times(run, 10))


def test_it_is_the_same_each_time_and_leaves_the_random_state_alone(run):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first, second = fit_temperature(run), fit_temperature(run)
    assert first == second
    assert torch.equal(torch.rand(3), expected)


def test_where_nothing_was_held_back_logits_stay_as_they_are(tmp_path):
    run = inkdigits.train("softmax", "uci", out=tmp_path / "run", changes={"epochs": 1}, progress=False)
    assert fit_temperature(run) == 1.0
