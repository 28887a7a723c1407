"""The known digits that a network is least sure of: an adaptation forgets these first. Knows no torch."""

import numpy as np

from inkdigits.data.dataset import Split
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.single import classify

_LOOKED_AT = 12_000
"""Digits that are looked at: a second or two."""

_HARD, _OTHERS = 1200, 600
"""How many of the hardest are taken, and how many others."""


def hard_digits(split: Split, network: OnnxModel, *, seed: int) -> Split:
    """Return the digits of a split that a network is least sure of, and some others.

    Args:
        split: Labels are classes of the network.
        network: For single digits.
        seed: Decides which digits are looked at.
    """
    some = split[np.random.default_rng(seed).permutation(len(split))[:_LOOKED_AT]]
    of_label = classify(network, some.images)[np.arange(len(some)), some.labels]  # (N,)
    hardest = np.argsort(of_label, kind="stable")
    return some[np.concatenate([hardest[: min(_HARD, len(some) // 3)], np.arange(len(some))[:_OTHERS]])]
