"""A Matplotlib figure as an SVG element for a page. Knows colours, ids and titles; not what is drawn."""

import io
import re
import warnings
from enum import StrEnum
from html import escape
from typing import Any

import matplotlib
from matplotlib.figure import Figure


class Colour(StrEnum):
    """Placeholder colours to draw with; `figure_to_svg` replaces each with the page's own."""

    INK = "#010101"
    MUTED = "#020202"
    LINE = "#030303"
    TRAIN = "#040404"
    WATCHED = "#050505"
    WRONG = "#060606"


def figure_to_svg(figure: Figure, *, name: str, title: str, text: str) -> str:
    """Return a figure as one `<svg>` element.

    The same figure gives the same bytes. Text stays text in the page's font. Ids are unique to the chart.

    Args:
        figure: Drawn in `Colour`s only.
        name: Prefix of its ids, different for each chart; letters and hyphens.
        title: The accessible name.
        text: The accessible description: what the chart shows.

    Returns:
        The element, coloured with the custom properties `--ink`, `--muted`, `--line`, `--train`, `--watched`
        and `--wrong`.
    """
    figure.patch.set_alpha(0)
    settings: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": name}
    no_metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    buffer = io.StringIO()
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # The browser draws the text, so a letter that Matplotlib's font lacks does no harm.
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(buffer, format="svg", metadata=no_metadata)
    drawing = buffer.getvalue()
    drawing = drawing[drawing.index("<svg") :].strip()
    for colour in Colour:
        drawing = drawing.replace(colour.value, f"var(--{colour.name.lower()})")
    drawing = prefix_ids(drawing, name)
    opening = (
        f'<svg class="chart" role="img" aria-labelledby="{name}-title {name}-text" '
        f'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{_view_box(drawing)}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(text)}</desc>'
    )
    return opening + drawing[drawing.index(">") + 1 :]


def prefix_ids(drawing: str, name: str) -> str:
    """Return an SVG with a prefix before every id and every reference to one.

    Args:
        drawing: The SVG.
        name: The prefix, without the hyphen that follows it.

    Examples:
        >>> prefix_ids('<path id="a"/><use href="#a" clip-path="url(#a)"/>', "map")
        '<path id="map-a"/><use href="#map-a" clip-path="url(#map-a)"/>'
    """
    drawing = re.sub(r'(\sid=")', rf"\1{name}-", drawing)
    drawing = re.sub(r'(href="#)', rf"\1{name}-", drawing)
    return re.sub(r"(url\(#)", rf"\1{name}-", drawing)


def _view_box(drawing: str) -> str:
    found = re.search(r'viewBox="([^"]+)"', drawing)
    assert found, "Matplotlib always writes a viewBox"
    return found[1]
