"""Draws curves, confusion, reliability and class accuracies as SVG. Knows Matplotlib; nothing of HTML.

Every chart is drawn in placeholder colours that `svg.figure_to_svg` replaces by the page's own, light or dark.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from inkdigits.core.formatting import percent
from inkdigits.learn.evaluation.calibration import Calibration, CalibrationBin
from inkdigits.learn.evaluation.metrics import ClassMetrics
from inkdigits.learn.evaluation.verdict.curves import TrainingCurves
from inkdigits.learn.evaluation.verdict.intervals import wilson_interval
from inkdigits.learn.report.derived import MOST_CLASSES, most_mistaken
from inkdigits.learn.report.languages import ENGLISH, Language
from inkdigits.learn.report.svg import Colour, HoverBand, figure_to_svg

NAME_LENGTH = 12
"""The most characters of a class name on an axis."""

WIDTH_IN = 4.2
"""About the width of a phone: there the text of a chart has the size that is set here."""

FONT_SIZE = 10.5


def draw_curve(history: TrainingCurves, metric: str, language: Language = ENGLISH) -> str:
    """Return the training and validation curves of one metric as an `<svg>` element.

    Args:
        history: The training curves.
        metric: "loss" or "accuracy".
        language: What its words are in.
    """
    say = language.say
    training, watched = say("training"), say(history.validation_name)
    validation = history.val_loss if metric == "loss" else history.val_accuracy
    figure, axes = new_figure(height_in=3.0)
    # Few points need markers to be seen.
    marker = "o" if len(history.positions) <= 30 else ""
    train = history.loss if metric == "loss" else history.accuracy
    axes.plot(history.positions, _finite(train), color=Colour.TRAIN, marker=marker, markersize=4, label=training)
    if validation is not None:
        axes.plot(
            history.positions,
            _finite(validation),
            color=Colour.WATCHED,
            marker=marker,
            markersize=4,
            linestyle=(0, (4, 1.5)),
            label=watched,
        )
    if history.kept_position is not None:
        axes.axvline(history.kept_position, color=Colour.MUTED, linewidth=1, linestyle=":", label=say("weights kept"))
    axes.set_xlabel(say(history.unit))
    axes.set_ylabel(say(metric))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    if len(history.positions) == 1:
        axes.set_xlim(0, 2 * history.positions[0])
    if metric == "accuracy":
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=None, symbol=" %"))
    else:
        axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=Colour.LINE, linewidth=0.8)
    axes.legend(frameon=False, labelcolor=Colour.INK, fontsize=FONT_SIZE)
    values = [(training, train)] + ([(watched, validation)] if validation else [])
    last = ", ".join(f"{name} {series[-1]:.4f}" for name, series in values if series)
    ends = say("At the end: {values}.", values=last) if train else say("Nothing was measured.")
    texts = [
        say("{unit} {position:,}", unit=say(history.unit), position=position)
        + ": "
        + ", ".join(f"{name} {series[at]:.4f}" for name, series in values)
        for at, position in enumerate(history.positions)
    ]
    title = say("{metric} by {unit}", metric=say(metric).capitalize(), unit=say(history.unit))
    bands = position_bands(axes, history.positions, texts)
    return figure_to_svg(figure, name=f"curve-{metric}", title=title, text=ends, bands=bands)


def draw_confusion(confusion: NDArray[np.int64], classes: Sequence[str]) -> str:
    """Return the confusion matrix as an `<svg>` element.

    Only mistakes are coloured, relative to the most frequent one: right answers are a hundred times as many. Of more
    than `MOST_CLASSES` classes, those with the most mistakes are shown.

    Args:
        confusion: (classes, classes), int64, at least 0: a row for each true class, a column for each predicted one.
        classes: The name of each class.
    """
    kept = most_mistaken(confusion)
    counts, names = confusion[np.ix_(kept, kept)], [short_name(classes[each]) for each in kept]
    mistakes = counts - np.diag(np.diag(counts))
    most = max(int(mistakes.max(initial=0)), 1)
    size = len(names)
    figure, axes = new_figure(height_in=WIDTH_IN * 0.98)
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


def draw_reliability(calibration: Calibration, language: Language = ENGLISH) -> str:
    """Return accuracy by confidence, with the number of digits behind each point, as an `<svg>` element.

    Args:
        calibration: The reliability curve and its expected calibration error.
        language: What its words are in.
    """
    say = language.say
    figure = Figure(figsize=(WIDTH_IN, 4.6), layout="constrained")
    curve, counts = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    for axes in (curve, counts):
        _style(axes)
    filled = [each for each in calibration.bins if each.accuracy is not None]
    curve.plot([0, 1], [0, 1], color=Colour.MUTED, linewidth=1, linestyle=":", label=say("as sure as right"))
    curve.plot(
        [each.confidence for each in filled],
        [each.accuracy for each in filled],
        color=Colour.TRAIN,
        marker="o",
        markersize=5,
        label=say("this network"),
    )
    curve.set(ylabel=say("accuracy"), ylim=(-0.03, 1.03), xlim=(0, 1))
    curve.grid(color=Colour.LINE, linewidth=0.8)
    legend = curve.legend(
        frameon=False,
        labelcolor=Colour.INK,
        fontsize=FONT_SIZE,
        loc="lower right",
        title=f"ECE {percent(calibration.expected_error)}",
        alignment="left",
    )
    legend.get_title().set_color(Colour.INK)
    most = max(each.count for each in calibration.bins)
    for each in calibration.bins:
        middle, width = (each.lower + each.upper) / 2, (each.upper - each.lower) * 0.86
        # Nearly all digits are in the last bin, so the heights are logarithmic; the numbers are exact.
        height = math.log1p(each.count) / math.log1p(most)
        counts.bar(middle, height, width, color=Colour.TRAIN, alpha=0.35, linewidth=0)
        counts.text(middle, height + 0.06, f"{each.count:,}", ha="center", fontsize=9, color=Colour.INK)
    counts.set(xlabel=say("confidence"), ylabel=say("digits"), ylim=(0, 1.45), yticks=[])
    for axes in (curve, counts):
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    curve.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    text = say("The expected calibration error is {error}.", error=percent(calibration.expected_error))
    bands = [
        HoverBand(axes, each.lower, each.upper, _bin_text(each, language))
        for axes in (curve, counts)
        for each in calibration.bins
    ]
    title = say("Reliability: accuracy by confidence")
    return figure_to_svg(figure, name="reliability", title=title, text=text, bands=bands)


def draw_class_errors(classes: Sequence[ClassMetrics], language: Language = ENGLISH) -> str:
    """Return the share of each class that is misread, with its 95 % interval, as an `<svg>` element.

    Misread digits are few, so their bars can begin at 0 and still differ. Of more than `MOST_CLASSES` classes, those
    with the highest shares are shown.

    Args:
        classes: The metrics of each class.
        language: What its words are in.
    """
    say = language.say
    measured = [(each, 1 - each.recall) for each in classes if each.recall is not None]
    if len(measured) > MOST_CLASSES:
        measured = sorted(measured, key=lambda pair: -pair[1])[:MOST_CLASSES]
    names, shares = [short_name(each.name) for each, _ in measured], [share for _, share in measured]
    wrong = [round(share * each.support) for each, share in measured]
    limits = [wilson_interval(count, each.support) for count, (each, _) in zip(wrong, measured, strict=True)]
    rows = range(len(names))
    figure, axes = new_figure(height_in=0.9 + 0.28 * len(names))
    axes.barh(rows, shares, height=0.62, color=Colour.WRONG, alpha=0.55, linewidth=0)
    axes.hlines(rows, [low for low, _ in limits], [high for _, high in limits], color=Colour.INK, linewidth=1)
    most = max(high for _, high in limits)
    for row, (share, (_, high)) in enumerate(zip(shares, limits, strict=True)):
        value = percent(share, 1)
        axes.text(high + most * 0.02, row, value, va="center", fontsize=FONT_SIZE, color=Colour.INK)
    axes.set(xlim=(0, most * 1.2), ylim=(len(names) - 0.4, -0.6))
    axes.set_yticks(rows, names, parse_math=False)
    axes.set_xlabel(say("misread, of all digits of the class"))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=None, symbol=" %"))
    bands = [
        HoverBand(
            axes,
            row - 0.5,
            row + 0.5,
            say(
                "{name}: {count:,} of {support:,} misread, {share} (95 % interval {low} to {high})",
                name=each.name,
                count=count,
                support=each.support,
                share=percent(share),
                low=percent(low),
                high=percent(high),
            ),
            across=True,
        )
        for row, ((each, share), count, (low, high)) in enumerate(zip(measured, wrong, limits, strict=True))
    ]
    worst = int(np.argmax(shares))
    text = say("Most: {name} with {share:.4f}.", name=names[worst], share=shares[worst])
    return figure_to_svg(figure, name="class-errors", title=say("Misread digits by class"), text=text, bands=bands)


def position_bands(axes: Axes, positions: Sequence[float], texts: Sequence[str]) -> list[HoverBand]:
    """Return a stripe around each position of a curve, as wide as there is room to its neighbours.

    Args:
        axes: Where the curve is drawn.
        positions: Rising places on the horizontal axis.
        texts: What each stripe tells.
    """
    left, right = axes.get_xlim()
    middles = [(before + after) / 2 for before, after in pairwise(positions)]
    edges = [left, *middles, right]
    return [HoverBand(axes, *ends, text) for ends, text in zip(pairwise(edges), texts, strict=False)]


def _bin_text(each: CalibrationBin, language: Language) -> str:
    low, high = percent(each.lower, 0), percent(each.upper, 0)
    if each.accuracy is None:
        return language.say("confidence {low} to {high}: no digits", low=low, high=high)
    right = percent(each.accuracy)
    text = "confidence {low} to {high}: {count:,} digits, {right} read right"
    return language.say(text, low=low, high=high, count=each.count, right=right)


def new_figure(height_in: float) -> tuple[Figure, Axes]:
    """Return a figure with one plain set of axes, in the colours of the page.

    Args:
        height_in: Its height in inches.
    """
    figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
    axes = figure.subplots()
    _style(axes)
    return figure, axes


def _style(axes: Axes) -> None:
    axes.set_facecolor("none")
    axes.set_axisbelow(True)
    axes.tick_params(colors=Colour.MUTED, labelsize=FONT_SIZE)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set(color=Colour.MUTED, fontsize=FONT_SIZE)
    for name, spine in axes.spines.items():
        spine.set_color(Colour.LINE)
        spine.set_visible(name in {"left", "bottom"})


def _cell(axes: Axes, row: int, column: int, colour: str, opacity: float) -> None:
    axes.add_patch(Rectangle((column - 0.47, row - 0.47), 0.94, 0.94, facecolor=colour, alpha=opacity, linewidth=0))


def short_name(name: str) -> str:
    """Return a class name that fits on an axis.

    Args:
        name: The class.
    """
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"


def _finite(values: Sequence[float]) -> list[float]:
    return [value if math.isfinite(value) else math.nan for value in values]
