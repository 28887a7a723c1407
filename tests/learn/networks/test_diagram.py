import xml.etree.ElementTree as ET

import pytest

from inkdigits.learn.networks.diagram import draw_diagram
from inkdigits.learn.networks.summary import summarise
from inkdigits.recipes import list_recipes, load_recipe

SVG = "{http://www.w3.org/2000/svg}"


def draw(recipe, title="a network"):
    return ET.fromstring(draw_diagram(summarise(recipe), title))


@pytest.mark.parametrize("recipe", list_recipes(), ids=lambda recipe: recipe.name)
def test_every_layer_is_named_and_nothing_lies_outside(recipe):
    root = draw(recipe)
    words = {text.text for text in root.iter(f"{SVG}text")}
    for row in summarise(recipe):
        assert set(row.name.split(", ")) <= words
        if row.parameters:
            assert f"{row.parameters:,} learned" in words
    _, _, width, height = map(float, root.get("viewBox").split())
    for text in root.iter(f"{SVG}text"):
        assert 0 < float(text.get("x")) < width
        assert 0 < float(text.get("y")) < height


def test_maps_are_squares_and_units_are_dots():
    root = draw(load_recipe("cnn"))
    assert len(list(root.iter(f"{SVG}rect"))) == 1 + 4 * 6
    assert len(list(root.iter(f"{SVG}circle"))) == 3 * 8


def test_the_title_is_escaped():
    root = draw(load_recipe("softmax"), "a <b> & c")
    assert root.find(f"{SVG}title").text == "a <b> & c"
