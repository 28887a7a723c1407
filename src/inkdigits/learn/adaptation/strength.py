"""How much of what networks learned is kept: chosen on what was held back, without forgetting. Knows no training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from inkdigits.learn.adaptation.trained_network import TrainedNetwork
from inkdigits.read.onnx_model import OnnxModel

STRENGTHS = (1.0, 0.75, 0.5, 0.25)
"""Those tried, as shares of the way from the old weights to the new ones."""

MAX_LOST = 0.0005
"""Known digits of which a larger share is lost are forgotten; of lines ten times as many."""


def choose_strength(
    trained: Sequence[TrainedNetwork], judge: Callable[[Sequence[OnnxModel]], tuple[float, int]], max_lost: int
) -> float:
    """Return the strength that is best on what was held back, among those that don't forget; 0 if none is better.

    Args:
        trained: The networks, which learned together.
        judge: Returns how well networks read what was held back, and how many known examples they read wrong.
        max_lost: So many more known examples may be wrong than before.
    """
    with TemporaryDirectory() as folder:

        def judged(strength: float) -> tuple[float, int]:
            networks = [
                network.write(strength, Path(folder) / f"{strength}-{number}.onnx")
                for number, network in enumerate(trained)
            ]
            return judge(networks)

        gain, errors = judge([network.base for network in trained])
        best, chosen = gain, 0.0
        for strength in STRENGTHS:
            gain, wrong = judged(strength)
            if wrong <= errors + max_lost and gain > best:
                best, chosen = gain, strength
    return chosen
