"""Digits -> how much each looks like print, and what is known of it -> whether it surely is. Knows no pictures.

A very small network (`print.onnx`) says for each of the ten digits how much it looks like a printed one.
`decision.json` has the weights of the evidence of a line, and the limits that few handwritten digits pass.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from inkdigits.core.types import Images
from inkdigits.pictures.levels import to_unit_range
from inkdigits.read.onnx_model import open_session
from inkdigits.read.printed.evidence import FEATURES

NETWORK = Path(__file__).with_name("print.onnx")

DECISION = Path(__file__).with_name("decision.json")

MAX_LOGIT = 8.0
"""A single digit says no more than this, in nats: what looks quite unlike either may be anything."""


@dataclass(frozen=True)
class Decision:
    """When digits are sure to be print.

    Attributes:
        line: The weight of each of `FEATURES`, for a digit among others.
        limit: Their weighted sum must exceed it.
        alone: The logit of a digit that stands alone must exceed it.
    """

    line: tuple[float, ...]
    limit: float
    alone: float


class PrintClassifier:
    """Tells printed digits from handwritten ones.

    Args:
        network: The bytes of an ONNX file: digits (N, 1, 28, 28), float32, 0 … 1 -> logits of print (N, 10), float32,
            one for each digit that it may be.
        decision: When they are sure to be print.
    """

    def __init__(self, network: bytes, decision: Decision) -> None:
        self._session: onnxruntime.InferenceSession = open_session(network, threads=1)
        self._input = self._session.get_inputs()[0].name
        self._line, self._limit, self._alone = np.array(decision.line, np.float32), decision.limit, decision.alone

    def logits(self, forms: Images, labels: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return how much more each digit looks like print than like handwriting.

        Args:
            forms: (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized.
            labels: (N,), int64, which digit each is, 0 … 9.

        Returns:
            (N,), float32, in nats, -8 … 8.
        """
        if not len(forms):
            return np.zeros(0, np.float32)
        (of_digits,) = self._session.run(None, {self._input: to_unit_range(forms)[:, None]})  # (N, 10)
        return np.asarray(of_digits[np.arange(len(forms)), labels].clip(-MAX_LOGIT, MAX_LOGIT), np.float32)

    def is_printed(self, features: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Tell which digits of a line of two digits or more surely are print.

        Args:
            features: (n, features), float32, -8 … 8, as `line_features` returns them.

        Returns:
            (n,), bool, True for print.
        """
        return np.asarray(features @ self._line > self._limit, np.bool_)

    def is_printed_alone(self, logits: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Tell which digits that stand alone surely are print.

        Args:
            logits: (n,), float32, -8 … 8, as `logits` returns them.

        Returns:
            (n,), bool, True for print.
        """
        return np.asarray(logits > self._alone, np.bool_)


@cache
def load_classifier() -> PrintClassifier:
    """Return the shipped classifier."""
    content = json.loads(DECISION.read_text("utf-8"))
    line = tuple(content["line"][name] for name in FEATURES)
    return PrintClassifier(NETWORK.read_bytes(), Decision(line, content["limit"], content["alone"]))
