"""The networks in use and the adapted ones, measured on the same digits and lines by ONNX Runtime. Knows no torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Images
from inkdigits.data.dataset import Dataset
from inkdigits.learn.adaptation.data import MOST_DIGITS_LOST, MOST_LINES_LOST, NEGATIVE, LabelledImages
from inkdigits.learn.adaptation.examples import Examples
from inkdigits.learn.adaptation.lines.examples import LineExample
from inkdigits.learn.adaptation.lines.scores import KnownLines, line_accuracy
from inkdigits.pictures.prepare import FoundDigit
from inkdigits.read.confidence.calibration import load_calibration
from inkdigits.read.confidence.limits import MIN_CONFIDENCE
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.single import classify, classify_views, single_evidence

_MOST_MEASURED = 50
"""So many of the examples that were learned from are measured at most."""


@dataclass(frozen=True, eq=False)
class Networks:
    """A set of networks.

    Attributes:
        digits: For single digits.
        lines: For lines.
    """

    digits: OnnxModel
    lines: Sequence[OnnxModel]


def compare_networks(
    old: Networks, new: Networks, replay: Dataset, examples: Examples, composed: KnownLines
) -> dict[str, Any]:
    """Return figures of both sets of networks, each with the number of examples, JSON-ready.

    Args:
        old: The networks in use.
        new: The adapted ones.
        replay: Its test digits are read.
        examples: Those that were held back, and those that were learned from; without any a share is None.
        composed: Lines of other people; none where the line networks stay as they are.

    Returns:
        `mnist`, `corrections`, `lines`, `composed` and `learned`, and what they come to: `recommended` and `reason`.
    """
    test = LabelledImages(replay.test.images, replay.test.labels)

    def of_digits(chosen: LabelledImages, least: float = MIN_CONFIDENCE) -> dict[str, Any]:
        return _figures([accuracy(one.digits, chosen, min_confidence=least) for one in (old, new)], len(chosen))

    def of_lines(chosen: Sequence[LineExample]) -> dict[str, Any]:
        return _figures([line_accuracy(one.lines, chosen) for one in (old, new)], len(chosen))

    figures = {
        "mnist": of_digits(test, 0.0) | {"name": replay.name},
        "corrections": of_digits(examples.held_corrections),
        "lines": of_lines(examples.held_lines),
        "composed": _figures([composed.accuracy(one.lines) for one in (old, new)], len(composed)),
        "learned": {
            "digits": of_digits(examples.corrections.first(_MOST_MEASURED)),
            "lines": of_lines(examples.lines[:_MOST_MEASURED]),
        },
    }
    reason = judge(figures)
    return figures | {"recommended": reason == "better", "reason": reason}


def judge(figures: dict[str, Any]) -> str:
    """Return what figures come to: "better", "forgets" or "no-better".

    What was held back must not be read worse, and it or what was learned must be read better.

    Args:
        figures: As `compare_networks` returns them.

    Examples:
        >>> same, more = {"old": 0.5, "new": 0.5, "examples": 9}, {"old": 0.5, "new": 0.6, "examples": 9}
        >>> none = {"old": None, "new": None, "examples": 0}
        >>> learned = {"digits": more, "lines": none}
        >>> judge({"mnist": same, "corrections": none, "lines": more, "composed": same, "learned": learned})
        'better'
    """
    for name, most in (("mnist", MOST_DIGITS_LOST), ("composed", MOST_LINES_LOST)):
        if figures[name]["examples"] and figures[name]["new"] < figures[name]["old"] - most - 1e-9:
            return "forgets"
    held = [_change(figures[name]) for name in ("corrections", "lines")]
    learned = [_change(figures["learned"][name]) for name in ("digits", "lines")]
    return "better" if min(held) >= 0 and max(held + learned) > 0 else "no-better"


def _change(figures: dict[str, Any]) -> float:
    return figures["new"] - figures["old"] if figures["examples"] else 0.0


def _figures(shares: Sequence[float | None], examples: int) -> dict[str, Any]:
    old, new = shares
    return {"old": old, "new": new, "examples": examples}


def accuracy(network: OnnxModel, examples: LabelledImages, *, min_confidence: float = MIN_CONFIDENCE) -> float | None:
    """Return the share of examples that a reader with this network gets right; None without examples.

    Args:
        network: A network for single digits.
        examples: A picture of no digit counts as right if it is rejected.
        min_confidence: Answers with less confidence are rejected.
    """
    if not len(examples):
        return None
    answers = classify(network, examples.images).argmax(axis=1)  # (N,)
    if min_confidence > 0:
        answers[_confidences(network, examples.images) < min_confidence] = NEGATIVE
    return round(float((answers == examples.labels).mean()), 6)


def _confidences(network: OnnxModel, images: Images) -> NDArray[np.float64]:
    """Return the confidence with which a reader names each digit, (N,)."""
    calibration, confidences = load_calibration(), []
    for image in images:
        found = FoundDigit(image, (0, 0, SIDE, SIDE))
        probabilities = classify_views(found, network)
        evidence = single_evidence(found, probabilities, int(probabilities[0].argmax()))
        confidences.append(calibration.single_confidence(evidence))
    return np.array(confidences)
