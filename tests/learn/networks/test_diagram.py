import xml.etree.ElementTree as ET

import numpy as np
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
    # Of the vectors of 3,136 and 1,024 values eight dots are drawn; each of the ten outputs has its own.
    assert len(list(root.iter(f"{SVG}circle"))) == 2 * 8 + 10


def named_outputs(root):
    return [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "name"]


def test_outputs_are_named_and_the_input_is_a_digit():
    rows = summarise(load_recipe("softmax"))
    plain = draw(load_recipe("softmax"))
    assert named_outputs(plain) == list("0123456789")
    assert [path.get("class") for path in plain.iter(f"{SVG}path")].count("pen") == 1
    digit = np.zeros((28, 28), np.uint8)
    digit[3, 5:9], digit[4, 5] = 255, 128
    drawn = ET.fromstring(
        draw_diagram(rows, "a network", digit=digit, classes=["<one>", *"abcdefgh", "a very long name"])
    )
    assert named_outputs(drawn) == ["<one>", *"abcdefgh", "a very long…"]
    ink = {path.get("opacity"): path.get("d") for path in drawn.iter(f"{SVG}path") if path.get("class") == "ink"}
    assert ink == {"0.5": "M5 4h1v1h-1z", "1": "M5 3h4v1h-4z"}
    width = float(drawn.get("viewBox").split()[2])
    ends = [
        float(text.get("x")) + 6.4 * len(text.text) for text in drawn.iter(f"{SVG}text") if text.get("class") == "name"
    ]
    assert max(ends) <= width


def test_many_outputs_are_not_named():
    rows = summarise(load_recipe("softmax", {"layers.1.units": 26}), 26)
    assert named_outputs(ET.fromstring(draw_diagram(rows, "letters"))) == []


def test_the_title_is_escaped():
    root = draw(load_recipe("softmax"), "a <b> & c")
    assert root.find(f"{SVG}title").text == "a <b> & c"
