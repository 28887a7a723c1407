"""How well an exported network reads the test digits of its run. Knows no torch modules and writes no files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import Images
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.export.samples import compose_lines
from inkdigits.pictures.levels import to_unit_range
from inkdigits.read.decoding.ctc import frame_probabilities, greedy_decode
from inkdigits.read.onnx_model import OnnxModel

_DIGITS_AT_ONCE = 500

_LINE_BATCHES = 64
"""How many batches of lines a network for lines is measured on: they hold more than a thousand lines."""


def measure_accuracy(model: OnnxModel, run: TrainedRun) -> dict[str, Any]:
    """Return what a file says of its accuracy: errors, examples, accuracy, split and what computed it.

    Args:
        model: The exported network.
        run: What it was exported from. Where its data is gone, the figures of its training are taken.

    Raises:
        DataError: The data of a run that reads lines is gone.
    """
    if run.recipe.reads_lines:
        return _measure_lines(model, run)
    try:
        test = run.split("test")
    except DataError:
        split, figures = run.folder.final_figures
        return figures | {"split": split, "with": "torch, after training"}
    logits = np.concatenate([model.run(batch) for batch in _batches(test.images)])  # (N, classes)
    errors = int((logits.argmax(axis=1) != test.labels).sum())
    return _figures(errors, len(test)) | {"split": "test"}


def _batches(images: Images) -> Iterator[NDArray[np.float32]]:
    for start in range(0, len(images), _DIGITS_AT_ONCE):
        yield to_unit_range(images[start : start + _DIGITS_AT_ONCE, None])  # (N, 1, 28, 28)


def _measure_lines(model: OnnxModel, run: TrainedRun) -> dict[str, Any]:
    errors = examples = 0
    for lines, labels in compose_lines(run, _LINE_BATCHES):
        frames = frame_probabilities(model.run(to_unit_range(lines[:, None])))  # (N, W / 2, classes + 2)
        errors += sum(greedy_decode(line) != tuple(right) for line, right in zip(frames, labels, strict=True))
        examples += len(labels)
    return _figures(errors, examples) | {"split": "lines composed of test digits"}


def _figures(errors: int, examples: int) -> dict[str, Any]:
    return {"errors": errors, "examples": examples, "accuracy": 1 - errors / examples, "with": "onnxruntime"}
