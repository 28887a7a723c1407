"""The lines of a page as networks read them -> the same lines with the probability that each is right. Knows no limits.

The networks of lines assume that a line is writing and that the views of it are independent. The single-digit network
is asked about each digit as a witness: it has learned differently, and also what is no digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images, Picture
from inkdigits.pictures.prepare import find_digit
from inkdigits.read.candidates import candidates_of
from inkdigits.read.confidence.calibration import Calibration
from inkdigits.read.confidence.evidence import LineEvidence, SingleEvidence
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.read_line import LineReading, normalize_crops
from inkdigits.read.refusal import RefusalReason
from inkdigits.read.result import Line, with_confidence
from inkdigits.read.single import classify, classify_views, single_evidence

_UNKNOWN = 0.95
"""What the witness says of digits that its network doesn't know: neither for nor against the line."""


_MARGIN = 0.35
"""Paper around a single digit that its network sees, as a share of the digit's longer side."""


_READABLE = ("", RefusalReason.NO_MATCH, RefusalReason.CHECK_FAILED)
"""Lines of digits, also of others than the user asked for."""


@dataclass(frozen=True, eq=False)
class ScoredLine:
    """A line with its confidence.

    Attributes:
        line: Its digits, with calibrated confidences.
        forms: They, normalized for a single-digit network: (N, 28, 28), uint8, 0 is empty and 255 is ink.
    """

    line: Line
    forms: Images


def score_lines(
    readings: Sequence[LineReading],
    picture: Picture,
    page_ink: int,
    digit_network: OnnxModel,
    calibration: Calibration,
) -> list[ScoredLine]:
    """Return lines with calibrated confidences.

    Args:
        readings: All lines of digits of a page, each of one digit or more.
        picture: The picture of the page, (H, W, 3), uint8, red, green and blue in 0 … 255.
        page_ink: Pixels of ink on the page.
        digit_network: The witness.
        calibration: Turns evidence into confidences.
    """
    gathered = gather_evidence(readings, picture, page_ink, digit_network)
    return [
        ScoredLine(_calibrated(reading, evidence, calibration), forms)
        for reading, (forms, evidence) in zip(readings, gathered, strict=True)
    ]


def gather_evidence(
    readings: Sequence[LineReading], picture: Picture, page_ink: int, digit_network: OnnxModel
) -> list[tuple[Images, LineEvidence]]:
    """Return each line's normalized digits, and the evidence that it is right.

    Args:
        readings: All lines of digits of a page, each of one digit or more.
        picture: The picture of the page, (H, W, 3), uint8, red, green and blue in 0 … 255.
        page_ink: Pixels of ink on the page.
        digit_network: The witness.

    Returns:
        For each line its digits, (N, 28, 28), uint8, 0 is empty and 255 is ink; and the evidence.
    """
    if not readings:
        return []
    readable_ink = sum(one.ink_area for one in readings if one.decoded.margin > 0 and one.line.reason in _READABLE)
    readable_share = readable_ink / max(1, page_ink)
    forms = normalize_crops([crop for reading in readings for crop in reading.crops])  # (digits, 28, 28)
    names = [digit.digit for reading in readings for digit in reading.line.digits]
    ends = np.cumsum([len(reading.line.digits) for reading in readings])[:-1]
    own = zip(np.split(forms, ends), np.split(_witness(forms, names, digit_network), ends), strict=True)
    return [
        (forms_of_line, _evidence(reading, witness, readable_share, _single(reading.line, picture, digit_network)))
        for reading, (forms_of_line, witness) in zip(readings, own, strict=True)
    ]


def _evidence(
    reading: LineReading, witness: NDArray[np.float64], readable_share: float, single: SingleEvidence | None
) -> LineEvidence:
    decoded = reading.decoded
    return LineEvidence(
        log_probability=decoded.log_probability,
        least_view_log_probability=decoded.least_view_log_probability,
        margin=decoded.margin,
        agreement=decoded.agreement,
        least_posterior=min(
            float(row[label]) for row, label in zip(decoded.posteriors, decoded.label_ids, strict=True)
        ),
        log_likelihood_ratio=decoded.log_likelihood_ratio / len(witness),
        witness=tuple(witness.tolist()),
        is_only_ones=set(reading.line.text) == {"1"},
        readable_share=readable_share,
        single=single,
    )


def _witness(forms: Images, names: Sequence[str], network: OnnxModel) -> NDArray[np.float64]:
    """Return the probability that the single-digit network gives each digit, (N,)."""
    number = {name: label for label, name in enumerate(network.metadata.classes)}
    probabilities = classify(network, forms)  # (N, classes)
    return np.array(
        [row[number[name]] if name in number else _UNKNOWN for row, name in zip(probabilities, names, strict=True)]
    )


def _single(line: Line, picture: Picture, network: OnnxModel) -> SingleEvidence | None:
    """Return what the surroundings of a line of one digit look like as a picture of one digit; None for others."""
    if len(line.digits) != 1:
        return None
    (digit,) = line.digits
    left, top, right, bottom = digit.box
    margin = int(_MARGIN * max(right - left, bottom - top)) + 2
    window = picture[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    found = find_digit(np.ascontiguousarray(window))
    if found is None:
        return SingleEvidence(0.0, 0.0, 0.0, 0.0)
    if digit.digit not in network.metadata.classes:
        return SingleEvidence(_UNKNOWN, _UNKNOWN, _UNKNOWN, found.ink_share)
    return single_evidence(found, classify_views(found, network), network.metadata.classes.index(digit.digit))


def _calibrated(reading: LineReading, evidence: LineEvidence, calibration: Calibration) -> Line:
    line, confidence = reading.line, calibration.line_confidence(evidence)
    confidences = calibration.digit_confidences(evidence, [digit.confidence for digit in line.digits])
    digits = (with_confidence(*pair) for pair in zip(line.digits, confidences, strict=True))
    candidates = candidates_of(reading.choice.texts, confidence)
    return replace(line, digits=tuple(digits), confidence=confidence, candidates=candidates)
