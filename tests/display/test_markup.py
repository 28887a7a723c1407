import base64
import io
import re

import PIL.Image
import pytest

from inkdigits.display.markup import card, image, svg_drawing
from inkdigits.learn.report.svg import figure_to_svg


@pytest.fixture(scope="module")
def charts():
    from matplotlib.figure import Figure

    def draw(height):
        figure = Figure(figsize=(2, 1))
        figure.add_subplot().plot([0, height])
        return figure_to_svg(figure, name="line", title="A line", text=f"It rises to {height}.")

    return draw(1), draw(2)


def ids_of(html):
    return re.findall(r'\sid="([^"]+)"', html)


def test_charts_of_a_kind_share_no_id_on_a_page(charts):
    assert set(ids_of(charts[0])) & set(ids_of(charts[1]))
    first, second = (svg_drawing([chart], "A line").html for chart in charts)
    assert ids_of(first)
    assert not set(ids_of(first)) & set(ids_of(second))


def test_what_a_chart_refers_to_is_in_it(charts):
    html = svg_drawing(charts[:1], "A line").html
    referred = re.findall(r'(?:href="#|url\(#)([^")]+)', html)
    assert referred
    assert set(referred) <= set(ids_of(html))
    assert "<title>A line</title>" in html
    assert "aria-labelledby" not in html


def shown(picture):
    content = base64.b64decode(image(picture, "a picture").partition("base64,")[2].rstrip('">'))
    return PIL.Image.open(io.BytesIO(content))


def test_digits_take_a_palette_and_photos_keep_their_colours():
    grey = PIL.Image.linear_gradient("L").convert("RGB")
    colours = PIL.Image.merge("RGB", [PIL.Image.linear_gradient("L").rotate(angle) for angle in (0, 90, 180)])
    assert shown(grey).mode == "P"
    assert shown(colours).tobytes() == colours.tobytes()


@pytest.mark.parametrize("theme", ["[data-jp-theme-light=false]", ".vscode-dark", "[data-theme=dark]"])
def test_cells_follow_the_theme_of_their_page(theme):
    dark = re.search(rf"{re.escape(theme)} \.inkdigits[^{{]*\{{([^}}]*)", card("Title"))
    assert "--page:#1c1e24" in dark[1]
