"""The recipes that are measured by the clock: fixed in length, blind to the test set, and trained like any other."""

import pytest

from inkdigits.recipes import list_recipes, load_recipe

FAST = [recipe for recipe in list_recipes() if recipe.name.startswith("fast-")]


def test_there_is_one_for_each_accuracy():
    assert [recipe.name for recipe in FAST] == ["fast-99", "fast-99.4", "fast-99.5"]


@pytest.mark.parametrize("recipe", FAST, ids=lambda recipe: recipe.name)
def test_nothing_but_the_recipe_decides_when_one_ends(recipe):
    assert recipe.early_stopping is None
    assert not recipe.watch_test
    assert recipe.validation == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", [recipe.name for recipe in FAST])
def test_one_learns_and_gives_the_same_bits_again(train_small, name):
    recipe = load_recipe(name, {"epochs": 6, "batch_size": 32})
    first, again = train_small(recipe, "first"), train_small(recipe, "again")
    weights = [(run.path / "weights.safetensors").read_bytes() for run in (first, again)]
    assert weights[0] == weights[1]
    assert first.read_json("metrics.json")["test"]["accuracy"] > 0.85
