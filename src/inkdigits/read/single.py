"""A picture whose whole content is one digit -> that digit. Knows nothing of lines."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Images, Picture, Probabilities
from inkdigits.pictures.levels import to_unit_range
from inkdigits.pictures.prepare import FoundDigit, find_digit
from inkdigits.read.candidates import Candidate, candidates_of
from inkdigits.read.confidence.calibration import load_calibration
from inkdigits.read.confidence.evidence import SingleEvidence
from inkdigits.read.decoding.constrained import MIN_LOG_FIT
from inkdigits.read.decoding.ctc import softmax
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.page.component_labelling import label_components
from inkdigits.read.patterns.constraint import Constraint
from inkdigits.read.refusal import RefusalReason
from inkdigits.read.result import Box, Digit, Line, Reading, rank_alternatives, with_confidence

_BATCH_SIZE = 256

_LEAST = 1e-30
"""A sum of probabilities that is divided by is at least this."""

_MAX_ASPECT = 1.2
"""A component that is wider than this share of its height may be several digits."""
_VIEWS = ((-9, 1.0), (9, 1.0), (0, 0.88), (0, 1.12))
"""Degrees by which a digit is turned, and how it is scaled, to see whether it looks the same."""

_MIDDLE = (SIDE - 1) / 2

_VIEW_CHANGES = tuple(cv2.getRotationMatrix2D((_MIDDLE, _MIDDLE), degrees, scale) for degrees, scale in _VIEWS)


def read_single(
    picture: Picture,
    network: OnnxModel,
    min_confidence: float,
    read_several: Callable[[], tuple[Line, ...]] = tuple,
    constraint: Constraint | None = None,
) -> Reading:
    """Read a picture of one digit.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        network: For single digits.
        min_confidence: A digit with less confidence is refused.
        read_several: Reads the lines of a picture that may show several digits.
        constraint: What the user knows of the digit.

    Returns:
        One line of one digit; none if the picture holds nothing readable, or if the digit is refused. Where several
        digits are read, they are refused.
    """
    found = find_digit(picture)
    if found is None:
        return Reading()
    lines = read_several() if may_be_several(found) else ()
    if sum(len(line.digits) for line in lines) > 1:
        return Reading(refused=tuple(replace(line, reason=RefusalReason.SEVERAL_DIGITS) for line in lines))
    names = network.metadata.classes
    every = classify_views(found, network)
    probabilities, reason = (every, "") if constraint is None else _fitting(every, names, constraint)
    evidence = single_evidence(found, probabilities, int(probabilities[0].argmax()))
    confidence = load_calibration().single_confidence(evidence)
    read = name_digit(probabilities[0], names, found.box)
    digit = with_confidence(read, confidence)
    candidates = _candidates(probabilities[0], names, confidence, constraint)
    line = Line((digit,), confidence, digit.box, reason, candidates=candidates)
    if reason:
        return Reading(refused=(line,))
    if confidence < min_confidence:
        return Reading(refused=(replace(line, reason=RefusalReason.UNSURE),))
    return Reading((line,), normalize_forms=partial(np.expand_dims, found.image, 0))


def _fitting(
    probabilities: NDArray[np.float32], names: tuple[str, ...], constraint: Constraint
) -> tuple[NDArray[np.float32], str]:
    """Return the probabilities of a digit among the classes that fit; all, and a reason, if none is likely.

    Args:
        probabilities: (views, classes), float32, each row summing to 1.
        names: The name of each class.
        constraint: What the user knows of the digit.
    """
    fitting = probabilities * constraint.allowed(names)
    if fitting[0].sum() < math.exp(MIN_LOG_FIT):
        return probabilities, RefusalReason.CHECK_FAILED if constraint.check else RefusalReason.NO_MATCH
    return fitting / np.maximum(fitting.sum(axis=1, keepdims=True), _LEAST), ""


def _candidates(
    probabilities: NDArray[np.float32], names: Sequence[str], confidence: float, constraint: Constraint | None
) -> tuple[Candidate, ...]:
    count = constraint.best or 0 if constraint else 0
    likely = [label for label in np.argsort(-probabilities)[:count].tolist() if probabilities[label] > 0]
    return candidates_of([(names[label], float(probabilities[label])) for label in likely], confidence)


def may_be_several(found: FoundDigit) -> bool:
    """Tell whether a picture may show several digits: large components side by side, or one that is wide.

    What the border cuts off is a neighbour, and not counted.

    Args:
        found: The digit that was found in the picture.

    Examples:
        >>> eleven = np.full((100, 120, 3), 255, np.uint8)
        >>> eleven[20:80, 30:36] = eleven[20:80, 80:86] = 0
        >>> [may_be_several(find_digit(picture)) for picture in (eleven, eleven[:, :60].copy())]
        [True, False]
    """
    if found.strokes is None:
        return False
    height, width = found.strokes.shape
    boxes = label_components(found.strokes).boxes[1:]  # (components, 4)
    whole = boxes[(boxes[:, :2] > 0).all(axis=1) & (boxes[:, 2:] < (width, height)).all(axis=1)]
    heights = whole[:, 3] - whole[:, 1]
    digits = whole[heights > 0.5 * heights.max(initial=0)]
    left, top, right, bottom = digits[digits[:, 0].argsort()].T
    is_wide = (right - left > _MAX_ASPECT * (bottom - top)).any()
    return bool(is_wide or (left[1:] >= right[:-1] - 0.1 * (right - left)[:-1]).any())


def classify_views(found: FoundDigit, network: OnnxModel) -> NDArray[np.float32]:
    """Return the class probabilities of a digit as it is, and turned and scaled a little.

    What is no digit often looks like another one in these views.

    Args:
        found: The digit in its picture.
        network: For single digits.

    Returns:
        (views, classes), float32, each row summing to 1; the first is the digit as it is.
    """
    views = [found.image, *(cv2.warpAffine(found.image, change, (SIDE, SIDE)) for change in _VIEW_CHANGES)]
    return classify(network, np.stack(views))


def single_evidence(found: FoundDigit, probabilities: NDArray[np.floating], label: int) -> SingleEvidence:
    """Return the evidence that a picture of one digit shows a certain digit.

    Args:
        found: The digit in its picture.
        probabilities: (views, classes), any float dtype, 0 … 1, as `classify_views` gives them.
        label: The class of the digit.
    """
    given = probabilities[:, label].astype(np.float64)  # (views,)
    return SingleEvidence(float(given[0]), float(given.mean()), float(given.min()), found.ink_share)


def classify(network: OnnxModel, forms: Images) -> Probabilities:
    """Return the probability of each class for normalized digits.

    Args:
        network: For single digits.
        forms: (N, 28, 28), uint8, 0 is empty and 255 is ink.

    Returns:
        (N, classes), float32, each row summing to 1.
    """
    classes = len(network.metadata.classes)
    batches = [np.zeros((0, classes), np.float32)]
    for start in range(0, len(forms), _BATCH_SIZE):
        batch = to_unit_range(forms[start : start + _BATCH_SIZE, None])  # (N, 1, 28, 28)
        batches.append(softmax(network.run(batch), network.metadata.temperature).astype(np.float32))
    return np.concatenate(batches)


def name_digit(probabilities: NDArray[np.floating], names: Sequence[str], box: Box) -> Digit:
    """Return the most likely digit with its alternatives.

    Args:
        probabilities: (classes,), any float dtype, summing to 1.
        names: The name of each class.
        box: Where the ink of the digit is.
    """
    label = int(np.argsort(-probabilities)[0])
    return Digit(names[label], float(probabilities[label]), box, rank_alternatives(probabilities, names, label))
