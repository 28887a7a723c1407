"""How well line networks together read lines whose text is known. Knows no torch.

A line is seen once, at the usual scale; a reader looks again at lines that it is not sure of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.dataset import Split
from inkdigits.learn.adaptation.lines.examples import LineExample, find_examples, label_ids
from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet
from inkdigits.read.decoding.choosing import choose
from inkdigits.read.decoding.ctc import pad_views, string_log_probabilities
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.read_line import run_line_networks

_BATCH_SIZE = 16

_LEAST_LOG_PROBABILITY = -20.0
"""One line that is not understood at all counts no more than this."""

COMPOSED = 400
"""So many lines of other people tell what has been forgotten."""


@dataclass(frozen=True)
class LineScores:
    """How well networks read lines.

    Attributes:
        right: (N,), bool, which lines have all digits right.
        log_probabilities: (N,), float64, natural logarithms of how likely the networks find each text, at least -20.
    """

    right: NDArray[np.bool_]
    log_probabilities: NDArray[np.float64]

    @property
    def accuracy(self) -> float | None:
        """The share of lines that are right; None without lines."""
        return round(float(self.right.mean()), 6) if len(self.right) else None

    @property
    def errors(self) -> int:
        """How many lines are not right."""
        return int((~self.right).sum())

    @property
    def mean_log_probability(self) -> float:
        """The mean logarithm, 0 without lines."""
        return float(self.log_probabilities.mean()) if len(self.right) else 0.0


def score_lines(networks: Sequence[OnnxModel], examples: Sequence[LineExample]) -> LineScores:
    """Return how well networks together read lines.

    Args:
        networks: One to three, for lines of the ten digits.
        examples: The lines.
    """
    order = sorted(range(len(examples)), key=lambda number: examples[number].usual_view.width)
    right, logs = np.zeros(len(examples), bool), np.zeros(len(examples))
    for start in range(0, len(order), _BATCH_SIZE):
        numbers = order[start : start + _BATCH_SIZE]
        frames = run_line_networks(networks, [examples[number].usual_view for number in numbers])
        for place, number in enumerate(numbers):
            views = frames[place :: len(numbers)]  # one of each network
            right[number], logs[number] = _score(networks, views, examples[number])
    return LineScores(right, logs)


def compose_examples(split: Split, count: int = COMPOSED, *, seed: int = 26) -> list[LineExample]:
    """Return lines composed of the digits of a split.

    Args:
        split: The digits; a line has those of many people.
        count: How many lines.
        seed: Decides which.
    """
    examples = []
    for number in range(count):
        generator = np.random.default_rng((number, seed))
        picture, text = compose_sheet(random_line(generator), split.images, split.labels, generator)
        found = find_examples(picture)
        if len(found) == 1:
            examples.append(LineExample(text, found[0].page, found[0].layout, found[0].line))
    return examples


def random_line(generator: np.random.Generator) -> SheetPlan:
    """Return what a sheet with one line looks like: 3 to 10 digits of 24 to 63 pixels, apart or touching.

    Args:
        generator: Draws everything.
    """
    return SheetPlan(
        lines=1,
        length=int(generator.integers(3, 11)),
        height=int(generator.integers(24, 64)),
        gap=float(generator.uniform(-0.02, 0.5)),
        tails=float(generator.uniform(0, 0.4)) if generator.random() < 0.3 else 0.0,
        ruled=bool(generator.random() < 0.2),
    )


def _score(
    networks: Sequence[OnnxModel], views: Sequence[NDArray[np.float64]], example: LineExample
) -> tuple[bool, float]:
    choice = choose(views, networks[0].metadata, None)
    digits = "".join(str(label) for label in choice.decoded.label_ids if label < 10)
    logs = [
        float(string_log_probabilities(pad_views([seen]), [label_ids(example.text, network)])[0, 0])
        for seen, network in zip(views, networks, strict=True)
    ]
    return digits == example.digits, float(np.maximum(logs, _LEAST_LOG_PROBABILITY).mean())
