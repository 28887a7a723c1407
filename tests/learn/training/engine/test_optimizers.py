"""Optimisers, compared with steps worked out by hand."""

import math

import pytest
import torch

from inkdigits.learn.training.engine.optimizers import build_optimizer
from inkdigits.recipes import load_recipe


def test_steps_are_those_of_the_papers():
    """One step from weight 1 with gradient 2."""
    steps = {
        "sgd": ({"learning_rate": 0.1}, 1 - 0.2),
        "rmsprop": ({"learning_rate": 0.1, "rho": 0.9}, 1 - 0.1 * 2 / math.sqrt(0.1 * 4)),
        "adam": ({"learning_rate": 0.1}, 1 - 0.1),
        "adamw": ({"learning_rate": 0.1, "weight_decay": 0.5}, 1 - 0.05 - 0.1),
    }
    for name, (settings, expected) in steps.items():
        weight = torch.ones(1)
        recipe = load_recipe("softmax", {"optimizer": {"name": name} | settings})
        optimizer = build_optimizer(recipe.optimizer, [weight])
        optimizer.step([torch.full((1,), 2.0)], recipe.optimizer.learning_rate)
        assert weight.item() == pytest.approx(expected, abs=1e-5), name
