"""A Matplotlib figure as an SVG element for a page. Knows colours, ids and titles; not what is drawn."""

import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure


class Colour(StrEnum):
    """Placeholder colours to draw with; `figure_to_svg` replaces each with the page's own."""

    INK = "#010101"
    MUTED = "#020202"
    LINE = "#030303"
    TRAIN = "#040404"
    WATCHED = "#050505"
    WRONG = "#060606"

    FOURTH = "#070707"
    FIFTH = "#080808"
    SIXTH = "#090909"


@dataclass(frozen=True)
class HoverBand:
    """A stripe across a chart that tells its numbers when it is pointed at.

    Attributes:
        axes: The axes that it lies on.
        start: Where it begins, in data coordinates.
        end: Where it ends.
        text: The numbers.
        across: Whether the stripe goes from left to right, as for a row, instead of from bottom to top.
    """

    axes: Axes
    start: float
    end: float
    text: str
    across: bool = False

    def to_svg(self, height: float) -> str:
        """Return the stripe as an element of the drawn figure.

        Args:
            height: The figure's height in points.
        """
        frame = self.axes.get_window_extent()
        ends = self.axes.transData.transform([(self.start, self.start), (self.end, self.end)])[:, int(self.across)]
        near, far = sorted(ends.tolist())
        if self.across:
            left, right, bottom, top = 0.0, frame.x1, near, far
        else:
            left, right, bottom, top = max(near, frame.x0), min(far, frame.x1), frame.y0, frame.y1
        return (
            f'<rect class="band" x="{left:.1f}" y="{height - top:.1f}" width="{max(right - left, 0.5):.1f}" '
            f'height="{top - bottom:.1f}" fill="transparent"><title>{escape(self.text)}</title></rect>'
        )


def figure_to_svg(figure: Figure, *, name: str, title: str, text: str, bands: Sequence[HoverBand] = ()) -> str:
    """Return a figure as one `<svg>` element.

    The same figure gives the same bytes. Text stays text in the page's font. Ids are unique to the chart.

    Args:
        figure: Drawn in `Colour`s only.
        name: Prefix of its ids, different for each chart; letters and hyphens.
        title: The accessible name.
        text: The accessible description: what the chart shows.
        bands: What the chart tells when it is pointed at.

    Returns:
        The element, coloured with the custom properties of `Colour`'s names: `--ink`, `--muted`, `--line` ….
    """
    # SVG is drawn at 72 dots an inch. With the same here, the places of the bands are the drawing's.
    figure.dpi = 72
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
    hover = "".join(band.to_svg(figure.get_figheight() * 72) for band in bands)
    return opening + drawing[drawing.index(">") + 1 :].removesuffix("</svg>") + hover + "</svg>"


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
