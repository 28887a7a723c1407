import pytest

from inkdigits.core.errors import RecipeError
from inkdigits.recipes import load_recipe


def test_data_and_recipe_must_fit(train_small, tmp_path):
    with pytest.raises(RecipeError, match="10 values, one a class"):
        train_small(load_recipe("softmax", {"layers.1.units": 9}))
    assert not (tmp_path / "run").exists()


def test_a_last_batch_too_small_for_batch_norm_is_refused_before_training(train_small, digits, tmp_path):
    layers = [{"type": "flatten"}, {"type": "batch_norm"}, {"type": "dense", "units": 10}]
    recipe = load_recipe("softmax", {"layers": layers, "epochs": 1})
    with pytest.raises(RecipeError, match="choose another batch_size"):
        train_small(recipe, data=digits.limited(301))
    assert not (tmp_path / "run").exists()
    assert train_small(recipe, data=digits.limited(302)).status == "complete"


def test_a_network_too_large_for_any_machine(train_small):
    with pytest.raises(RecipeError, match="more than this machine can hold"):
        train_small(load_recipe("mlp-100x2", {"layers.1.units": 10**13}))
