"""HTML for the cells of a notebook, light and dark, and SVG for files. Knows no objects."""

import base64
import io
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import PIL.Image

from inkdigits.core.display import Columns, Drawing

_FEW_COLOURS, _PALETTE = 1024, 128

LIGHT = {
    "ink": "#1d1c1a", "muted": "#625f58", "line": "#dcd8cf", "train": "#0b6e66", "watched": "#a3247a",
    "wrong": "#b84a00", "fourth": "#7a5a00", "fifth": "#5b3fb5", "sixth": "#4d7a1f", "page": "#ffffff",
}  # fmt: skip
"""The colours of charts on light paper, by the names of `Colour` in small letters."""

DARK = {
    "ink": "#ecebe6", "muted": "#a5a39c", "line": "#363a44", "train": "#4fd0c2", "watched": "#f48cca",
    "wrong": "#ff9f57", "fourth": "#e6c34a", "fifth": "#b8a4ff", "sixth": "#a8d86e", "page": "#1c1e24",
}  # fmt: skip
"""The same on dark paper."""


def colour_properties(colours: Mapping[str, str]) -> str:
    """Return colours as custom properties of a style sheet.

    Args:
        colours: Values by their names.

    Examples:
        >>> colour_properties({"ink": "#000000"})
        '--ink:#000000;'
    """
    return "".join(f"--{name}:{value};" for name, value in colours.items())


_STYLE = (
    f"<style>.inkdigits{{{colour_properties(LIGHT)}color:var(--ink);max-width:60rem}}"
    f"@media(prefers-color-scheme:dark){{.inkdigits{{{colour_properties(DARK)}}}}}"
    f"[data-jp-theme-light=true] .inkdigits,[data-theme=light] .inkdigits{{{colour_properties(LIGHT)}}}"
    f"[data-jp-theme-light=false] .inkdigits,.vscode-dark .inkdigits,[data-theme=dark] .inkdigits"
    f"{{{colour_properties(DARK)}}}"
    ".inkdigits table{border-collapse:collapse;margin:.4em 0;width:auto}"
    ".inkdigits th,.inkdigits td{padding:.15em .7em;border-bottom:1px solid var(--line);"
    "text-align:left!important;background:none}"
    ".inkdigits td.number,.inkdigits th.number{text-align:right!important;font-variant-numeric:tabular-nums}"
    "@media(max-width:40rem){.inkdigits th,.inkdigits td{padding:.15em .3em;font-size:.85em}}"
    ".inkdigits .muted{color:var(--muted)}"
    ".inkdigits .charts{display:flex;flex-wrap:wrap;gap:1em}"
    ".inkdigits .charts svg{width:26em;max-width:100%;height:auto}"
    ".inkdigits .charts.wide svg{width:100%}"
    ".inkdigits img,.inkdigits svg{max-width:100%;height:auto}</style>"
)
"""Follows the theme of JupyterLab, VS Code and Sphinx, and elsewhere what the reader's system prefers."""


def card(title: str, *parts: str, note: str = "") -> str:
    """Return what a cell shows: a title, a note, and parts below each other.

    Args:
        title: Plain text.
        *parts: HTML.
        note: Plain text in a quiet colour beside the title.

    Examples:
        >>> "<b>5 &lt; 6</b>" in card("5 < 6")
        True
    """
    heading = f"<b>{escape(title)}</b>" + (f' <span class="muted">{escape(note)}</span>' if note else "")
    return f'{_STYLE}<div class="inkdigits"><div>{heading}</div>{"".join(parts)}</div>'


def table(columns: Columns) -> str:
    """Return a table as HTML; numbers stand to the right.

    Args:
        columns: Cells by the head of their column; None is an empty cell.

    Examples:
        >>> table({"class": ["7"], "digits": [12]}).count("<td")
        2
    """
    numeric = {name: all(isinstance(cell, (int, float)) for cell in cells) for name, cells in columns.items()}
    head = "".join(_cell("th", name, is_number=numeric[name]) for name in columns)
    body = ""
    for row in zip(*columns.values(), strict=True):
        cells = (_cell("td", cell, is_number=numeric[name]) for name, cell in zip(columns, row, strict=True))
        body += f"<tr>{''.join(cells)}</tr>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(tag: str, content: Any, *, is_number: bool) -> str:
    shown = "" if content is None else f"{content:,}" if isinstance(content, int) else str(content)
    return f"<{tag}{' class=number' if is_number else ''}>{escape(shown)}</{tag}>"


def svg_drawing(charts: Iterable[str], title: str, *, is_wide: bool = False) -> Drawing:
    """Return charts beside each other: in the page's colours for a cell, in light ones for a file.

    Args:
        charts: `<svg>` elements in the colours of custom properties.
        title: What they show.
        is_wide: Whether they take the whole width of a cell.
    """
    charts = list(charts)
    shown = f'<div class="charts{" wide" if is_wide else ""}">{"".join(map(chart_for_cell, charts))}</div>'
    return Drawing(_beside(charts).encode(), "svg", card(title, shown))


def chart_for_cell(chart: str) -> str:
    """Return a chart with ids of its own, as there may be others of its kind on the page, and a name without an id.

    Args:
        chart: An `<svg>` element.
    """
    # Readings are shown without Matplotlib.
    from inkdigits.learn.report.svg import prefix_ids  # noqa: PLC0415

    named = re.sub(r' aria-labelledby="[^"]*"', "", re.sub(r'<(title|desc) id="[^"]*"', r"<\1", chart))
    return prefix_ids(named, f"c{zlib.crc32(chart.encode()):08x}")


def png_drawing(picture: PIL.Image.Image, title: str, note: str = "") -> Drawing:
    """Return a picture as PNG.

    Args:
        picture: Any picture.
        title: What it shows.
        note: More about it.
    """
    return Drawing(png_bytes(picture), "png", card(title, image(picture, title), note=note))


def png_bytes(picture: PIL.Image.Image) -> bytes:
    """Return a picture as the bytes of a PNG file.

    Args:
        picture: Any picture.
    """
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def image(picture: PIL.Image.Image, alternative: str) -> str:
    """Return an `<img>` element that holds its picture.

    Args:
        picture: Any picture; one of few colours, as digits in a grid, takes a palette: half the size.
        alternative: What it shows, in words.
    """
    small = picture.quantize(_PALETTE) if picture.getcolors(_FEW_COLOURS) else picture
    content = base64.b64encode(png_bytes(small)).decode()
    return f'<img alt="{escape(alternative)}" src="data:image/png;base64,{content}">'


def _beside(charts: Sequence[str]) -> str:
    """Return one SVG of several, in light colours on white."""
    boxes = [[float(number) for number in _view_box(chart).split()] for chart in charts]
    width, height = sum(box[2] for box in boxes), max(box[3] for box in boxes)
    placed, left = [], 0.0
    for chart, box in zip(charts, boxes, strict=True):
        sized = f'<svg x="{left:g}" y="0" width="{box[2]:g}" height="{box[3]:g}" '
        placed.append(chart.replace("<svg ", sized, 1))
        left += box[2]
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" font-family="sans-serif" '
        f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
        f'<rect width="100%" height="100%" fill="var(--page)"/>{"".join(placed)}</svg>'
    )
    return re.sub(r"var\(--(\w+)\)", lambda found: LIGHT.get(found[1], LIGHT["ink"]), drawing)


def _view_box(chart: str) -> str:
    found = re.search(r'viewBox="([^"]+)"', chart)
    assert found, "every chart has a viewBox"
    return found[1]
