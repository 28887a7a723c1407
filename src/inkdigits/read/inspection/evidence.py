"""Which strokes of a digit spoke for an answer, and which against it, by erasing them. Knows no gradients.

Learning explains a misread digit by integrated gradients (`learn/evaluation/attribution.py`); reading has no gradients.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Image
from inkdigits.pictures.levels import to_unit_range
from inkdigits.read.onnx_model import OnnxModel

_PATCH = 5
"""Rows and columns of a square that is erased: somewhat wider than a stroke."""

_STEP = 2


def occlusion_evidence(model: OnnxModel, digit: Image, label: int) -> NDArray[np.float32]:
    """Return what each stroke of a digit spoke for or against an answer.

    Squares of 5x5 pixels are erased one at a time, all in one batch. A pixel has the mean, over the squares that cover
    it, of how much the log-odds of the answer fall; paper has 0.

    Args:
        model: For single digits.
        digit: (28, 28), uint8, 0 is empty and 255 is ink.
        label: The class of the answer.

    Returns:
        (28, 28), float32, in units of log-odds: positive for the answer, negative against it.

    Source: Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014.
    """
    image = to_unit_range(digit)  # (28, 28)
    covers = [
        mask
        for top in range(_STEP - _PATCH + 1, SIDE, _STEP)
        for left in range(_STEP - _PATCH + 1, SIDE, _STEP)
        if (image * (mask := _square(top, left))).any()
    ]
    if not covers:
        return np.zeros((SIDE, SIDE), np.float32)
    masks = np.stack(covers)  # (P, 28, 28)
    batch = np.concatenate([image[None], np.where(masks, np.float32(0), image)])  # (1 + P, 28, 28)
    odds = _log_odds(model.run(batch[:, None]) / model.metadata.temperature, label)  # (1 + P,)
    fall = odds[0] - odds[1:]  # (P,)
    total = np.tensordot(fall, masks, 1) / np.maximum(masks.sum(axis=0), 1)  # (28, 28)
    return np.asarray(np.where(digit > 0, total, 0), np.float32)


def _square(top: int, left: int) -> NDArray[np.bool_]:
    mask = np.zeros((SIDE, SIDE), bool)
    mask[max(0, top) : top + _PATCH, max(0, left) : left + _PATCH] = True
    return mask


def _log_odds(logits: NDArray[np.floating], label: int) -> NDArray[np.float64]:
    """Return the logarithm of p / (1 - p) of a class, (N,), for logits (N, classes)."""
    values = logits.astype(np.float64)
    if values.shape[1] == 1:
        return np.asarray(values[:, 0])
    others = np.delete(values, label, axis=1)
    highest = others.max(axis=1)
    return np.asarray(values[:, label] - highest - np.log(np.exp(others - highest[:, None]).sum(axis=1)))
