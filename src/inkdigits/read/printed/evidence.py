"""A line of digits -> what speaks for print: neighbours that look like it, equal shapes, a straight foot."""

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images

FEATURES = ("own", "near", "line", "least", "off", "height", "alike", "unlike", "length")
"""What `line_features` tells of each digit."""

_NEAR = 2
"""So many digits on each side are near."""

_SMALL = 14
"""Normalized digits are compared at this size: half a pixel more or less says nothing then."""

_MAX_OFF = 0.3
"""Digits further off, in heights of a digit, are as far as that."""


def line_features(
    logits: NDArray[np.float32], forms: Images, labels: NDArray[np.int64], boxes: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return what is known of each digit of a line of two digits or more.

    Args:
        logits: (n,), float32, how much each looks like print.
        forms: (n, 28, 28), uint8, normalized.
        labels: (n,), int64, 0 … 9.
        boxes: (n, 4), float64, left, top, right and bottom in pixels.

    Returns:
        (n, features), float32, in the order of `FEATURES`: the logit of the digit, the mean of those beside it, of the
        line, and the least beside it; how far its foot and its height are off the others'; how alike digits with the
        same label are, and whether there are none; how long the line is.
    """
    count = len(logits)
    places = np.arange(count)
    distance = np.abs(places[:, None] - places)  # (n, n)
    is_near = (distance <= _NEAR) & (distance > 0)
    near = (is_near * logits).sum(axis=1) / is_near.sum(axis=1)
    least = np.where(distance <= _NEAR, logits, np.inf).min(axis=1)
    alike, is_single = _alike(forms, labels)
    off, height = _off(boxes)
    length = np.full(count, np.log(count))
    mean = np.full(count, logits.mean())
    return np.stack([logits, near, mean, least, off, height, alike, is_single, length], axis=1).astype(np.float32)


def _alike(forms: Images, labels: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how alike each digit is to the most similar one with the same label, and 1 where there is no other.

    Returns:
        (n,), float64, 0 for 80 % and less, 1 for the same; and (n,), float64.
    """
    small = forms.reshape(len(forms), _SMALL, 2, _SMALL, 2).mean(axis=(2, 4)).reshape(len(forms), -1)  # (n, 196)
    unit = small / np.maximum(np.linalg.norm(small, axis=1, keepdims=True), 1e-6)
    likeness = np.where(labels[:, None] == labels, unit @ unit.T, 0)
    np.fill_diagonal(likeness, 0)
    best = likeness.max(axis=1)
    return np.clip((best - 0.8) / 0.2, 0, 1), (best == 0).astype(np.float64)


def _off(boxes: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far each foot is off the line through the others, and each height off the usual, in heights."""
    middles = (boxes[:, 0] + boxes[:, 2]) / 2
    heights = boxes[:, 3] - boxes[:, 1]
    usual = max(float(np.median(heights)), 1.0)
    feet = boxes[:, 3]
    slope = float(np.polyfit(middles, feet, 1)[0]) if len(feet) > 3 else 0.0
    level = feet - slope * middles
    off = np.abs(level - np.median(level)) / usual
    return np.minimum(off, _MAX_OFF), np.minimum(np.abs(heights - usual) / usual, _MAX_OFF)
