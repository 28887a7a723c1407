import pytest

from inkdigits.learn.networks.glossary import explain_terms
from inkdigits.learn.networks.summary import summarise
from inkdigits.recipes import list_recipes, load_recipe


def test_the_words_of_the_cnn_are_explained_once_each():
    found = dict(explain_terms(summarise(load_recipe("cnn"))))
    assert list(found) == ["conv", "same", "relu", "max pool", "flatten", "dense", "dropout", "softmax"]
    assert "border" in found["same"]


@pytest.mark.parametrize("recipe", list_recipes(), ids=lambda recipe: recipe.name)
def test_no_layer_of_a_builtin_recipe_is_left_unexplained(recipe):
    for row in summarise(recipe):
        assert explain_terms([row]), row.name
