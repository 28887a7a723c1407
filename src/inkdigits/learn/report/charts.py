"""Draws curves, confusion, reliability and class accuracies as SVG. Knows Matplotlib; nothing of HTML.

Every chart is drawn in placeholder colours that `svg.figure_to_svg` replaces by the page's own, light or dark.
"""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from inkdigits.learn.evaluation.calibration import Calibration
from inkdigits.learn.evaluation.metrics import ClassMetrics
from inkdigits.learn.evaluation.verdict.curves import TrainingCurves
from inkdigits.learn.report.svg import Colour, figure_to_svg

MOST_CLASSES = 40
"""The most rows of a chart; of more classes, those with the most mistakes are shown."""

NAME_LENGTH = 12
"""The most characters of a class name on an axis."""

WIDTH_IN = 5.0


def draw_curve(history: TrainingCurves, metric: str) -> str:
    """Return the training and validation curves of one metric as an `<svg>` element.

    Args:
        history: The training curves.
        metric: "loss" or "accuracy".
    """
    validation = history.val_loss if metric == "loss" else history.val_accuracy
    figure, axes = _figure(height_in=3.1)
    # Few points need markers to be seen.
    marker = "o" if len(history.positions) <= 30 else ""
    train = history.loss if metric == "loss" else history.accuracy
    axes.plot(history.positions, _finite(train), color=Colour.TRAIN, marker=marker, markersize=4, label="training")
    if validation is not None:
        axes.plot(
            history.positions,
            _finite(validation),
            color=Colour.WATCHED,
            marker=marker,
            markersize=4,
            linestyle=(0, (4, 1.5)),
            label=history.validation_name,
        )
    if history.kept_position is not None:
        axes.axvline(history.kept_position, color=Colour.MUTED, linewidth=1, linestyle=":", label="weights kept")
    axes.set_xlabel(history.unit)
    axes.set_ylabel(metric)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    if len(history.positions) == 1:
        axes.set_xlim(0, 2 * history.positions[0])
    if metric == "accuracy":
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=None, symbol=" %"))
    else:
        axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=Colour.LINE, linewidth=0.8)
    axes.legend(frameon=False, labelcolor=Colour.INK, fontsize=9)
    last = f", {history.validation_name} {validation[-1]:.4f}" if validation else ""
    ends = f"At the end: training {train[-1]:.4f}{last}." if train else "Nothing was measured."
    return figure_to_svg(figure, name=f"curve-{metric}", title=f"{metric.capitalize()} by {history.unit}", text=ends)


def draw_confusion(confusion: NDArray[np.int64], classes: Sequence[str]) -> str:
    """Return the confusion matrix as an `<svg>` element.

    Only mistakes are coloured, relative to the most frequent one: right answers are a hundred times as many. Of more
    than `MOST_CLASSES` classes, those with the most mistakes are shown.

    Args:
        confusion: (classes, classes), int64, at least 0: a row for each true class, a column for each predicted one.
        classes: The name of each class.
    """
    kept = _most_mistaken(confusion)
    counts, names = confusion[np.ix_(kept, kept)], [_short(classes[each]) for each in kept]
    mistakes = counts - np.diag(np.diag(counts))
    most = max(int(mistakes.max(initial=0)), 1)
    size = len(names)
    figure, axes = _figure(height_in=WIDTH_IN * 0.98)
    font_size = max(4.0, min(10.0, 110 / size))
    for (row, column), count in np.ndenumerate(counts):
        on_diagonal = row == column
        if count and not on_diagonal:
            shade = 0.12 + 0.45 * math.sqrt(count / most)
            _cell(axes, row, column, Colour.WRONG, shade)
        elif on_diagonal:
            _cell(axes, row, column, Colour.LINE, 0.55)
        if count and size <= 26:
            colour = Colour.MUTED if on_diagonal else Colour.INK
            axes.text(column, row, str(count), ha="center", va="center", color=colour, fontsize=font_size)
    axes.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5), aspect="equal")
    axes.set_xlabel("predicted")
    axes.set_ylabel("label")
    slanted = 90 if max(map(len, names)) > 2 else 0
    axes.set_xticks(range(size), names, rotation=slanted, fontsize=font_size, parse_math=False)
    axes.set_yticks(range(size), names, fontsize=font_size, parse_math=False)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    row, column = np.unravel_index(mistakes.argmax(), mistakes.shape)
    worst = (
        f"Most often, {int(mistakes.max())} times, {names[row]} was read as {names[column]}."
        if mistakes.any()
        else "There are no mistakes."
    )
    return figure_to_svg(figure, name="confusion", title="Confusion matrix: label by prediction", text=worst)


def draw_reliability(calibration: Calibration) -> str:
    """Return accuracy by confidence, with the number of digits behind each point, as an `<svg>` element.

    Args:
        calibration: The reliability curve and its expected calibration error.
    """
    figure = Figure(figsize=(WIDTH_IN, 4.6), layout="constrained")
    curve, counts = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    for axes in (curve, counts):
        _style(axes)
    filled = [each for each in calibration.bins if each.accuracy is not None]
    curve.plot([0, 1], [0, 1], color=Colour.MUTED, linewidth=1, linestyle=":", label="as sure as right")
    curve.plot(
        [each.confidence for each in filled],
        [each.accuracy for each in filled],
        color=Colour.TRAIN,
        marker="o",
        markersize=5,
        label="this network",
    )
    curve.set(ylabel="accuracy", ylim=(-0.03, 1.03), xlim=(0, 1))
    curve.grid(color=Colour.LINE, linewidth=0.8)
    legend = curve.legend(
        frameon=False,
        labelcolor=Colour.INK,
        fontsize=9,
        loc="upper left",
        title=f"ECE {calibration.expected_error:.2%}".replace("%", " %"),
        alignment="left",
    )
    legend.get_title().set_color(Colour.INK)
    most = max(each.count for each in calibration.bins)
    for each in calibration.bins:
        middle, width = (each.lower + each.upper) / 2, (each.upper - each.lower) * 0.86
        # Nearly all digits are in the last bin, so the heights are logarithmic; the numbers are exact.
        height = math.log1p(each.count) / math.log1p(most)
        counts.bar(middle, height, width, color=Colour.TRAIN, alpha=0.35, linewidth=0)
        counts.text(middle, height + 0.06, f"{each.count:,}", ha="center", fontsize=8, color=Colour.INK)
    counts.set(xlabel="confidence", ylabel="digits", ylim=(0, 1.45), yticks=[])
    for axes in (curve, counts):
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    curve.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    text = f"The expected calibration error is {calibration.expected_error:.4f}."
    return figure_to_svg(figure, name="reliability", title="Reliability: accuracy by confidence", text=text)


def draw_class_accuracies(classes: Sequence[ClassMetrics]) -> str:
    """Return the recall of each class as an `<svg>` element; of more than `MOST_CLASSES` classes, the lowest.

    Args:
        classes: The metrics of each class.
    """
    measured = [(each.name, each.recall) for each in classes if each.recall is not None]
    if len(measured) > MOST_CLASSES:
        measured = sorted(measured, key=lambda pair: pair[1])[:MOST_CLASSES]
    names, accuracies = [_short(name) for name, _ in measured], [accuracy for _, accuracy in measured]
    figure, axes = _figure(height_in=1.0 + 0.28 * len(names))
    lowest = min(accuracies)
    span = max(1 - lowest, 0.004)
    axes.hlines(range(len(names)), lowest - span * 0.15, accuracies, color=Colour.LINE, linewidth=1.5)
    axes.plot(accuracies, range(len(names)), "o", color=Colour.TRAIN, markersize=7)
    for row, accuracy in enumerate(accuracies):
        value = f"{accuracy:.1%}".replace("%", " %")
        axes.text(accuracy + span * 0.04, row, value, va="center", fontsize=9, color=Colour.INK)
    axes.set(xlim=(lowest - span * 0.15, 1 + span * 0.22), ylim=(len(names) - 0.4, -0.6))
    axes.set_yticks(range(len(names)), names, parse_math=False)
    axes.set_xlabel("read right, of all digits of the class")
    ticks = MaxNLocator(nbins=5).tick_values(lowest, 1)
    axes.set_xticks([tick for tick in ticks if lowest - span * 0.15 <= tick <= 1])
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=None, symbol=" %"))
    worst = int(np.argmin(accuracies))
    text = f"Lowest: {names[worst]} with {accuracies[worst]:.4f}."
    return figure_to_svg(figure, name="class-accuracies", title="Accuracy by class", text=text)


def _figure(height_in: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
    axes = figure.subplots()
    _style(axes)
    return figure, axes


def _style(axes: Axes) -> None:
    axes.set_facecolor("none")
    axes.set_axisbelow(True)
    axes.tick_params(colors=Colour.MUTED, labelsize=9)
    axes.xaxis.label.set_color(Colour.MUTED)
    axes.yaxis.label.set_color(Colour.MUTED)
    for name, spine in axes.spines.items():
        spine.set_color(Colour.LINE)
        spine.set_visible(name in {"left", "bottom"})


def _cell(axes: Axes, row: int, column: int, colour: str, opacity: float) -> None:
    axes.add_patch(Rectangle((column - 0.47, row - 0.47), 0.94, 0.94, facecolor=colour, alpha=opacity, linewidth=0))


def _most_mistaken(confusion: NDArray[np.int64]) -> list[int]:
    mistakes = confusion.sum(axis=0) + confusion.sum(axis=1) - 2 * np.diag(confusion)
    return sorted(np.argsort(-mistakes, kind="stable")[:MOST_CLASSES].tolist())


def _short(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"


def _finite(values: Sequence[float]) -> list[float]:
    return [value if math.isfinite(value) else math.nan for value in values]
