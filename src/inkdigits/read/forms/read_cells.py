"""The ink of cells -> their digits, with the line networks and the network for single digits. Knows no files.

All cells of a form go through each network together. A cell that holds one digit is read by both kinds of network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Images, Probabilities
from inkdigits.pictures.prepare import normalize_strokes
from inkdigits.read.confidence.evidence import CellEvidence
from inkdigits.read.decoding.choosing import Choice, choose
from inkdigits.read.decoding.ctc import Frames, pad_views, string_log_probabilities
from inkdigits.read.decoding.signs import signs_as_blanks
from inkdigits.read.forms.cells import FormInk
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.line_crops import LineImage, crop_line
from inkdigits.read.onnx_model import Metadata, OnnxModel
from inkdigits.read.patterns.constraint import Constraint
from inkdigits.read.read_line import SCALES, LineReading, is_confident, line_reading, normalize_crops, run_line_networks
from inkdigits.read.refusal import RefusalReason
from inkdigits.read.result import rank_alternatives
from inkdigits.read.single import classify

_BATCH_PIXELS = 40 * 64 * 64
"""About so many pixels go through a line network at once."""

_MIN_DIGIT = 1e-4
"""No digit is quite impossible for the network of single digits."""


_UNKNOWN = 0.5
"""What a network of single digits says that has other classes: nothing."""

_MAX_RATIO, _MAX_HEIGHT = 12.0, 0.6
"""Beyond this a log-likelihood ratio, in nats a digit, and a digit's height, in heights of the cell, say no more."""

_WRITING_WEIGHTS = (-17.6, 1.2, 4.0, 20.0)
"""Intercept, and the weights of log-likelihood ratio, agreement of the network of single digits, and height.

Words that are printed in the cells of tables look like 1s and 5s to line networks. On six tables composed of training
digits, 39 words and 112 numbers, this leaves no word above the usual limit, and 2 numbers below it."""


@dataclass(frozen=True, eq=False)
class CellReading:
    """What was read in a cell.

    Attributes:
        reading: Its digits, with boxes in pixels of the form; None if there are none.
        probability: That the networks give these digits, and that they are digits, 0 … 1.
        clearness: How much it looks like what was read, 0 … 1: writing upside down may surely be one digit and no
            other, and look like none.
        witness: The least probability that the network of single digits gives one of its digits, 0 … 1.
        holds_one: Whether a cell holds one digit or none.
    """

    reading: LineReading | None
    probability: float
    clearness: float
    witness: float = _UNKNOWN
    holds_one: bool = False

    @property
    def evidence(self) -> CellEvidence | None:
        """What is known of its digits; None if there are none."""
        if self.reading is None:
            return None
        length = len(self.reading.line.digits)
        return CellEvidence(self.probability, self.clearness, self.witness, length, self.holds_one)


def read_cells(
    ink: FormInk,
    line_networks: Sequence[OnnxModel],
    digit_network: OnnxModel,
    *,
    one_digit: bool,
    constraint: Constraint | None = None,
) -> list[CellReading]:
    """Return what was read in each cell with ink.

    Args:
        ink: The ink of a form, by cell.
        line_networks: Read the cells.
        digit_network: Reads single digits.
        one_digit: Whether a cell holds one digit or none.
        constraint: What the user knows of the text of each cell.
    """
    lines = ink.layout.lines
    usual = [crop_line(ink.page, ink.layout, line, scale=SCALES[0]) for line in lines]
    images: list[list[LineImage]] = [[image] for image in usual]
    views, metadata = _views(line_networks, images), line_networks[0].metadata
    choices = [choose(of_cell, metadata, None) for of_cell in views]
    unsure = [number for number, of_cell in enumerate(views) if not is_confident(choices[number], of_cell, metadata)]
    others = [
        [crop_line(ink.page, ink.layout, lines[number], scale=scale) for scale in SCALES[1:]] for number in unsure
    ]
    for number, more, added in zip(unsure, _views(line_networks, others), others, strict=True):
        views[number] += more
        images[number] = [usual[number]] * len(line_networks) + added * len(line_networks)
    for number in unsure if constraint is None else range(len(lines)):
        choices[number] = choose(views[number], metadata, constraint)
    forms = np.stack([_digit_form(ink, line) for line in lines]) if lines else np.zeros((0, SIDE, SIDE), np.uint8)
    single = classify(digit_network, forms)  # (cells, classes)
    same_classes = digit_network.metadata.classes == metadata.digits
    read = []
    for number in range(len(lines)):
        probabilities = single[number].astype(np.float64) if same_classes and forms[number].any() else None
        cell = _read(
            ink,
            lines[number],
            choices[number],
            views[number],
            images[number],
            metadata,
            probabilities,
            constraint,
            one_digit,
        )
        read.append(replace(cell, holds_one=one_digit))
    return read if one_digit or not same_classes else _without_words(read, ink.heights, digit_network)


def _without_words(
    read: Sequence[CellReading], heights: Sequence[float], digit_network: OnnxModel
) -> list[CellReading]:
    """Return what was read with the confidence that it is digits, and no printed words."""
    crops = [crop for cell in read if cell.reading for crop in cell.reading.crops]
    probabilities = classify(digit_network, normalize_crops(crops)) if crops else np.zeros((0, 0), np.float32)
    names, start, weighed = digit_network.metadata.classes, 0, []
    for cell, height in zip(read, heights, strict=True):
        if cell.reading is None:
            weighed.append(cell)
            continue
        labels = [names.index(digit.digit) for digit in cell.reading.line.digits]
        own = probabilities[start + np.arange(len(labels)), labels]  # (digits,)
        start += len(labels)
        witness = float(own.min()) if cell.witness == _UNKNOWN else cell.witness
        share = _writing_share(cell, own, height) if height < 1 else 1.0
        weighed.append(
            replace(cell, probability=cell.probability * share, clearness=cell.clearness * share, witness=witness)
        )
    return weighed


def _writing_share(cell: CellReading, own: Probabilities, height: float) -> float:
    """Return the probability that a cell holds digits, and no printed word.

    Args:
        cell: What was read in it.
        own: The probability that the network of single digits gives each digit, (digits,).
        height: How high the digits are, in heights of the cell.
    """
    assert cell.reading is not None
    agreement = float(np.exp(np.log(np.maximum(own, _MIN_DIGIT)).mean()))
    intercept, *weights = _WRITING_WEIGHTS
    ratio = cell.reading.decoded.log_likelihood_ratio / len(own)
    features = (min(ratio, _MAX_RATIO), agreement, min(height, _MAX_HEIGHT))
    logit = intercept + sum(weight * feature for weight, feature in zip(weights, features, strict=True))
    return float(1 / (1 + np.exp(-logit)))


def _views(networks: Sequence[OnnxModel], images: Sequence[Sequence[LineImage]]) -> list[list[Frames]]:
    """Return the frames of the images of each cell: all of the first network, then those of the next."""
    flat = [
        (image.width, cell, number, image)
        for cell, of_cell in enumerate(images)
        for number, image in enumerate(of_cell)
    ]
    flat.sort(key=lambda item: item[0])
    frames: dict[tuple[int, int, int], Frames] = {}
    start = 0
    while start < len(flat):
        # Images of about the same width go together: padding costs as much as ink.
        end = start + 1
        while (
            end < len(flat)
            and flat[end][0] <= 1.3 * flat[start][0] + 8
            and (end - start) * flat[end][0] * 40 < _BATCH_PIXELS
        ):
            end += 1
        batch = flat[start:end]
        found = run_line_networks(networks, [image for *_, image in batch])
        for index, of_image in enumerate(found):
            _, cell, number, _ = batch[index % len(batch)]
            frames[index // len(batch), cell, number] = of_image
        start = end
    return [
        [frames[network, cell, number] for network in range(len(networks)) for number in range(len(of_cell))]
        for cell, of_cell in enumerate(images)
    ]


def _digit_form(ink: FormInk, line: TextLine) -> Images:
    """Return the strokes of a cell as a normalized digit, (28, 28); empty if that fails."""
    components = line.components
    left, top = min(one.left for one in components), min(one.top for one in components)
    right, bottom = max(one.right for one in components), max(one.bottom for one in components)
    window = np.s_[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2]
    mask = np.isin(ink.layout.label_map[window], [one.label for one in components])
    digit = normalize_strokes(ink.page.grey[window], mask)
    return np.zeros((SIDE, SIDE), np.uint8) if digit is None else digit


def _read(
    ink: FormInk,
    line: TextLine,
    choice: Choice,
    views: list[Frames],
    images: list[LineImage],
    metadata: Metadata,
    single: NDArray[np.float64] | None,
    constraint: Constraint | None,
    one_digit: bool,
) -> CellReading:
    decoded, names = choice.decoded, metadata.digits
    if single is None or choice.reason or not (one_digit or len(decoded.label_ids) == 1):
        image = images[decoded.view] if len(images) > 1 else images[0]
        reading = line_reading(choice, image, metadata, ink.page, line)
        if not reading.line.digits or reading.line.reason == RefusalReason.OTHER_SIGNS:
            return CellReading(None, 0.0, 0.0)
        return CellReading(reading, reading.line.confidence, reading.line.confidence)
    # What each digit alone would be, beside another character and nothing, or a sign.
    strings = [(), *((label,) for label in range(len(names) + 1))]
    padded = pad_views([signs_as_blanks(view, len(names)) for view in views])
    logs = np.maximum(string_log_probabilities(padded, strings), -60.0).mean(axis=0)  # (digits + 2,)
    best_logs = np.log(np.maximum(single, _MIN_DIGIT))
    joint = logs[1 : len(names) + 1] + best_logs
    if constraint is not None:
        joint = np.where(constraint.allowed(names), joint, -np.inf)
    label = int(joint.argmax())
    powers = np.exp(joint - joint.max())
    probabilities = powers / powers.sum()
    # A digit that the line networks deny is doubtful, however sure the other network is among digits.
    likely = float(logs[1 : len(names) + 1].max())
    written = float(np.exp(likely - np.logaddexp(likely, np.logaddexp(logs[0], logs[-1]))))
    forced = replace(
        decoded,
        label_ids=(label,),
        spans=(_span(decoded.spans, images[0]),),
        posteriors=np.pad(probabilities, (0, decoded.posteriors.shape[1] - len(names)))[None],  # no sign, no other
        log_probability=float(np.log(max(probabilities[label] * written, _MIN_DIGIT))),
        view=0,
    )
    count = constraint.best or 0 if constraint else 0
    texts = [(names[number], float(probabilities[number])) for number in np.argsort(-probabilities)[:count].tolist()]
    reading = line_reading(Choice(forced, texts=tuple(texts)), images[0], metadata, ink.page, line)
    digit = replace(
        reading.line.digits[0],
        confidence=forced.probability,
        alternatives=rank_alternatives(probabilities, names, label),
    )
    reading = replace(reading, line=replace(reading.line, digits=(digit,)))
    clearness = float(np.exp((logs[1 + label] + best_logs[label]) / 2))
    return CellReading(reading, forced.probability, clearness, float(single[label]))


def _span(spans: Sequence[tuple[int, int]], image: LineImage) -> tuple[int, int]:
    """Return the frames of one digit: those of all labels, or the middle of the image."""
    if spans:
        return spans[0][0], spans[-1][1]
    middle = image.width // 4
    return middle, middle + 1
