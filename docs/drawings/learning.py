"""Drawings of how a network learns: loss, optimisers, over-fitting. Textbook arithmetic, and measured trainings."""

import math
from collections.abc import Callable

import numpy as np
from drawings.measured import measurements
from drawings.pen import draw_digit
from drawings.style import SMALL, add_legend, name_axes, new_figure, show_pixels, to_svg
from matplotlib.patches import Ellipse
from numpy.typing import NDArray

from inkdigits.core.formatting import percent
from inkdigits.learn.report.svg import Colour

LOGITS = np.array([2.0, 1.0, 0.0, -1.0])
"""The example of the page about softmax."""

COLOURS = (Colour.TRAIN, Colour.WATCHED, Colour.WRONG, Colour.FOURTH, Colour.FIFTH, Colour.SIXTH)

DASHES = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (5, 1.2, 1.2, 1.2)), (0, (2.5, 1)), (0, (8, 1)))
"""Lines that differ without colour, too."""


def softmax(name: str) -> str:
    """Draw four logits and their probabilities."""
    powers = np.exp(LOGITS)
    probabilities = powers / powers.sum()
    figure, (left, right) = new_figure(2.0, 1, 2)
    for axes, values, title in ((left, LOGITS, "z"), (right, probabilities, "softmax(z)")):
        axes.bar(range(4), values, 0.6, color=Colour.TRAIN, alpha=0.75)
        for place, value in enumerate(values):
            text = f"{value:g}" if axes is left else f"{value:.2f}"
            above = value + (0.12 if axes is left else 0.03)
            axes.text(place, max(above, 0.03), text, ha="center", va="bottom", fontsize=SMALL, color=Colour.INK)
        axes.axhline(0, color=Colour.LINE, linewidth=0.8)
        axes.set_xticks([])
        name_axes(axes, title=title)
    left.set_ylim(-1.3, 2.6)
    right.set_ylim(0, 0.8)
    text = "Logits 2, 1, 0 and -1 become the probabilities 0.64, 0.24, 0.09 and 0.03."
    return to_svg(figure, name, "Softmax", text)


def losses(name: str) -> str:
    """Draw both losses and their slopes at the logit, for one output that should be 1."""
    logit = np.linspace(-6, 6, 121)
    p = 1 / (1 + np.exp(-logit))
    figure, (values, slopes) = new_figure(2.4, 1, 2)
    for axes, entropy, square, title in (
        (values, -np.log(p), (1 - p) ** 2, "L"),
        (slopes, p - 1, -2 * (1 - p) * p * (1 - p), "dL / dz"),
    ):
        axes.plot(logit, entropy.round(4), color=Colour.TRAIN, label="−ln p")
        axes.plot(logit, square.round(4), color=Colour.WRONG, linestyle=DASHES[1], label="(1 − p)²")
        name_axes(axes, "z", title=title)
        axes.set_xticks([-6, -3, 0, 3, 6], ["−6", "−3", "0", "3", "6"])
    add_legend(values)
    return to_svg(
        figure, name, "Cross-entropy and squared error",
        "Far on the wrong side, at logit -6, the cross-entropy is 6 and its slope -1; the squared error is 1 and its "
        "slope almost 0.",
    )  # fmt: skip


def losses_trained(name: str) -> str:
    """Draw the validation accuracy of the same training with both losses."""
    record = measurements()["losses"]
    figure, (axes,) = new_figure(2.4)
    for (loss, label), colour, dash in zip(
        {"cross_entropy": "cross-entropy", "mean_squared_error": "MSE"}.items(), COLOURS, DASHES, strict=False
    ):
        accuracy = 100 * np.array(record[loss]["val_accuracy"])
        axes.plot(
            range(1, len(accuracy) + 1), accuracy, color=colour, linestyle=dash, marker="o", markersize=3, label=label
        )
    axes.set_ylim(50, 100)
    name_axes(axes, "epoch", "validation %")
    add_legend(axes, "lower right")
    first, other = (record[loss]["val_accuracy"] for loss in ("cross_entropy", "mean_squared_error"))
    after_one, after_ten = (f"{percent(first[at], 1)} and {percent(other[at], 1)}" for at in (0, -1))
    text = f"After one epoch {after_one}, after ten {after_ten}."
    return to_svg(figure, name, "Validation accuracy with cross-entropy and with squared error", text)


def slope(place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the gradient of the valley x² / 2 + 10 y² / 2.

    Args:
        place: (2,), both weights.
    """
    return np.array([1.0, 10.0]) * place


def descend(way: str, steps: int = 30) -> NDArray[np.float64]:
    """Return the path of an optimiser down the valley from (-9, 2).

    Args:
        way: "SGD", "momentum", "RMSprop" or "Adam".
        steps: How many.

    Returns:
        (steps + 1, 2), both weights.
    """
    place, velocity, square = np.array([-9.0, 2.0]), np.zeros(2), np.zeros(2)
    path = [place]
    for step in range(1, steps + 1):
        gradient = slope(place)
        if way == "SGD":
            place = place - 0.15 * gradient
        elif way == "momentum":
            velocity = 0.8 * velocity - 0.05 * gradient
            place = place + velocity
        elif way == "RMSprop":
            square = 0.9 * square + 0.1 * gradient**2
            place = place - 0.4 * gradient / np.sqrt(square)
        else:
            velocity = 0.9 * velocity + 0.1 * gradient
            square = 0.999 * square + 0.001 * gradient**2
            place = place - 0.6 * (velocity / (1 - 0.9**step)) / np.sqrt(square / (1 - 0.999**step))
        path.append(place)
    return np.array(path)


def optimisers(name: str) -> str:
    """Draw four optimisers' ways down the same valley."""
    figure, axes = new_figure(3.5, 2, 2)
    for each, (way, colour) in zip(
        axes, zip(("SGD", "momentum", "RMSprop", "Adam"), COLOURS, strict=False), strict=True
    ):
        for height in (1, 5, 15, 30, 50, 75):
            size = 2 * math.sqrt(2 * height), 2 * math.sqrt(height / 5)
            each.add_patch(Ellipse((0, 0), size[0], size[1], facecolor="none", edgecolor=Colour.LINE, linewidth=0.8))
        path = descend(way).round(4)
        each.plot(path[:, 0], path[:, 1], color=colour, marker="o", markersize=2.2, linewidth=1)
        each.plot([0], [0], marker="+", markersize=9, color=Colour.INK)
        each.set(xlim=(-10, 4), ylim=(-4, 4), xticks=[], yticks=[])
        each.set_title(way, color=Colour.INK, fontsize=SMALL + 1)
    return to_svg(
        figure, name, "Ways of four optimisers down one valley",
        "SGD jumps from side to side and creeps along; momentum swings past the lowest point and comes back; RMSprop "
        "and Adam take about equal steps in both directions.",
    )  # fmt: skip


def _curves(name: str, part: str, metric: str, title: str, *, unit: str, **limits: tuple[float, float]) -> str:
    record = measurements()[part]
    figure, (axes,) = new_figure(2.6)
    for (label, curve), colour, dash in zip(record.items(), COLOURS, DASHES, strict=False):
        values = np.array(curve[metric]) * (100 if unit == "%" else 1)
        epochs = range(1, len(values) + 1)
        axes.plot(epochs, values, color=colour, linestyle=dash, marker="o", markersize=3, label=label)
    axes.set(**limits)
    axes.set_xticks(epochs)
    name_axes(axes, "epoch", "validation %" if unit == "%" else "loss")
    add_legend(axes, is_outside=True)
    ends = ", ".join(f"{label} {curve[metric][-1]:.4g}" for label, curve in record.items())
    return to_svg(figure, name, title, f"At the end: {ends}.")


def activations_trained(name: str) -> str:
    """Draw the validation accuracy with each activation."""
    return _curves(
        name, "activations", "val_accuracy", "Validation accuracy with each activation", unit="%", ylim=(88, 98.5)
    )


def optimisers_trained(name: str) -> str:
    """Draw the training loss with each optimiser."""
    return _curves(name, "optimisers", "loss", "Training loss with each optimiser", unit="", ylim=(0, 1.4))


def learning_rates(name: str) -> str:
    """Draw the accuracy after three epochs for learning rates from far too low to far too high."""
    record = measurements()["learning_rates"]
    rates = [float(rate) for rate in record]
    accuracy = [100 * float(np.mean(curve["test"])) for curve in record.values()]
    figure, (axes,) = new_figure(2.3)
    axes.plot(rates, accuracy, color=Colour.TRAIN, marker="o", markersize=4)
    for rate, value in zip(rates, accuracy, strict=True):
        side = "center" if value > 50 else "left"
        axes.text(rate, value + 4, f" {value:.1f}", ha=side, fontsize=SMALL, color=Colour.INK)
    axes.set(xscale="log", ylim=(0, 112), yticks=[0, 50, 100], xticks=rates)
    axes.set_xticklabels([f"{rate:g}" for rate in rates])
    axes.minorticks_off()
    name_axes(axes, "learning rate", "test %")
    text = ", ".join(f"{rate:g}: {value:.1f} %" for rate, value in zip(rates, accuracy, strict=True))
    return to_svg(figure, name, "Test accuracy by learning rate", text)


def over_fitting(name: str) -> str:
    """Draw training and validation loss of a network that learns 1,000 digits by heart, and of one with remedies."""
    record = measurements()["over_fitting"]
    figure, axes = new_figure(2.6, 1, 2)
    for each, (key, title) in zip(axes, {"plain": "", "both": "dropout + augmentation"}.items(), strict=True):
        curve = record[key]
        epochs = range(1, len(curve["loss"]) + 1)
        each.plot(epochs, curve["loss"], color=Colour.TRAIN, label="train")
        each.plot(epochs, curve["val_loss"], color=Colour.WATCHED, linestyle=DASHES[1], label="validation")
        lowest = int(np.argmin(curve["val_loss"]))
        each.plot(lowest + 1, curve["val_loss"][lowest], marker="v", color=Colour.INK, markersize=6)
        each.set_ylim(0, 0.8)
        name_axes(each, "epoch", "loss" if key == "plain" else "", title)
    add_legend(axes[0])
    plain = record["plain"]
    text = f"Without a remedy the training loss falls to {plain['loss'][-1]:.4f} and the validation loss rises again."
    return to_svg(figure, name, "Loss on training and validation digits", text)


def augmentation(name: str) -> str:
    """Draw one digit, and how augmentation changes it."""
    changes: list[tuple[str, dict[str, object]]] = [
        ("", {}), ("↻", {"degrees": 12}), ("↺", {"degrees": -12}), ("→", {"shift": (3, 0)}), ("↑", {"shift": (0, -3)}),
        ("×", {"scale": 0.82}), ("/", {"slant": 0.3}), ("•", {"width": 3.6}),
    ]  # fmt: skip
    figure, axes = new_figure(1.1, 1, len(changes))
    for each, (sign, change) in zip(axes, changes, strict=True):
        show_pixels(each, draw_digit("3", **change), sign)  # type: ignore[arg-type]
    text = "A 3, and the same 3 turned, moved, made smaller, slanted and drawn with a broader pen."
    return to_svg(figure, name, "Augmentation", text)


LEARNING: dict[str, Callable[[str], str]] = {
    "softmax": softmax,
    "losses": losses,
    "losses-trained": losses_trained,
    "activations-trained": activations_trained,
    "optimisers": optimisers,
    "optimisers-trained": optimisers_trained,
    "learning-rates": learning_rates,
    "over-fitting": over_fitting,
    "augmentation": augmentation,
}
