"""Inputs for an exported network: the test digits of its run, or lines composed of them. Knows no ONNX."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from inkdigits.core.errors import DataError
from inkdigits.core.types import Images
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.synthesis.line import LineComposer
from inkdigits.learn.training.tasks.inference import as_input
from inkdigits.recipes.shapes import has_signs

_DIGITS = 1000
"""How many digits parity is checked with."""

_DIGITS_AT_ONCE = 100

_LINE_BATCHES = 16
"""How many batches of lines parity is checked with: they hold more than a thousand digits."""

_LINES_AT_ONCE = 16


def sample_inputs(run: TrainedRun) -> list[Tensor]:
    """Return what parity is checked with, in batches.

    Args:
        run: Its test digits are taken. Where a run of single digits has lost its data, noise takes their place.

    Returns:
        Batches (N, 1, 28, 28), or for lines (N, 1, 40, W) of different widths, float32 in 0 … 1.
    """
    if run.recipe.reads_lines:
        return [as_input(torch.from_numpy(lines)) for lines, _ in compose_lines(run, _LINE_BATCHES)]
    try:
        images = run.split("test").images[:_DIGITS]
    except DataError:
        images = np.random.default_rng(0).integers(0, 256, (_DIGITS, 28, 28), dtype=np.uint8)
    inputs = as_input(torch.from_numpy(np.ascontiguousarray(images)))  # (N, 1, 28, 28)
    return list(torch.split(inputs, _DIGITS_AT_ONCE))


def compose_lines(run: TrainedRun, batches: int) -> Iterator[tuple[Images, list[list[int]]]]:
    """Yield batches of lines composed of a run's test digits, the same each time.

    Args:
        run: A run whose data is there.
        batches: How many batches of 16 lines.

    Yields:
        Lines (16, 40, W), uint8, 0 is empty and 255 is ink; and the class numbers that each line reads.
    """
    test = run.split("test")
    signs = has_signs(run.recipe.layers, len(run.classes))
    composer = LineComposer(test.images, test.labels, test.writers, signs=signs)
    for number in range(batches):
        yield composer.batch(_LINES_AT_ONCE, np.random.default_rng(number))
