"""A network's last hidden layer in two dimensions: digits that it sees alike lie together. Draws nothing."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from inkdigits.core.types import Images, Labels
from inkdigits.learn.evaluation.hidden_features import hidden_features
from inkdigits.learn.evaluation.trained_run import TrainedRun

MOST_DIGITS = 2000

_COMPONENTS = 30
_FEWEST = 10
"""Of fewer digits there are no neighbourhoods to keep."""

_STEPS = 500
"""Steps of t-SNE: with 1,000 it takes twice as long and looks the same."""


@dataclass(frozen=True)
class FeatureMap:
    """Some digits of a split, each with its place on a map.

    Attributes:
        split: The name of the split.
        indices: (N,), int64: their places in the split.
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.
        labels: (N,), int64, class numbers.
        predictions: (N,), int64, class numbers: what the network answered.
        positions: (N, 2), float32, 0 … 1: x to the right, y down.
    """

    split: str
    indices: NDArray[np.int64]
    images: Images
    labels: Labels
    predictions: Labels
    positions: NDArray[np.float32]

    def to_dict(self) -> dict[str, Any]:
        """Return it ready for JSON, without the pictures."""
        return {
            "split": self.split,
            "digits": [
                {"index": index, "label": label, "prediction": prediction, "x": round(x, 4), "y": round(y, 4)}
                for index, label, prediction, (x, y) in zip(
                    self.indices.tolist(),
                    self.labels.tolist(),
                    self.predictions.tolist(),
                    self.positions.tolist(),
                    strict=True,
                )
            ],
        }


def map_features(run: TrainedRun, split: str = "test", count: int = MOST_DIGITS) -> FeatureMap:
    """Return a map of digits of a split, the same each time.

    Args:
        run: A run of a network for single digits.
        split: The name of the split.
        count: How many digits at most, drawn at random.
    """
    digits = run.split(split)
    chosen = np.sort(np.random.default_rng(0).permutation(len(digits))[:count])
    with run.autocast():
        features = hidden_features(run.network, digits.images[chosen])
    return FeatureMap(
        split=split,
        indices=chosen,
        images=digits.images[chosen],
        labels=digits.labels[chosen],
        predictions=run.probabilities(split)[chosen].argmax(axis=1),
        positions=place_in_plane(features),
    )


def place_in_plane(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a place in the plane for each row, so that similar rows lie together (principal components, then t-SNE).

    Args:
        features: (N, D), float32, finite.

    Returns:
        (N, 2), float32, 0 … 1; of fewer than ten rows the first two principal components.

    Examples:
        >>> place_in_plane(np.eye(4, dtype=np.float32)).shape
        (4, 2)
    """
    centred = features.astype(np.float64) - features.mean(axis=0)
    scale = np.abs(centred).max(initial=0.0)
    if scale == 0:
        return np.full((len(features), 2), 0.5, np.float32)
    components = PCA(min(_COMPONENTS, *features.shape), random_state=0).fit_transform(centred / scale)
    if components.shape[1] < 2:
        components = np.column_stack([components, np.zeros(len(components))])
    plane = components[:, :2]
    if len(features) >= _FEWEST:
        perplexity = min(30, (len(features) - 1) / 3)
        plane = TSNE(2, perplexity=perplexity, init=1e-4 * _unit(plane), random_state=0, max_iter=_STEPS).fit_transform(
            components
        )
    low, high = plane.min(axis=0), plane.max(axis=0)
    placed: NDArray[np.float32] = ((plane - low) / np.maximum(high - low, 1e-9)).astype(np.float32)
    return placed


def _unit(plane: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the first two components with the spread that t-SNE starts from."""
    unit: NDArray[np.float32] = (plane / plane[:, 0].std()).astype(np.float32)
    return unit
