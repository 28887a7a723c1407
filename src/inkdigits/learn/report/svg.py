"""A Matplotlib figure as an SVG that fits into a page. Knows colours, ids and titles; not what is drawn."""

import io
import re
import warnings
from enum import StrEnum
from html import escape
from typing import Any

import matplotlib
from matplotlib.figure import Figure


class Colour(StrEnum):
    """Placeholder colours to draw with; `finish` replaces each with the page's own."""

    INK = "#010101"
    MUTED = "#020202"
    LINE = "#030303"
    TRAIN = "#040404"
    WATCHED = "#050505"
    WRONG = "#060606"


def finish(figure: Figure, *, name: str, title: str, text: str) -> str:
    """Write a figure as one `<svg>` element.

    The same figure gives the same bytes; text stays text in the page's font; no id is shared with another chart.

    Args:
        figure: Drawn in `Colour`s only.
        name: Tells its ids from those of other charts; letters and hyphens.
        title: What it is.
        text: What it says, for those who can't see it.

    Returns:
        The element, coloured with the custom properties `--ink`, `--muted`, `--line`, `--train`, `--watched`
        and `--wrong`.
    """
    figure.patch.set_alpha(0)
    settings: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": name}
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    buffer = io.StringIO()
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # The page's font draws the text, so a letter that Matplotlib's own font lacks is no loss.
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(buffer, format="svg", metadata=nothing)
    drawing = buffer.getvalue()
    drawing = drawing[drawing.index("<svg") :].strip()
    for colour in Colour:
        drawing = drawing.replace(colour.value, f"var(--{colour.name.lower()})")
    drawing = isolate_ids(drawing, name)
    opening = (
        f'<svg class="chart" role="img" aria-labelledby="{name}-title {name}-text" '
        f'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{_view_box(drawing)}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(text)}</desc>'
    )
    return opening + drawing[drawing.index(">") + 1 :]


def isolate_ids(drawing: str, name: str) -> str:
    """Put `name` before every id of an SVG and before every reference to one.

    Examples:
        >>> isolate_ids('<path id="a"/><use href="#a" clip-path="url(#a)"/>', "map")
        '<path id="map-a"/><use href="#map-a" clip-path="url(#map-a)"/>'
    """
    drawing = re.sub(r'(\sid=")', rf"\1{name}-", drawing)
    drawing = re.sub(r'(href="#)', rf"\1{name}-", drawing)
    return re.sub(r"(url\(#)", rf"\1{name}-", drawing)


def _view_box(drawing: str) -> str:
    found = re.search(r'viewBox="([^"]+)"', drawing)
    assert found, "Matplotlib always writes a viewBox"
    return found[1]
