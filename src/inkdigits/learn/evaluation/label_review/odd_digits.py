"""How odd digits look to a network. Knows nothing of labels."""

import numpy as np
from cleanlab.outlier import OutOfDistribution
from numpy.typing import NDArray
from torch import nn

from inkdigits.core.types import Images
from inkdigits.learn.evaluation.hidden_features import hidden_features

_REFERENCES = 2000
"""Digits to compare with: with 5,000, 10,000 digits take 7 s of a core, and training sets are larger."""

_NEIGHBOURS = 10


def oddness(network: nn.Module, images: Images, references: Images) -> NDArray[np.float32]:
    """Return how unlike others digits are, to a network.

    Args:
        network: From float32 (N, 1, 28, 28) in 0 … 1 to logits (N, classes).
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.
        references: (M, 28, 28), uint8, 0 is empty and 255 is ink: digits that the network has learned from.

    Returns:
        (N,), float32, 0 … 1: 1 is like no other. From the mean distance to the ten nearest references, in the features
        of the network's last hidden layer.
    """
    chosen = np.random.default_rng(0).permutation(len(references))[:_REFERENCES]
    known, features = hidden_features(network, references[chosen]), hidden_features(network, images)
    detector = OutOfDistribution({"k": min(_NEIGHBOURS, len(known) - 1)})
    detector.fit(features=known, verbose=False)
    odd: NDArray[np.float32] = (1 - detector.score(features=features)).astype(np.float32)
    return odd
