"""Drawings of results: seeds, chance, confusion, calibration, refusing. Measured, or the binomial distribution."""

import math
from collections.abc import Callable

import numpy as np
from drawings.measured import measurements, reproduced_accuracies
from drawings.style import SMALL, add_legend, name_axes, new_figure, show_table, to_svg

from inkdigits.core.formatting import percent
from inkdigits.learn.report.svg import Colour


def seeds(name: str) -> str:
    """Draw the accuracy of each seed of three recipes, with mean and spread."""
    accuracies = {key: 100 * np.array(reproduced_accuracies()[key]) for key in ("mlp-tanh", "mlp-100x2", "mlp-dropout")}
    figure, axes = new_figure(2.2, 1, 3)
    for each, (recipe, values) in zip(axes, accuracies.items(), strict=True):
        mean, spread = float(values.mean()), float(values.std(ddof=1))
        each.axhspan(round(mean - spread, 3), round(mean + spread, 3), color=Colour.TRAIN, alpha=0.18, linewidth=0)
        each.axhline(round(mean, 3), color=Colour.TRAIN, linewidth=1)
        each.plot(range(1, len(values) + 1), values, linestyle="", marker="o", markersize=4, color=Colour.TRAIN)
        each.set(xticks=[1, 5, 10], xlim=(0, len(values) + 1), ylim=(mean - 0.9, mean + 0.9))
        name_axes(each, "seed", "test %" if each is axes[0] else "", f"{recipe}\n{mean:.2f} ± {spread:.2f}")
    text = "; ".join(
        f"{recipe}: {values.mean():.2f} ± {values.std(ddof=1):.2f} %" for recipe, values in accuracies.items()
    )
    return to_svg(figure, name, "Test accuracy of ten seeds each", text)


def expected_best(tries: int, examples: int, accuracy: float) -> float:
    """Return the mean accuracy of the best of equally good networks on one test set.

    Args:
        tries: How many networks are measured.
        examples: Digits in the test set.
        accuracy: What each really reads.

    Examples:
        >>> round(expected_best(1, 100, 0.9), 3), round(expected_best(20, 100, 0.9), 3)
        (0.9, 0.951)
    """
    log_chances = [
        math.lgamma(examples + 1) - math.lgamma(right + 1) - math.lgamma(examples - right + 1)
        + right * math.log(accuracy) + (examples - right) * math.log(1 - accuracy)
        for right in range(examples + 1)
    ]  # fmt: skip
    at_most = np.minimum(np.cumsum(np.exp(log_chances)), 1)  # (examples + 1,)
    best_at_most = at_most**tries
    return float((1 - best_at_most[:-1]).sum() / examples)


def best_of_many(name: str) -> str:
    """Draw what the best of many equal networks seems to reach on small and large test sets."""
    tries = [1, 2, 5, 10, 20, 50, 100]
    figure, (axes,) = new_figure(2.3)
    for examples, colour, dash in ((359, Colour.WRONG, "-"), (10000, Colour.TRAIN, (0, (5, 1.5)))):
        best = [round(100 * expected_best(count, examples, 0.95), 3) for count in tries]
        axes.plot(tries, best, color=colour, linestyle=dash, marker="o", markersize=4, label=f"n = {examples:,}")
    axes.axhline(95, color=Colour.MUTED, linewidth=1, linestyle=":")
    axes.set(xscale="log", ylim=(94.5, 98.5), xticks=tries)
    axes.set_xticklabels([str(count) for count in tries])
    axes.minorticks_off()
    name_axes(axes, "tries", "best, test %")
    add_legend(axes, "upper left")
    small = expected_best(100, 359, 0.95)
    text = f"All networks read 95 %. The best of 100 seems to read {percent(small, 1)} of 359 digits."
    return to_svg(figure, name, "The best of many tries on one test set", text)


def confusion(name: str) -> str:
    """Draw the confusion matrix of one run on `uci`."""
    matrix = np.array(measurements()["confusion"]["matrix"], float)
    wrong = matrix - np.diag(np.diag(matrix))
    figure, (axes,) = new_figure(3.6)
    show_table(axes, np.where(matrix, matrix, np.nan), np.sqrt(wrong / wrong.max()), Colour.WRONG)
    axes.set_xticks(np.arange(10) + 0.5, [str(digit) for digit in range(10)])
    axes.set_yticks(np.arange(10) + 0.5, [str(digit) for digit in range(10)])
    axes.tick_params(length=0)
    axes.set_xlabel("prediction", color=Colour.MUTED, fontsize=SMALL)
    axes.set_ylabel("label", color=Colour.MUTED, fontsize=SMALL)
    for spine in axes.spines.values():
        spine.set_visible(False)
    label, answer = np.unravel_index(wrong.argmax(), wrong.shape)
    text = f"{int(wrong.sum())} of {int(matrix.sum())} are wrong; most often {label} is read as {answer}."
    return to_svg(figure, name, "Confusion matrix", text)


def reliability(name: str) -> str:
    """Draw accuracy by confidence before and after temperature scaling."""
    record = measurements()["over_fitting"]["confidence"]
    figure, axes = new_figure(2.7, 1, 2)
    for each, key in zip(axes, ("before", "after"), strict=True):
        part = record[key]
        each.plot([0, 1], [0, 1], color=Colour.MUTED, linestyle=":", linewidth=1)
        each.plot(part["confidence"], part["accuracy"], color=Colour.TRAIN, marker="o", markersize=4)
        temperature = 1 if key == "before" else record["temperature"]
        each.set(xlim=(0.2, 1.02), ylim=(0, 1.02))
        name_axes(
            each, "confidence", "accuracy" if key == "before" else "", f"T = {temperature:.2f}, ECE {part['ece']:.3f}"
        )
    text = f"The expected calibration error falls from {record['before']['ece']:.3f} to {record['after']['ece']:.3f}."
    return to_svg(figure, name, "Reliability before and after temperature scaling", text)


def refusing(name: str) -> str:
    """Draw how many of the answers are wrong when the less sure ones are refused."""
    record = measurements()["over_fitting"]["confidence"]
    points = record["after"]["sure"]
    total = points[0]["answered"]
    refused = [100 * (1 - point["answered"] / total) for point in points]
    wrong = [100 * point["wrong"] / point["answered"] for point in points]
    figure, (axes,) = new_figure(2.4)
    axes.plot(refused, wrong, color=Colour.TRAIN, marker="o", markersize=4)
    for x, y, point in zip(refused, wrong, points, strict=True):
        axes.text(x + 0.8, y + 0.25, f"≥ {point['limit']:g}", fontsize=SMALL, color=Colour.INK)
    axes.set(xlim=(-1, max(refused) * 1.15), ylim=(0, max(wrong) * 1.2))
    name_axes(axes, "refused %", "wrong %")
    text = f"Answering all, {wrong[0]:.1f} % are wrong; refusing {refused[-1]:.0f} %, {wrong[-1]:.2f} % of the rest."
    return to_svg(figure, name, "Errors left when unsure answers are refused", text)


RESULTS: dict[str, Callable[[str], str]] = {
    "seeds": seeds,
    "best-of-many": best_of_many,
    "confusion": confusion,
    "reliability": reliability,
    "refusing": refusing,
}
