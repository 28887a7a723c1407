import pytest

from inkdigits.recipes import infer_shapes, load_recipe
from inkdigits.recipes.classes import fit_classes


@pytest.mark.parametrize("name", ["softmax", "mlp-dropout", "cnn", "fast-99", "reader"])
@pytest.mark.parametrize("classes", [2, 26, 62])
def test_the_last_layer_follows_and_all_else_stays(name, classes):
    recipe = load_recipe(name)
    fitted = fit_classes(recipe, classes)
    assert infer_shapes(fitted.layers, classes)[-1].output_shape == (classes,)
    assert fitted.layers[:-1] == recipe.layers[:-1]
    assert fit_classes(fitted, 10) == recipe


def test_a_convolution_as_last_layer():
    layers = [{"type": "conv2d", "filters": 10, "kernel_size": 28}, {"type": "global_average_pool"}]
    assert fit_classes(load_recipe("softmax", {"layers": layers}), 4).layers[0].filters == 4


@pytest.mark.parametrize(
    "recipe",
    [
        load_recipe("reader-lines"),
        load_recipe("softmax", {"layers": [{"type": "flatten"}]}),
        load_recipe("softmax", {"layers.1.activation": "relu"}),
    ],
    ids=["lines", "no weights", "no output layer"],
)
def test_what_can_not_fit_is_left_to_the_error(recipe):
    assert fit_classes(recipe, 26) == recipe
