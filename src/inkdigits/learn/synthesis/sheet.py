"""MNIST digits in lines -> a whole picture of writing and its text. Knows nothing of networks.

`line.py` composes lines for training, already cropped and scaled. Whole pictures measure the finding, cropping and
reading of lines together, on writing that no network was trained on.
"""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images, Labels, Picture
from inkdigits.learn.synthesis.ink import DigitTransform, Ink, composite_ink, transform_digit
from inkdigits.learn.synthesis.writer_style import TAILED_DIGITS


@dataclass(frozen=True)
class SheetPlan:
    """What a sheet looks like.

    Attributes:
        lines: How many lines.
        length: Digits in each line.
        height: Of a digit, in pixels of the picture.
        gap: Between digits, in heights; below 0 they touch.
        spacing: From one line to the next, in heights.
        tails: How much longer the tails of 4, 7 and 9 may make them, in heights.
        ruled: Whether there are ruled lines under the writing.
        shaded: Whether the light falls off across the paper.
    """

    lines: int = 1
    length: int = 6
    height: int = 40
    gap: float = 0.18
    spacing: float = 2.2
    tails: float = 0.0
    ruled: bool = False
    shaded: bool = True


class Sheet(NamedTuple):
    """A composed sheet of writing.

    Attributes:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255, dark on light.
        lines: The digits of each line, top to bottom.
        boxes: (lines, 4), int64, left, top, right and bottom of the ink of each line, in pixels of the picture.
    """

    picture: Picture
    lines: list[str]
    boxes: NDArray[np.int64]


def compose_sheet(
    plan: SheetPlan, images: Images, labels: Labels, generator: np.random.Generator
) -> tuple[Picture, str]:
    r"""Write a sheet in one person's handwriting.

    Args:
        plan: What it looks like.
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized as MNIST's digits are.
        labels: (N,), int64, class numbers 0 … 9.
        generator: Draws everything else: digits, slant, ink, paper.

    Returns:
        The picture, (H, W, 3), uint8, red, green and blue in 0 … 255, dark on light; and the text, its lines
        joined by newlines.

    Examples:
        >>> seven = np.zeros((1, 28, 28), np.uint8)
        >>> seven[0, 4:7, 6:20] = seven[0, 4:24, 17:20] = 255
        >>> plan = SheetPlan(lines=2, length=3, height=20)
        >>> picture, text = compose_sheet(plan, seven, np.array([7]), np.random.default_rng(0))
        >>> text, picture.dtype
        ('777\n777', dtype('uint8'))
    """
    picture, lines, _ = compose_boxed_sheet(plan, images, labels, generator)
    return picture, "\n".join(lines)


def compose_boxed_sheet(plan: SheetPlan, images: Images, labels: Labels, generator: np.random.Generator) -> Sheet:
    """Write a sheet as `compose_sheet` does, and tell where each line is.

    Args:
        plan: What it looks like.
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized as MNIST's digits are.
        labels: (N,), int64, class numbers 0 … 9.
        generator: Draws everything else.

    Returns:
        The picture, the digits of each line, and where each line is.
    """
    unit = plan.height
    margin = round(0.9 * unit) + 4
    height = round(2 * margin + unit * (1 + plan.spacing * (plan.lines - 1)) + plan.tails * unit)
    width = round(2 * margin + plan.length * unit * (1.25 + max(plan.gap, 0)))
    ink = np.zeros((height, width), np.float32)
    slant = generator.normal(0.05, 0.12)
    lines, boxes = [], []
    for line in range(plan.lines):
        foot = margin + unit + line * plan.spacing * unit
        chosen = generator.integers(0, len(images), plan.length)  # (length,), indices
        x = margin + generator.uniform(0, 0.3) * unit
        left, tops, bottoms = round(x), [], []
        for index in chosen:
            tail = plan.tails * generator.uniform(0.3, 1) if labels[index] in TAILED_DIGITS else 0.0
            transform = DigitTransform(
                height=unit * generator.normal(1, 0.05) * (1 + tail),
                width_scale=generator.normal(1, 0.06) / (1 + tail),
                slant=slant + generator.normal(0, 0.03),
            )
            digit = transform_digit(images[index], transform)
            top = foot - unit + generator.normal(0, 0.04) * unit if tail else foot - digit.shape[0]
            row = round(top + generator.normal(0, 0.03) * unit)
            composite_ink(ink, digit, round(x), row)
            tops.append(row)
            bottoms.append(row + digit.shape[0])
            x += digit.shape[1] + generator.normal(plan.gap, 0.04) * unit
        boxes.append((left, min(tops), min(round(x), width), max(bottoms)))
        lines.append("".join(str(int(labels[index])) for index in chosen))
    right = max(box[2] for box in boxes)
    return Sheet(_on_paper(ink[:, : right + margin], plan, generator), lines, np.array(boxes, np.int64))


def _on_paper(ink: Ink, plan: SheetPlan, generator: np.random.Generator) -> Picture:
    """Return a picture of ink on paper, (H, W, 3)."""
    height, width = ink.shape
    paper = np.full((height, width), generator.uniform(170, 250), np.float32)
    if plan.shaded:
        across, down = generator.uniform(-0.3, 0.3, 2)
        y, x = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j].astype(np.float32)  # (H, W) each
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
