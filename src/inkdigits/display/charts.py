"""Charts that only cells show. Knows Matplotlib; nothing of what the numbers are."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from inkdigits.learn.report.svg import Colour, figure_to_svg


def bar_chart(names: Sequence[str], values: ArrayLike, across: str, up: str) -> str:
    """Return one bar for each name as an `<svg>` element.

    Args:
        names: Below the bars.
        values: (names,), their heights, 0 or more.
        across: What the names are.
        up: What the values are.
    """
    figure = Figure(figsize=(5.0, 2.6), layout="constrained")
    axes = figure.add_subplot()
    axes.bar(range(len(names)), values, color=Colour.TRAIN)
    axes.set_xticks(range(len(names)), names, color=Colour.MUTED)
    axes.set_xlabel(across, color=Colour.MUTED)
    axes.set_ylabel(up, color=Colour.MUTED)
    axes.tick_params(colors=Colour.MUTED)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(Colour.LINE)
    axes.patch.set_alpha(0)
    return figure_to_svg(figure, name="bars", title=f"{up} by {across}", text=f"{len(names)} bars.")
