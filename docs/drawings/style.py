"""How drawings look: a figure -> an SVG file that follows the reader's theme. Knows nothing of what is drawn."""

import re
from typing import Any, Literal, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from inkdigits.display.markup import DARK, LIGHT, colour_properties
from inkdigits.learn.report.svg import Colour, figure_to_svg

WIDTH_IN = 5.4

SHOWN_LARGER = 1.4
"""Points of the drawing become so many pixels on a wide screen; on a phone it shrinks to the screen's width."""

SMALL, NORMAL = 8.0, 10.0

Place: TypeAlias = Literal["best", "upper left", "lower right"]

_STYLE = (
    f"<style>svg{{{colour_properties(LIGHT)}font-family:system-ui,sans-serif}}"
    f"@media(prefers-color-scheme:dark){{svg{{{colour_properties(DARK)}}}}}"
    "text{font-family:system-ui,sans-serif!important}</style>"
)


def new_figure(height_in: float, rows: int = 1, columns: int = 1, **grid: ArrayLike) -> tuple[Figure, list[Axes]]:
    """Return a figure with plain axes, row by row.

    Args:
        height_in: Its height in inches.
        rows: Rows of axes.
        columns: Columns of axes.
        **grid: `width_ratios` and `height_ratios`.
    """
    figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
    axes = list(figure.subplots(rows, columns, squeeze=False, gridspec_kw=dict(grid)).flat)
    for each in axes:
        each.set_facecolor("none")
        each.set_axisbelow(True)
        each.tick_params(colors=Colour.MUTED, labelsize=SMALL)
        for name, spine in each.spines.items():
            spine.set_color(Colour.LINE)
            spine.set_visible(name in {"left", "bottom"})
    return figure, axes


def name_axes(axes: Axes, across: str = "", up: str = "", title: str = "") -> None:
    """Write beside axes what they are.

    Args:
        axes: The axes.
        across: Below the horizontal axis.
        up: Beside the vertical axis.
        title: Above.
    """
    axes.set_xlabel(across, color=Colour.MUTED, fontsize=SMALL)
    axes.set_ylabel(up, color=Colour.MUTED, fontsize=SMALL)
    axes.set_title(title, color=Colour.INK, fontsize=NORMAL)
    axes.grid(axis="y", color=Colour.LINE, linewidth=0.6)


def add_legend(axes: Axes, place: Place = "best", *, is_outside: bool = False) -> None:
    """Write the names of the lines.

    Args:
        axes: Where labelled lines are.
        place: As Matplotlib calls it.
        is_outside: Whether it stands to the right of the axes instead.
    """
    look: dict[str, Any] = {"frameon": False, "labelcolor": Colour.INK, "fontsize": SMALL}
    if is_outside:
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), **look)
    else:
        axes.legend(loc=place, **look)


def without_axes(axes: Axes, title: str = "") -> None:
    """Take the axes' lines and numbers away.

    Args:
        axes: The axes.
        title: What stands above.
    """
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_title(title, color=Colour.INK, fontsize=SMALL)


def show_pixels(axes: Axes, pixels: NDArray[np.uint8], title: str = "") -> None:
    """Show a grey picture, white on black as networks see it.

    Args:
        axes: Where.
        pixels: (H, W), uint8, 0 is empty and 255 is ink.
        title: What stands above.
    """
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="none")
    without_axes(axes, title)


def show_table(axes: Axes, numbers: NDArray[np.float64], shades: NDArray[np.float64], colour: str) -> None:
    """Show numbers in square cells, each shaded.

    Args:
        axes: Where.
        numbers: (rows, columns), what is written; nothing for NaN.
        shades: (rows, columns), 0 … 1, how strongly each cell is coloured.
        colour: Of the shades.
    """
    rows, columns = numbers.shape
    for (row, column), number in np.ndenumerate(numbers):
        if shade := round(float(shades[row, column]) * 0.55, 3):
            axes.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, alpha=shade, linewidth=0))
        if np.isfinite(number):
            axes.text(
                column + 0.5, row + 0.5, f"{number:g}", ha="center", va="center", color=Colour.INK, fontsize=SMALL
            )
    axes.hlines(range(rows + 1), 0, columns, color=Colour.LINE, linewidth=0.8)
    axes.vlines(range(columns + 1), 0, rows, color=Colour.LINE, linewidth=0.8)
    axes.set(xlim=(-0.05, columns + 0.05), ylim=(rows + 0.05, -0.05), aspect="equal")


def to_svg(figure: Figure, name: str, title: str, text: str) -> str:
    """Return a figure as the text of an SVG file in light and dark colours.

    Args:
        figure: Drawn in `Colour`s only.
        name: The prefix of its ids.
        title: The accessible name.
        text: The accessible description.
    """
    chart = figure_to_svg(figure, name=name, title=title, text=text)
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', chart)
    assert found, "every chart has a viewBox"
    width, height = (float(size) * SHOWN_LARGER for size in found.groups())
    sized = chart.replace("<svg ", f'<svg width="{width:.0f}" height="{height:.0f}" ', 1)
    head, end, rest = sized.partition("</desc>")
    return f"{head}{end}{_STYLE}{_shortened(rest)}\n"


def _shortened(drawing: str) -> str:
    """Return the elements of a drawing without comments and with coordinates of two decimals."""
    drawing = re.sub(r"<!--.*?-->\s*", "", drawing, flags=re.S)
    return re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\d+\.\d\d)\d+", r"\1", tag[0]), drawing)
