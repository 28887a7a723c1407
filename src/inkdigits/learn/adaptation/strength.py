"""How much of what networks learned is kept: chosen on what was held back, without forgetting. Knows no training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from inkdigits.data.dataset import Dataset
from inkdigits.learn.adaptation.data import MOST_DIGITS_LOST, MOST_LINES_LOST, NEGATIVE, LabelledImages
from inkdigits.learn.adaptation.examples import Examples
from inkdigits.learn.adaptation.lines.scores import KnownLines, mean_log_probability
from inkdigits.learn.adaptation.trained_network import TrainedNetwork
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.single import classify

STRENGTHS = (1.0, 0.75, 0.5, 0.25)
"""Those tried, as shares of the way from the old weights to the new ones."""


def choose_strength(
    trained: Sequence[TrainedNetwork],
    gain: Callable[[Sequence[OnnxModel]], float],
    wrong: Callable[[Sequence[OnnxModel]], int],
    max_lost: int,
) -> float:
    """Return the strength that is best on what was held back, among those that don't forget; 0 if none is better.

    Args:
        trained: The networks, which learned together.
        gain: Returns how well networks read what was held back; more is better.
        wrong: Returns how many known examples they read wrong. It takes its time, so it is asked last.
        max_lost: So many more known examples may be wrong than before.
    """
    base = [network.base for network in trained]
    with TemporaryDirectory() as folder:
        written = {
            strength: [
                network.write(strength, Path(folder) / f"{strength}-{number}.onnx")
                for number, network in enumerate(trained)
            ]
            for strength in STRENGTHS
        }
        gains = {strength: gain(networks) for strength, networks in written.items()}
        least = gain(base)
        better = sorted((strength for strength in STRENGTHS if gains[strength] > least), key=lambda one: -gains[one])
        if not better:
            return 0.0
        most = wrong(base) + max_lost
        return next((strength for strength in better if wrong(written[strength]) <= most), 0.0)


def choose_strengths(
    digits: TrainedNetwork,
    lines: Sequence[TrainedNetwork],
    examples: Examples,
    known: Dataset,
    composed: KnownLines,
) -> dict[str, float]:
    """Return how much of what was learned is kept: of the network for `digits`, and of those for `lines`.

    Args:
        digits: The network for single digits.
        lines: The networks for lines.
        examples: What they learned, and what was held back.
        known: Its test digits must not be forgotten.
        composed: Lines that must not be forgotten; none where the networks for lines learned nothing.
    """
    held = examples.held_corrections + examples.held_cut
    judged = held if len(held) else examples.digits
    held_lines = examples.held_lines or examples.lines
    hand = examples.hand

    def wrong_digits(networks: Sequence[OnnxModel]) -> int:
        return int((classify(networks[0], known.test.images).argmax(axis=1) != known.test.labels).sum())

    strengths = {
        "digits": choose_strength(
            [digits],
            lambda networks: _mean_log_probability(networks[0], judged),
            wrong_digits,
            int(MOST_DIGITS_LOST * len(known.test)),
        ),
        "lines": 0.0,
    }
    if len(composed) and held_lines and len(hand):
        strengths["lines"] = choose_strength(
            lines,
            lambda networks: mean_log_probability(networks, held_lines),
            composed.errors,
            int(MOST_LINES_LOST * len(composed)),
        )
    return strengths


def _mean_log_probability(network: OnnxModel, examples: LabelledImages) -> float:
    """Return how sure a network is of what is right: of the digit, or that there is none."""
    probabilities = classify(network, examples.images)  # (N, 10)
    right = probabilities[np.arange(len(examples)), np.maximum(examples.labels, 0)]
    right = np.where(examples.labels == NEGATIVE, 1 - probabilities.max(axis=1), right)
    return float(np.log(np.maximum(right, 1e-6)).mean())
