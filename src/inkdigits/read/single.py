"""A picture whose whole content is one digit -> that digit. Knows nothing of lines."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images, Picture, Probabilities
from inkdigits.pictures.levels import to_unit_range
from inkdigits.pictures.prepare import find_digit
from inkdigits.read.decoding.ctc import softmax
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.result import Alternative, Box, Digit, Line, Reading

_BATCH_SIZE = 256

_LEAST_ALTERNATIVE = 0.005
"""Less likely digits are not worth naming."""


def read_single(picture: Picture, network: OnnxModel, min_confidence: float) -> Reading:
    """Read a picture of one digit.

    Returns:
        One line of one digit; none where the picture holds nothing readable, or (then it is among the refused)
        where the network is less sure than asked for.
    """
    found = find_digit(picture)
    if found is None:
        return Reading()
    probabilities = classify(network, found.image[None])[0]
    digit = name_digit(probabilities, network.metadata.classes, found.box)
    line = Line((digit,), digit.confidence, digit.box)
    if digit.confidence < min_confidence:
        return Reading(refused=(line,))
    return Reading((line,), draw_forms=partial(np.expand_dims, found.image, 0))


def classify(network: OnnxModel, forms: Images) -> Probabilities:
    """Return the probability of each class, (N, classes) float32, for digits (N, 28, 28) uint8 in MNIST's form."""
    classes = len(network.metadata.classes)
    answers = [np.zeros((0, classes), np.float32)]
    for start in range(0, len(forms), _BATCH_SIZE):
        batch = to_unit_range(forms[start : start + _BATCH_SIZE, None])
        answers.append(softmax(network.run(batch), network.metadata.temperature).astype(np.float32))
    return np.concatenate(answers)


def name_digit(probabilities: NDArray[np.floating], names: Sequence[str], box: Box) -> Digit:
    """Return the likeliest digit with its rivals."""
    order = [int(place) for place in np.argsort(-probabilities)]
    rivals = tuple(
        Alternative(names[place], float(probabilities[place]))
        for place in order[1:]
        if probabilities[place] >= _LEAST_ALTERNATIVE
    )
    return Digit(names[order[0]], float(probabilities[order[0]]), box, rivals)
