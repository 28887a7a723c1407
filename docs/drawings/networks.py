"""Drawings of what a network computes: pixels, activations, convolution, CTC. Arithmetic, and one measured line."""

from collections.abc import Callable
from itertools import product

import numpy as np
from drawings.measured import measurements
from drawings.pen import draw_digit, write_line
from drawings.style import SMALL, add_legend, name_axes, new_figure, show_pixels, show_table, to_svg, without_axes
from matplotlib.axes import Axes
from numpy.typing import NDArray

from inkdigits.learn.report.svg import Colour

KERNELS = {
    "—": np.array([[1.0, 1, 1], [0, 0, 0], [-1, -1, -1]]),
    "|": np.array([[1.0, 0, -1], [1, 0, -1], [1, 0, -1]]),
    "/": np.array([[0.0, 1, 1], [-1, 0, 1], [-1, -1, 0]]),
}
"""Windows that find edges, by the sign of what they find."""

PATCH = np.array(
    [
        [0, 0, 9, 9, 0, 0],
        [0, 0, 9, 9, 0, 0],
        [0, 0, 9, 9, 0, 0],
        [0, 0, 9, 9, 9, 9],
        [0, 0, 9, 9, 9, 9],
        [0, 0, 0, 0, 0, 0],
    ],
    float,
)
"""A corner of strokes, in ink of 9."""


def convolve(picture: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of products at each place where a window lies inside a picture.

    Args:
        picture: (H, W).
        kernel: (K, K).

    Returns:
        (H - K + 1, W - K + 1).
    """
    windows = np.lib.stride_tricks.sliding_window_view(picture, kernel.shape)
    return np.asarray((windows * kernel).sum(axis=(2, 3)))


def max_pool(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest value of each 2x2 square.

    Args:
        picture: (H, W), both even.

    Returns:
        (H / 2, W / 2).
    """
    rows, columns = picture.shape
    return np.asarray(picture.reshape(rows // 2, 2, columns // 2, 2).max(axis=(1, 3)))


def pixels(name: str) -> str:
    """Draw a digit, its numbers, the vector that they become, and a one-hot label."""
    digit = draw_digit("5")
    figure, (picture, numbers, vector, label) = new_figure(3.9, 2, 2, height_ratios=[3.4, 1], width_ratios=[1, 1.15])
    show_pixels(picture, digit, "28 × 28")
    top, left = 3, 15
    picture.plot(
        [left - 0.5, left + 5.5, left + 5.5, left - 0.5, left - 0.5],
        [top - 0.5, top - 0.5, top + 5.5, top + 5.5, top - 0.5],
        color=Colour.WRONG,
    )
    corner = digit[top : top + 6, left : left + 6].astype(float)
    show_table(numbers, corner, corner / 255, Colour.TRAIN)
    without_axes(numbers, "0 … 255")
    vector.imshow(digit.reshape(1, -1), cmap="gray", vmin=0, vmax=255, interpolation="none", aspect="auto")
    without_axes(vector, "784 × (0 … 1)")
    hot = (np.arange(10) == 5)[None].astype(float)
    show_table(label, hot, hot, Colour.TRAIN)
    without_axes(label, "5 → one-hot")
    return to_svg(
        figure, name, "A digit as numbers",
        "A 28 by 28 picture of a 5, six by six of its pixels as numbers, all 784 in a row, and the label 5 as ten "
        "numbers with a single 1.",
    )  # fmt: skip


def activations(name: str) -> str:
    """Draw three activation functions and their slopes."""
    x = np.linspace(-4, 4, 161)
    sigmoid = 1 / (1 + np.exp(-x))
    functions = {
        "ReLU": (np.maximum(x, 0), (x > 0).astype(float)),
        "tanh": (np.tanh(x), 1 - np.tanh(x) ** 2),
        "sigmoid": (sigmoid, sigmoid * (1 - sigmoid)),
    }
    figure, axes = new_figure(2.3, 1, 3)
    for each, (title, (values, slopes)) in zip(axes, functions.items(), strict=True):
        each.plot(x, values.round(4), color=Colour.TRAIN, label="f(x)")
        each.plot(x, slopes, color=Colour.WATCHED, linestyle=(0, (4, 1.5)), label="f'(x)")
        each.set(ylim=(-1.15, 2.05), xticks=[-4, -2, 0, 2, 4])
        name_axes(each, "x", title=title)
    add_legend(axes[0], "upper left")
    return to_svg(
        figure, name, "Activation functions and their slopes",
        "ReLU has slope 1 above 0 and 0 below. The slopes of tanh and sigmoid vanish far from 0; sigmoid's is 0.25 at "
        "most.",
    )  # fmt: skip


def bends(name: str) -> str:
    """Draw how three ReLU units make a hill."""
    x = np.linspace(-0.5, 4.5, 101)
    units = {
        "relu(x)": np.maximum(x, 0),
        "−2 relu(x − 1)": -2 * np.maximum(x - 1, 0),
        "relu(x − 3)": np.maximum(x - 3, 0),
    }
    figure, (parts, whole) = new_figure(2.3, 1, 2)
    colours = (Colour.TRAIN, Colour.WATCHED, Colour.WRONG)
    for (title, values), colour in zip(units.items(), colours, strict=True):
        parts.plot(x, values, color=colour, label=title)
    parts.set_ylim(-4.5, 5)
    whole.plot(x, sum(units.values()), color=Colour.INK)
    for place, colour in zip((0, 1, 3), colours, strict=True):
        whole.axvline(place, color=colour, linewidth=1, linestyle=":")
    whole.set_ylim(-1.5, 1.5)
    name_axes(parts, "x")
    name_axes(whole, "x", title="Σ")
    add_legend(parts, "upper left")
    return to_svg(
        figure, name, "Three ReLU units and their sum",
        "Each unit is a line with one bend. Their sum goes up, down and stays level: it bends at 0, 1 and 3.",
    )  # fmt: skip


def convolution(name: str) -> str:
    """Draw one window on a patch, the kernel and the map that comes out."""
    kernel = KERNELS["|"]
    result = convolve(PATCH, kernel)
    figure, (patch, window, out) = new_figure(2.2, 1, 3, width_ratios=[6, 3.4, 4.4])
    show_table(patch, PATCH, PATCH / 9, Colour.TRAIN)
    _frame(patch, 0, 3, 3)
    show_table(window, kernel, np.maximum(kernel, 0), Colour.TRAIN)
    show_table(out, result, np.maximum(result, 0) / 27, Colour.TRAIN)
    _frame(out, 0, 3, 1)
    for axes, title in ((patch, "6 × 6"), (window, "*  3 × 3"), (out, "=  4 × 4")):
        without_axes(axes, title)
    return to_svg(
        figure, name, "A convolution",
        "A window of three by three weights on a picture of six by six pixels, and the map of four by four sums. The "
        "framed window gives the framed value, three times 9.",
    )  # fmt: skip


def feature_maps(name: str) -> str:
    """Draw what three kernels find in a digit, and their maps after pooling."""
    digit = np.pad(draw_digit("4").astype(float), 1) / 255
    figure, axes = new_figure(3.4, 2, 4)
    show_pixels(axes[0], (digit[1:-1, 1:-1] * 255).astype(np.uint8), "28 × 28")
    without_axes(axes[4])
    for column, (sign, kernel) in enumerate(KERNELS.items(), 1):
        found = np.maximum(convolve(digit, kernel), 0)
        pooled = max_pool(found)
        for row, each in ((0, found), (4, pooled)):
            shades = (each / found.max() * 255).astype(np.uint8)
            show_pixels(axes[row + column], shades, sign if row == 0 else "14 × 14")
    return to_svg(
        figure, name, "Feature maps of a 4",
        "Three kernels find the lower edges, the right edges and the slanted edges of a 4; pooling halves the maps and "
        "keeps what was found.",
    )  # fmt: skip


def pooling(name: str) -> str:
    """Draw max pooling of two by two."""
    before = np.array([[1.0, 3, 0, 0], [0, 2, 0, 7], [5, 0, 1, 1], [0, 0, 4, 2]])
    after = max_pool(before)
    figure, (left, right) = new_figure(1.7, 1, 2, width_ratios=[4, 4])
    chosen = np.kron(after, np.ones((2, 2))) == before
    show_table(left, before, chosen * 0.8, Colour.TRAIN)
    show_table(right, after, np.full((2, 2), 0.8), Colour.TRAIN)
    for row, column in product((0, 2), repeat=2):
        _frame(left, row, column, 2)
    without_axes(left, "4 × 4")
    without_axes(right, "2 × 2")
    return to_svg(figure, name, "Max pooling", "Of each square of two by two values the largest is kept: 3, 7, 5, 4.")


def ctc_paths(name: str) -> str:
    """Draw the probabilities of three frames, and which paths give the text 7."""
    frames = np.array([[0.6, 0.4], [0.3, 0.7], [0.5, 0.5]])  # (T, C): 7, blank
    paths = [path for path in product((0, 1), repeat=3) if reads_seven(path)]
    figure, (table, list_) = new_figure(2.5, 1, 2, width_ratios=[1, 1.25])
    show_table(table, frames.T, frames.T, Colour.TRAIN)
    table.set_aspect("auto")
    without_axes(table)
    table.set_xticks([0.5, 1.5, 2.5], ["t = 1", "t = 2", "t = 3"])
    table.set_yticks([0.5, 1.5], ["7", "–"])
    table.tick_params(length=0, labelcolor=Colour.INK)
    for row, path in enumerate(paths):
        probability = np.prod([frames[frame, label] for frame, label in enumerate(path)])
        for place, label in enumerate(path):
            list_.text(0.18 * place, row, "7–"[label], color=Colour.INK, fontsize=SMALL + 2, ha="center", va="center")
        list_.text(1.0, row, f"{probability:.3f}", color=Colour.INK, fontsize=SMALL + 1, va="center", ha="right")
        list_.barh(row, float(probability) * 2, height=0.6, left=1.08, color=Colour.TRAIN, alpha=0.6)
    list_.text(1.0, len(paths), "Σ 0.65", color=Colour.INK, fontsize=SMALL + 1, va="center", ha="right")
    list_.set(xlim=(-0.1, 1.8), ylim=(len(paths) + 0.5, -0.6))
    without_axes(list_, "→ 7")
    return to_svg(
        figure, name, "Paths that read 7",
        "Three frames with the probabilities of 7 and blank. Six of the eight paths read 7; their probabilities are "
        "listed and add up to 0.65.",
    )  # fmt: skip


def reads_seven(path: tuple[int, ...]) -> bool:
    """Tell whether a path of 7s (0) and blanks (1) reads "7": its 7s stand together, and there is at least one.

    Args:
        path: A label for each frame.
    """
    starts = sum(label == 0 and (place == 0 or path[place - 1] == 1) for place, label in enumerate(path))
    return starts == 1


def ctc_line(name: str) -> str:
    """Draw a line of digits above what a shipped network says of each frame."""
    writing = write_line("4007")
    frames = np.array(measurements()["line"]["frames"])  # (T, 11)
    rows = [0, 4, 7, 10]
    figure, (line, heat) = new_figure(2.6, 2, 1, height_ratios=[1, 1.15])
    line.imshow(writing, cmap="gray", vmin=0, vmax=255, interpolation="none", aspect="auto")
    without_axes(line)
    for row, label in enumerate(rows):
        heat.fill_between(
            np.arange(len(frames)) + 0.5, row, row + 0.85 * frames[:, label], step="mid", color=Colour.TRAIN
        )
    heat.hlines(range(len(rows)), 0, len(frames), color=Colour.LINE, linewidth=0.8)
    heat.set(xlim=(0, len(frames)), ylim=(0, len(rows)))
    heat.set_yticks(np.arange(len(rows)) + 0.4, ["0", "4", "7", "–"])
    heat.set_xlabel("t", color=Colour.MUTED, fontsize=SMALL)
    return to_svg(
        figure, name, "A line of digits and its frames",
        "The line 4007, and below it for each frame the probability of 0, 4, 7 and blank: narrow peaks at each digit, "
        "blanks everywhere else, also between the two zeros.",
    )  # fmt: skip


def _frame(axes: Axes, top: int, left: int, side: int) -> None:
    right, bottom = left + side, top + side
    axes.plot([left, right, right, left, left], [top, top, bottom, bottom, top], color=Colour.WRONG, linewidth=1.8)


NETWORKS: dict[str, Callable[[str], str]] = {
    "pixels": pixels,
    "activations": activations,
    "bends": bends,
    "convolution": convolution,
    "feature-maps": feature_maps,
    "pooling": pooling,
    "ctc-paths": ctc_paths,
    "ctc-line": ctc_line,
}
