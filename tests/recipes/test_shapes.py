import pytest

from inkdigits.core.errors import RecipeError
from inkdigits.recipes import infer_shapes, load_recipe
from inkdigits.recipes.shapes import has_signs

FLAT, TEN = {"type": "flatten"}, {"type": "dense", "units": 10, "activation": "softmax"}


def shapes(*layers, classes=10):
    recipe = load_recipe("softmax", {"layers": list(layers)})
    return infer_shapes(recipe.layers, classes)


def conv(**settings):
    return {"type": "conv2d", "filters": 4, "kernel_size": 3} | settings


@pytest.mark.parametrize(
    ("layer", "shape", "parameters"),
    [
        (conv(), (4, 26, 26), 40),
        (conv(padding="same"), (4, 28, 28), 40),
        (conv(stride=3, padding="same"), (4, 10, 10), 40),
        (conv(stride=3), (4, 9, 9), 40),
        (conv(use_bias=False), (4, 26, 26), 36),
        ({"type": "max_pool", "size": 3}, (1, 9, 9), 0),
        ({"type": "average_pool", "size": 3, "stride": 2}, (1, 13, 13), 0),
        ({"type": "batch_norm"}, (1, 28, 28), 2),
        ({"type": "dropout"}, (1, 28, 28), 0),
        ({"type": "global_average_pool"}, (1,), 0),
    ],
)
def test_shapes_and_counts(layer, shape, parameters):
    first = shapes(layer, FLAT, TEN)[0]
    assert (first.output_shape, first.parameters) == (shape, parameters)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([TEN], "flatten"),
        ([FLAT, conv(), TEN], "maps (channels, height, width)"),
        ([conv(kernel_size=29), FLAT, TEN], "at least 29x29"),
        ([{"type": "max_pool", "size": 30}, FLAT, TEN], "at least 30x30"),
        ([FLAT, TEN, TEN], "softmax in the last layer only"),
        ([FLAT, {"type": "activation", "function": "softmax"}, TEN], "softmax in the last layer only"),
        ([FLAT, {"type": "dense", "units": 10, "activation": "relu"}], 'set activation = "softmax"'),
        ([FLAT, {"type": "dense", "units": 9}], "10 values, one a class"),
        ([conv()], "4 maps of 26x26"),
    ],
)
def test_layers_that_do_not_fit_are_named(layers, words):
    with pytest.raises(RecipeError) as caught:
        shapes(*layers)
    assert words in str(caught.value)


def test_a_network_for_lines_may_have_classes_for_signs():
    lines = load_recipe("reader-lines").layers
    *others, last, steps = lines
    assert has_signs(lines)
    assert not has_signs([*others, last.model_copy(update={"filters": 24}), steps])
    with pytest.raises(RecipeError, match=r"steps of 12 values.* or of 23, with the 11 signs"):
        has_signs([*others, last.model_copy(update={"filters": 26}), steps])
