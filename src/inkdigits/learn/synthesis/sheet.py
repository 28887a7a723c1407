"""MNIST digits in lines -> a whole picture of writing and what it says. Knows nothing of networks.

Lines for learning are composed elsewhere (`line.py`), ready cut and scaled: here whole pictures are made, to
measure finding, cutting and reading together on writing that no network has learned from.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images, Labels, Picture
from inkdigits.learn.synthesis.strokes import Ink, Shape, lay_down, shape_digit

_TAILED = (4, 7, 9)
"""Digits that people end with a long stroke downwards."""


@dataclass(frozen=True)
class SheetPlan:
    """What a sheet looks like.

    Attributes:
        lines: How many lines.
        length: Digits in each.
        height: Of a digit, in pixels of the picture.
        gap: Between digits, in heights; below 0 they touch.
        spacing: From one line to the next, in heights.
        tails: How much longer than a digit its tail may make it, in heights.
        ruled: Whether lines are ruled under the writing.
        shaded: Whether light falls off across the paper.
    """

    lines: int = 1
    length: int = 6
    height: int = 40
    gap: float = 0.18
    spacing: float = 2.2
    tails: float = 0.0
    ruled: bool = False
    shaded: bool = True


def compose_sheet(
    plan: SheetPlan, images: Images, labels: Labels, generator: np.random.Generator
) -> tuple[Picture, str]:
    r"""Write a sheet by one hand.

    Args:
        plan: What it looks like.
        images: (N, 28, 28), uint8, digits in MNIST's form.
        labels: (N,), 0 … 9.
        generator: Decides everything else: digits, slant, pen, paper.

    Returns:
        The picture, (H, W, 3) uint8, dark on light, and its lines joined by newlines.

    Examples:
        >>> seven = np.zeros((1, 28, 28), np.uint8)
        >>> seven[0, 4:7, 6:20] = seven[0, 4:24, 17:20] = 255
        >>> plan = SheetPlan(lines=2, length=3, height=20)
        >>> picture, text = compose_sheet(plan, seven, np.array([7]), np.random.default_rng(0))
        >>> text, picture.dtype
        ('777\n777', dtype('uint8'))
    """
    unit = plan.height
    margin = round(0.9 * unit) + 4
    height = round(2 * margin + unit * (1 + plan.spacing * (plan.lines - 1)) + plan.tails * unit)
    width = round(2 * margin + plan.length * unit * (1.25 + max(plan.gap, 0)))
    ink = np.zeros((height, width), np.float32)
    slant = generator.normal(0.05, 0.12)
    said = []
    right = 0
    for line in range(plan.lines):
        foot = margin + unit + line * plan.spacing * unit
        chosen = generator.integers(0, len(images), plan.length)
        x = margin + generator.uniform(0, 0.3) * unit
        for number in chosen:
            tail = plan.tails * generator.uniform(0.3, 1) if labels[number] in _TAILED else 0.0
            shape = Shape(
                height=unit * generator.normal(1, 0.05) * (1 + tail),
                width=generator.normal(1, 0.06) / (1 + tail),
                slant=slant + generator.normal(0, 0.03),
            )
            digit = shape_digit(images[number], shape)
            top = foot - unit + generator.normal(0, 0.04) * unit if tail else foot - digit.shape[0]
            lay_down(ink, digit, round(x), round(top + generator.normal(0, 0.03) * unit))
            x += digit.shape[1] + generator.normal(plan.gap, 0.04) * unit
        right = max(right, round(x))
        said.append("".join(str(int(labels[number])) for number in chosen))
    return _on_paper(ink[:, : right + margin], plan, generator), "\n".join(said)


def _on_paper(ink: Ink, plan: SheetPlan, generator: np.random.Generator) -> Picture:
    height, width = ink.shape
    paper = np.full((height, width), generator.uniform(170, 250), np.float32)
    if plan.shaded:
        across, down = generator.uniform(-0.3, 0.3, 2)
        y, x = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j].astype(np.float32)
        paper *= 1 + np.float32(across) * x + np.float32(down) * y
    if plan.ruled:
        thickness = max(1, round(plan.height / 30))
        for line in range(plan.lines):
            y_line = round(plan.height * 1.95 + 4 + line * plan.spacing * plan.height)
            paper[y_line : y_line + thickness] *= 0.72
    darkness = np.float32(generator.uniform(0.6, 0.92))
    shown = paper * (1 - darkness * ink)
    shown += generator.standard_normal(shown.shape, dtype=np.float32) * np.float32(generator.uniform(0.5, 5))
    grey: NDArray[np.uint8] = np.clip(np.round(shown), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)
