"""Draws the curves and classes of several entrants, each as one chart. Knows Matplotlib; nothing of HTML."""

from collections.abc import Iterator, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from inkdigits.core.formatting import percent
from inkdigits.learn.evaluation.comparison.records import (
    ClassComparison,
    Comparison,
    EntrantFigures,
    RunFigures,
)
from inkdigits.learn.report.charts import FONT_SIZE, new_figure, position_bands, short_name
from inkdigits.learn.report.derived import MOST_CLASSES
from inkdigits.learn.report.svg import Colour, HoverBand, figure_to_svg

COLOURS = (Colour.TRAIN, Colour.WATCHED, Colour.FOURTH, Colour.FIFTH, Colour.SIXTH, Colour.WRONG)
_MARKERS = "osD^vP"
_MOST_BANDS = 300


def draw_curves(comparison: Comparison, metric: str) -> str:
    """Return one metric of all runs by epoch as an `<svg>` element: on unseen digits where that was measured.

    Args:
        comparison: The result.
        metric: "loss" or "accuracy".
    """
    figure, axes = new_figure(height_in=3.2)
    lines = list(_lines(comparison.entrants, metric))
    for number, run, values in lines:
        axes.plot(
            run.epochs,
            values,
            color=COLOURS[number % len(COLOURS)],
            marker=_MARKERS[number % len(_MARKERS)] if len(values) <= 30 else "",
            markersize=3.5,
            linewidth=1.4,
            linestyle=("-", "--", ":")[number // len(COLOURS) % 3],
        )
    axes.set_xlabel("epoch")
    axes.set_ylabel(metric)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True, min_n_ticks=1))
    if metric == "accuracy":
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=None, symbol=" %"))
    else:
        axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=Colour.LINE, linewidth=0.8)
    ends = [f"{_run_name(comparison, number, run)} ends at {values[-1]:.4f}" for number, run, values in lines if values]
    return figure_to_svg(
        figure,
        name=f"curves-{metric}",
        title=f"{metric.capitalize()} by epoch, of every run",
        text="; ".join(ends) or "Nothing was measured.",
        bands=_epoch_bands(axes, comparison, lines),
    )


def _lines(entrants: Sequence[EntrantFigures], metric: str) -> Iterator[tuple[int, RunFigures, tuple[float, ...]]]:
    watched = all(run.curves[f"val_{metric}"] for each in entrants for run in each.runs)
    for number, each in enumerate(entrants):
        for run in each.runs:
            yield number, run, run.curves[f"val_{metric}" if watched else metric]


def _epoch_bands(
    axes: Axes, comparison: Comparison, lines: Sequence[tuple[int, RunFigures, tuple[float, ...]]]
) -> list[HoverBand]:
    epochs = sorted({epoch for _, run, _ in lines for epoch in run.epochs})
    epochs = epochs[:: len(epochs) // _MOST_BANDS + 1]
    texts = []
    for epoch in epochs:
        values = [
            f"{_run_name(comparison, number, run)} {series[run.epochs.index(epoch)]:.4f}"
            for number, run, series in lines
            if epoch in run.epochs
        ]
        texts.append(f"epoch {epoch:.3g}: {', '.join(values)}")
    return position_bands(axes, epochs, texts)


def _run_name(comparison: Comparison, number: int, run: RunFigures) -> str:
    each = comparison.entrants[number]
    return each.name if len(each.runs) == 1 else f"{each.name} seed {run.seed}"


def draw_classes(comparison: Comparison) -> str:
    """Return the share of each class that each entrant misreads as an `<svg>` element, on an axis that begins at 0.

    Of more than `MOST_CLASSES` classes, those are shown on which the entrants differ most.

    Args:
        comparison: The result.
    """
    shown = list(comparison.by_class)
    if len(shown) > MOST_CLASSES:
        shown = sorted(shown, key=lambda each: min(each.recalls) - max(each.recalls))[:MOST_CLASSES]
    figure, axes = new_figure(height_in=0.9 + 0.3 * len(shown))
    for row, each in enumerate(shown):
        shares = [1 - recall for recall in each.recalls]
        axes.hlines(row, min(shares), max(shares), color=Colour.LINE, linewidth=2)
        for number, share in enumerate(shares):
            colour, marker = COLOURS[number % len(COLOURS)], _MARKERS[number % len(_MARKERS)]
            axes.plot(share, row, marker=marker, color=colour, markersize=6, alpha=0.85, linewidth=0)
    most = max((1 - min(each.recalls) for each in shown), default=0.0)
    axes.set(xlim=(-0.02 * (most or 0.01), (most or 0.01) * 1.08), ylim=(len(shown) - 0.4, -0.6))
    axes.set_yticks(range(len(shown)), [short_name(each.name) for each in shown], parse_math=False)
    axes.set_xlabel("misread, of all digits of the class", fontsize=FONT_SIZE)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=None, symbol=" %"))
    texts = [f"{each.name}, {each.support:,} digits: {_shares(comparison, each)}" for each in shown]
    bands = [HoverBand(axes, row - 0.5, row + 0.5, text, across=True) for row, text in enumerate(texts)]
    return figure_to_svg(
        figure,
        name="classes",
        title="Misread digits of each class, by entrant",
        text="; ".join(texts),
        bands=bands,
    )


def _shares(comparison: Comparison, each: ClassComparison) -> str:
    names = [entrant.name for entrant in comparison.entrants]
    return ", ".join(f"{name} {percent(1 - recall)}" for name, recall in zip(names, each.recalls, strict=True))
