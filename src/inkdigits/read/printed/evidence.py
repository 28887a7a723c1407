"""Lines of digits -> what speaks for print: neighbours that look like it, equal shapes, a straight foot."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images

FEATURES = ("own", "near", "line", "off", "height", "alike", "length")
"""What `line_features` tells of each digit."""

_NEAR = 2
"""So many digits on each side are near."""

_UNLIKE = 0.8
"""Digits that are no more alike than this are not alike at all."""

_MAX_OFF = 0.3
"""Digits further off, in heights of a digit, are as far as that."""


def line_features(
    logits: NDArray[np.float32], shapes: NDArray[np.float32], labels: Sequence[int], boxes: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return what is known of each digit of a line of two digits or more.

    Args:
        logits: (n,), float32, -8 … 8, how much each looks like print.
        shapes: (n, 196), float32, 0 … 1, as `unit_shapes` returns them.
        labels: n of 0 … 9.
        boxes: (n, 4), float32, left, top, right and bottom in pixels.

    Returns:
        (n, features), float32, -8 … 8, in the order of `FEATURES`: the logit of the digit, the mean of those beside it
        and of the line; how far its foot and its height are off the others'; how alike the digits with the same label
        are; and the logarithm of the number of digits.
    """
    count = len(logits)
    features = np.zeros((count, len(FEATURES)), np.float32)
    features[:, 0] = logits
    sums = np.concatenate([[0], logits.cumsum()])  # (n + 1,)
    places = np.arange(count)
    first, end = np.maximum(places - _NEAR, 0), np.minimum(places + _NEAR + 1, count)
    features[:, 1] = (sums[end] - sums[first] - logits) / (end - first - 1)
    features[:, 2] = sums[-1] / count
    features[:, 3:5] = _off(boxes)
    if len(set(labels)) < count:
        features[:, 5] = _alike(shapes, np.array(labels))
    features[:, 6] = np.log(count)
    return features


def unit_shapes(forms: Images) -> NDArray[np.float32]:
    """Return digits at half their size as vectors of length 1: the product of two tells how alike they are.

    Args:
        forms: (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized.

    Returns:
        (N, 196), float32, 0 … 1.
    """
    pixels = forms.astype(np.float32)
    rows = pixels[:, ::2] + pixels[:, 1::2]  # (N, 14, 28)
    small = (rows[:, :, ::2] + rows[:, :, 1::2]).reshape(len(forms), -1)
    length = np.sqrt(np.einsum("ns,ns->n", small, small))  # (N,)
    return np.asarray(small / np.maximum(length, 1)[:, None], np.float32)


def _alike(shapes: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return how alike each digit is to the most similar one with the same label, (n,): 0 not at all, 1 the same."""
    likeness = (shapes @ shapes.T) * (labels[:, None] == labels)  # (n, n)
    np.fill_diagonal(likeness, 0)
    return np.asarray(np.maximum(likeness.max(axis=1) - _UNLIKE, 0) / (1 - _UNLIKE), np.float32)


def _off(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how far each foot is off the line through the feet, and each height off the usual, (n, 2), in heights."""
    count = len(boxes)
    x, feet, heights = boxes[:, 0] + boxes[:, 2], boxes[:, 3], boxes[:, 3] - boxes[:, 1]
    usual = max(float(np.sort(heights)[count // 2]), 1.0)
    off = np.stack([feet, heights], axis=1)
    if count > 3:
        x = x - x.mean()
        off[:, 0] -= x * (float(x @ feet) / max(float(x @ x), 1.0))
    off = np.abs(off - np.sort(off, axis=0)[count // 2]) / usual
    return np.asarray(np.minimum(off, _MAX_OFF), np.float32)
