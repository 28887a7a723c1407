"""Networks that read lines: the layers `columns` and `steps`, and the recipe made of them."""

import xml.etree.ElementTree as ET

import pytest
import torch

from inkdigits.core.errors import RecipeError
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.networks.diagram import draw_diagram
from inkdigits.learn.networks.modules import count_parameters
from inkdigits.learn.networks.summary import summarise
from inkdigits.recipes import infer_shapes, load_recipe
from inkdigits.recipes.shapes import LINE_SHAPE

COLUMNS, STEPS = {"type": "columns"}, {"type": "steps", "per_column": 2}


def conv(filters, size=1, **more):
    return {"type": "conv2d", "filters": filters, "kernel_size": size, "padding": "same"} | more


def lines_recipe(*layers):
    return load_recipe("reader-lines", {"layers": list(layers)})


def layer_of(recipe, kind):
    return next(module for name, module in build_network(recipe).named_children() if name.endswith(kind))


def test_columns_stack_channels_and_rows():
    columns = layer_of(lines_recipe(conv(3), COLUMNS, conv(12), {"type": "steps"}), "columns")
    maps = torch.arange(2 * 3 * 40 * 16.0).reshape(2, 3, 40, 16)
    found = columns(maps)
    assert found.shape == (2, 120, 1, 16)
    assert torch.equal(found[1, :, 0, 5], maps[1, :, :, 5].flatten())


def test_steps_run_along_the_line_with_several_a_column():
    steps = layer_of(lines_recipe(COLUMNS, conv(24), STEPS), "steps")
    features = torch.zeros(1, 24, 1, 3)
    features[0, :, 0, :] = torch.arange(24.0)[:, None] + 100 * torch.arange(3.0)
    found = steps(features)
    assert found.shape == (1, 6, 12)
    # The first half of a column's features is its left step, the other half the right one.
    assert found[0, :, 0].tolist() == [0, 12, 100, 112, 200, 212]
    assert found[0, 3].tolist() == [112 + value for value in range(12)]


def test_shapes_follow_the_width_of_the_line():
    recipe = load_recipe("reader-lines")
    rows = infer_shapes(recipe.layers, 10, lines=True)
    assert rows[0].input_shape == (1, 40, 240)
    assert rows[-1].output_shape == (120, 23)
    network = build_network(recipe).eval()
    with torch.inference_mode():
        for width in (16, 240, 1000):
            assert network(torch.zeros(2, 1, 40, width)).shape == (2, width // 2, 23)
    assert count_parameters(network) == sum(row.parameters for row in summarise(recipe))


def test_a_line_network_has_two_outputs_more_than_classes():
    recipe = lines_recipe(COLUMNS, conv(28), {"type": "steps"})
    assert build_network(recipe, classes=26)(torch.zeros(1, 1, 40, 16)).shape == (1, 16, 28)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([conv(24), STEPS], ["layers.1 (steps)", "one row of maps", 'put { type = "columns" } further up']),
        ([COLUMNS, conv(25), STEPS], ["layers.2 (steps)", "25 maps of 1x240", "whose number 2 divides"]),
        ([COLUMNS, conv(22), STEPS], ["12"]),
        ([{"type": "flatten"}, COLUMNS], ["layers.1 (columns)", "maps (channels, height, width)"]),
        ([COLUMNS, conv(12)], ["steps"]),
    ],
)
def test_layers_that_do_not_fit_are_named(layers, words):
    with pytest.raises(RecipeError) as caught:
        build_network(lines_recipe(*layers))
    assert [word for word in words if word not in str(caught.value)] == []


def test_the_table_and_the_diagram_name_them():
    recipe = load_recipe("reader-lines")
    rows = summarise(recipe)
    names = [row.name for row in rows]
    assert "columns" in names
    assert "steps" in names
    assert "conv 1x5, 128 filters, same" in names
    picture = ET.fromstring(draw_diagram(rows, recipe.title, LINE_SHAPE))
    words = " ".join(picture.itertext())
    assert "columns" in words
    assert "steps" in words
    assert "40" in words


def test_the_reader_networks_are_small():
    sizes = {name: count_parameters(build_network(load_recipe(name))) for name in ("reader", "reader-lines")}
    # The package ships one digit network and two line networks, 16 bits a weight: under 2 MB.
    assert 2 * (sizes["reader"] + 2 * sizes["reader-lines"]) < 2_500_000
    assert load_recipe("reader-lines").reads_lines
    assert not load_recipe("reader").reads_lines
