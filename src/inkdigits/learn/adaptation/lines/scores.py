"""How well line networks together read lines whose text is known. Knows no torch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import onnx
from numpy.typing import NDArray

from inkdigits.data.dataset import Split
from inkdigits.learn.adaptation.lines.examples import LineExample, find_examples, label_ids
from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet
from inkdigits.read.decoding.ctc import pad_views, string_log_probabilities
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.read_line import read_line, run_line_networks

_BATCH_SIZE = 16

_LEAST_LOG_PROBABILITY = -20.0
"""One line that is not understood at all counts no more than this."""

COMPOSED = 400
"""So many lines of other people tell what has been forgotten."""


def read_right(networks: Sequence[OnnxModel], examples: Sequence[LineExample]) -> NDArray[np.bool_]:
    """Return which lines a reader with these networks reads with all digits right, (N,), bool, False or True.

    Args:
        networks: One to three, for lines of the ten digits.
        examples: The lines.
    """
    texts = (read_line(networks, example.page, example.layout, example.line).line.text for example in examples)
    return np.array([text == example.digits for text, example in zip(texts, examples, strict=True)], bool)


def line_accuracy(networks: Sequence[OnnxModel], examples: Sequence[LineExample]) -> float | None:
    """Return the share of lines with all digits right, 0 … 1; None without lines.

    Args:
        networks: One to three, for lines of the ten digits.
        examples: The lines.
    """
    return round(float(read_right(networks, examples).mean()), 6) if examples else None


class KnownLines:
    """Lines that must not be forgotten, and which of them a set of networks reads right: read once for each set.

    Sets with the same weights are the same set, whatever their files say of them.

    Args:
        examples: The lines; may be none.
    """

    def __init__(self, examples: Sequence[LineExample]) -> None:
        self._examples = examples
        self._right: dict[str, NDArray[np.bool_]] = {}

    def __len__(self) -> int:
        return len(self._examples)

    def errors(self, networks: Sequence[OnnxModel]) -> int:
        """Return how many lines networks read wrong.

        Args:
            networks: One to three, for lines of the ten digits.
        """
        return int((~self._read(networks)).sum())

    def accuracy(self, networks: Sequence[OnnxModel]) -> float | None:
        """Return the share of lines with all digits right, 0 … 1; None without lines.

        Args:
            networks: One to three, for lines of the ten digits.
        """
        return round(float(self._read(networks).mean()), 6) if len(self) else None

    def _read(self, networks: Sequence[OnnxModel]) -> NDArray[np.bool_]:
        key = _weights_digest(networks)
        if key not in self._right:
            self._right[key] = read_right(networks, self._examples)
        return self._right[key]


def _weights_digest(networks: Sequence[OnnxModel]) -> str:
    """Return what tells networks apart that compute something else; not what their files say of them."""
    digest = hashlib.sha256()
    for network in networks:
        digest.update(onnx.load_from_string(network.content).graph.SerializeToString(deterministic=True))
        digest.update(replace(network.metadata, provenance={}, measured={}).to_json().encode())
    return digest.hexdigest()


def mean_log_probability(networks: Sequence[OnnxModel], examples: Sequence[LineExample]) -> float:
    """Return how likely networks find the texts of lines, seen once at the usual scale.

    Args:
        networks: One to three, for lines of the ten digits.
        examples: At least one line.

    Returns:
        The mean natural logarithm over lines and networks, -20 … 0.
    """
    logs = []
    order = sorted(examples, key=lambda example: example.usual_view.width)
    for start in range(0, len(order), _BATCH_SIZE):
        part = order[start : start + _BATCH_SIZE]
        frames = run_line_networks(networks, [example.usual_view for example in part])
        for place, example in enumerate(part):
            views = frames[place :: len(part)]  # one of each network
            for seen, network in zip(views, networks, strict=True):
                strings = [label_ids(example.text, network)]
                logs.append(float(string_log_probabilities(pad_views([seen]), strings)[0, 0]))
    return float(np.maximum(logs, _LEAST_LOG_PROBABILITY).mean())


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
