"""The network in use and the adapted one, measured on the same digits by ONNX Runtime. Knows no torch."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Images
from inkdigits.data.dataset import Dataset
from inkdigits.learn.adaptation.data import NEGATIVE, LabelledImages
from inkdigits.pictures.prepare import FoundDigit
from inkdigits.read.confidence.calibration import load_calibration
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.reader import MIN_CONFIDENCE
from inkdigits.read.single import classify, classify_views, single_evidence


def compare_networks(old: OnnxModel, new: OnnxModel, replay: Dataset, holdout: LabelledImages) -> dict[str, Any]:
    """Return `mnist` and `corrections`, each with the accuracy of both networks and the number of examples.

    Args:
        old: The network in use.
        new: The adapted network.
        replay: Its test digits are read.
        holdout: Corrections that were not learned from; without any their accuracies are None.
    """
    test = LabelledImages(replay.test.images, replay.test.labels)
    on_test = {
        "old": accuracy(old, test, min_confidence=0.0),
        "new": accuracy(new, test, min_confidence=0.0),
        "examples": len(test),
    }
    on_holdout: dict[str, Any] = {"old": None, "new": None, "examples": 0}
    if len(holdout):
        on_holdout = {"old": accuracy(old, holdout), "new": accuracy(new, holdout), "examples": len(holdout)}
    return {"mnist": on_test | {"name": replay.name}, "corrections": on_holdout}


def accuracy(network: OnnxModel, examples: LabelledImages, *, min_confidence: float = MIN_CONFIDENCE) -> float:
    """Return the share of examples that a reader with this network gets right.

    Args:
        network: A network for single digits.
        examples: At least one. A picture of no digit counts as right if it is rejected.
        min_confidence: Answers with less confidence are rejected.
    """
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
