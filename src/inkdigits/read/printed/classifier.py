"""Digits -> how much each looks like print: a very small convolutional network in NumPy. Knows nothing of lines.

Two convolutions find strokes, ends and corners, and each digit weighs them in its own way: a printed 1 and a printed 8
have little in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from inkdigits.core.types import Images
from inkdigits.pictures.levels import to_unit_range

PATH = Path(__file__).with_name("weights.npz")

MAX_LOGIT = 8.0
"""A single digit says no more than this, in nats: what looks quite unlike either may be anything."""

Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class PrintClassifier:
    """Tells printed digits from handwritten ones.

    Attributes:
        weights: `filters` (25, F), `filters_bias` (F,), `shapes` (9 F, S), `shapes_bias` (S,), `digits` (10, 25 S) and
            `digits_bias` (10,) of the network; `line` (features,) and `line_bias` () weigh `FEATURES` of a digit among
            others, and a digit that stands alone needs the logit `alone` (). All float32.
    """

    weights: Weights

    def logits(self, forms: Images, labels: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return how much more each digit looks like print than like handwriting.

        Args:
            forms: (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized.
            labels: (N,), int64, which digit each is, 0 … 9.

        Returns:
            (N,), float32, in nats, -8 … 8.
        """
        weights, count = self.weights, len(forms)
        hidden = to_unit_range(forms)[..., None]  # (N, 28, 28, 1)
        for name, side in (("filters", 5), ("shapes", 3)):
            windows = sliding_window_view(hidden, (side, side), axis=(1, 2))[:, ::2, ::2]  # (N, h, w, C, side, side)
            *places, channels, _, _ = windows.shape
            flat = windows.reshape(*places, channels * side * side)
            hidden = np.maximum(flat @ weights[name] + weights[f"{name}_bias"], 0)  # (N, h, w, F)
        shapes = hidden.reshape(count, -1)  # (N, 25 S)
        logits = np.einsum("ns,ns->n", shapes, weights["digits"][labels]) + weights["digits_bias"][labels]
        return np.asarray(np.clip(logits, -MAX_LOGIT, MAX_LOGIT), np.float32)

    def is_printed(self, features: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Tell which digits of a line of two digits or more surely are print, (n,).

        Args:
            features: (n, features), float32, as `line_features` returns them.
        """
        return np.asarray(features @ self.weights["line"] + self.weights["line_bias"] > 0, np.bool_)

    def is_printed_alone(self, logits: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Tell which digits that stand alone surely are print, (n,).

        Args:
            logits: (n,), float32, as `logits` returns them.
        """
        return np.asarray(logits > self.weights["alone"], np.bool_)


@cache
def load_classifier() -> PrintClassifier:
    """Return the shipped classifier."""
    with np.load(PATH) as weights:
        return PrintClassifier({name: weights[name].astype(np.float32) for name in weights.files})
