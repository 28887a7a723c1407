"""One line of a page -> its digits, with the line networks. Knows nothing of files, or of how lines are found."""

import math
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.cores import available_cores
from inkdigits.core.types import SIDE, Images
from inkdigits.pictures.normalize import normalize_digit
from inkdigits.read.decoding.choosing import Choice, choose
from inkdigits.read.decoding.ctc import Frames, frame_probabilities, greedy_decode
from inkdigits.read.decoding.rescoring import DecodedLine
from inkdigits.read.decoding.signs import share_signs, signs_as_blanks, without_signs
from inkdigits.read.layout.find_lines import Layout
from inkdigits.read.layout.left_out import ink_box
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.line_crops import LineImage, crop_line
from inkdigits.read.onnx_model import FRAME_STRIDE, Metadata, OnnxModel
from inkdigits.read.page.binarize import Page
from inkdigits.read.patterns.constraint import Constraint
from inkdigits.read.refusal import RefusalReason
from inkdigits.read.result import Box, Digit, Line, Sign, rank_alternatives

SCALES = (1.0, 0.84, 1.19)
"""The scales at which a line is read, the usual one first: what is blurred at one scale is clear at another."""

_CONFIDENT = 0.6
"""If all networks read the same at the usual scale, and the whole string is at least this likely, that is enough.

Of 504 lines composed of training digits, 85 % are that confident; of 324 of MNIST test digits, 84 %. Each of them reads
the same at all scales. At 0.5 it would be 87 %, and one of them would not read the same.
"""

_MAX_OTHER_SHARE = 0.5
"""A line with a larger share of characters that are no digits is no number."""

_HALF_DIGIT_WIDTH = 24
"""Half the width of the widest digit, in pixels of a line image."""


@dataclass(frozen=True, eq=False)
class LineReading:
    """What was read in a line.

    Attributes:
        line: Its digits, with uncalibrated confidences. Where it has a `reason`, it is no line of digits.
        crops: The columns of the line image with each digit, (40, w), float32, 0 is paper and 1 is ink.
        choice: The string with what says how sure it is; its labels may include signs and other characters.
        ink_area: Pixels of ink on the page.
    """

    line: Line
    crops: tuple[NDArray[np.float32], ...]
    choice: Choice
    ink_area: int

    @property
    def decoded(self) -> DecodedLine:
        """The string of labels."""
        return self.choice.decoded


def read_line(
    networks: Sequence[OnnxModel], page: Page, layout: Layout, line: TextLine, constraint: Constraint | None = None
) -> LineReading:
    """Read one line.

    Args:
        networks: One or more line networks; unless several agree at once, each reads the line at several scales.
        page: The page with the line.
        layout: All lines of the page.
        line: Which one.
        constraint: What the user knows of its text.

    Returns:
        The digits, with a reason for refusal if there are none, if nothing fits, or if there are more other characters.
    """
    choice, image = _decode(networks, page, layout, line, constraint)
    return line_reading(choice, image, networks[0].metadata, page, line)


def line_reading(choice: Choice, image: LineImage, metadata: Metadata, page: Page, line: TextLine) -> LineReading:
    """Return a decoded line as digits with boxes.

    Args:
        choice: The string.
        image: The view that it was aligned in.
        metadata: Of the networks: what each class is.
        page: The page with the line.
        line: Which one.

    Returns:
        The digits, with a reason for refusal if there are none, if nothing fits, or if there are more other characters.
    """
    decoded, names = choice.decoded, metadata.digits
    positions = [position for position, label in enumerate(decoded.label_ids) if label < len(names)]
    others = sum(label >= len(metadata.classes) for label in decoded.label_ids)  # signs are not against a number
    reason = RefusalReason.OTHER_SIGNS if others > _MAX_OTHER_SHARE * len(decoded.label_ids) else choice.reason
    ink = box_in_picture(page, ink_box(line.components))
    ink_area = sum(component.area for component in line.components)
    if not positions:
        return LineReading(Line((), 0.0, ink, reason or RefusalReason.NO_DIGITS), (), choice, ink_area)
    columns = digit_columns(decoded.spans, image.width)
    all_boxes = _digit_boxes(image, columns, page)
    digits = tuple(_digit(decoded, position, names, all_boxes[position]) for position in positions)
    signs = tuple(
        Sign(metadata.classes[label], sum(one < position for one in positions), box)
        for position, (label, box) in enumerate(zip(decoded.label_ids, all_boxes, strict=True))
        if len(names) <= label < len(metadata.classes)
    )
    crops = tuple(image.pixels[:, first:last] for first, last in (columns[position] for position in positions))
    boxes = np.array([digit.box for digit in digits])  # (digits, 4)
    line_box = ink if reason else (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    read = Line(digits, decoded.probability, line_box, reason, signs=signs)
    return LineReading(read, crops, choice, ink_area)


def box_in_picture(page: Page, box: Box) -> Box:
    """Return a box on a page in pixels of the picture.

    Args:
        page: With the box.
        box: In pixels of the page.
    """
    return _in_picture(np.array([box], np.float64), page)[0]


def _decode(
    networks: Sequence[OnnxModel], page: Page, layout: Layout, line: TextLine, constraint: Constraint | None
) -> tuple[Choice, LineImage]:
    """Return the string of a line, and the line image of the view in which it is most likely."""
    metadata = networks[0].metadata
    usual = crop_line(page, layout, line, scale=SCALES[0])
    views = run_line_networks(networks, [usual])
    choice = choose(views, metadata, constraint)
    if is_confident(choice, views, metadata):
        return choice, usual
    others = [crop_line(page, layout, line, scale=scale) for scale in SCALES[1:]]
    views += run_line_networks(networks, others)
    choice = choose(views, metadata, constraint)
    return choice, ([usual] * len(networks) + others * len(networks))[choice.decoded.view]


def is_confident(choice: Choice, views: Sequence[Frames], metadata: Metadata) -> bool:
    """Tell whether several networks agree on the digits, and the whole string is likely enough.

    The whole string is what counts: each of its digits may be certain while a further one between them may exist.

    Args:
        choice: The string.
        views: (T, C) each, float64, probabilities: one of each network.
        metadata: Of the networks: what each class is.
    """
    is_likely = len(views) > 1 and choice.decoded.log_probability + choice.log_fit >= math.log(_CONFIDENT)
    digits = len(metadata.digits)
    text = without_signs(choice.decoded.label_ids, metadata)
    return is_likely and all(greedy_decode(signs_as_blanks(view, digits)) == text for view in views)


def run_line_networks(networks: Sequence[OnnxModel], images: Sequence[LineImage]) -> list[NDArray[np.float64]]:
    """Run line networks in parallel over several line images at once.

    Args:
        networks: One or more.
        images: One or more, of any width.

    Returns:
        The frames of each image, (T, C), float64, probabilities: all of the first network, then those of the next.
    """
    width = max(image.width for image in images)
    batch = np.zeros((len(images), 1, images[0].pixels.shape[0], width), np.float32)
    for row, image in zip(batch, images, strict=True):
        row[0, :, : image.width] = image.pixels
    logits = _run_all(networks, batch)  # (N, T, C) each
    probabilities = [
        frame_probabilities(of_network, network.metadata.temperature)
        for network, of_network in zip(networks, logits, strict=True)
    ]
    digits = len(networks[0].metadata.digits)
    by_image = [
        share_signs([frames[: image.width // FRAME_STRIDE] for frames in of_image], digits)
        for image, *of_image in zip(images, *probabilities, strict=True)
    ]
    return [of_image[number] for number in range(len(networks)) for of_image in by_image]


def _run_all(networks: Sequence[OnnxModel], batch: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    if available_cores() == 1:
        return [network.run(batch) for network in networks]
    # Only ONNX Runtime works in the other threads: Python code of two threads would wait for each other.
    others = [_thread_pool().submit(network.run, batch) for network in networks[1:]]
    return [networks[0].run(batch), *(other.result() for other in others)]


@cache
def _thread_pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(available_cores(), "line-network")


def _digit(decoded: DecodedLine, position: int, names: Sequence[str], box: Box) -> Digit:
    label, posteriors = decoded.label_ids[position], decoded.posteriors[position]
    alternatives = rank_alternatives(posteriors[: len(names)], names, label)
    return Digit(names[label], float(posteriors[label]), box, alternatives)


def normalize_crops(crops: Iterable[NDArray[np.float32]]) -> Images:
    """Return digits cropped from line images in the form that networks for single digits take.

    Args:
        crops: (40, w) each, float32, 0 is paper and 1 is ink.

    Returns:
        (N, 28, 28), uint8, 0 is empty and 255 is ink; empty where a crop is.
    """
    without_noise = (cv2.threshold(crop, 0.25 * _max_ink(crop), 1, cv2.THRESH_TOZERO)[1] for crop in crops)
    forms = [normalize_digit(np.asarray(crop)) for crop in without_noise]
    empty = np.zeros((SIDE, SIDE), np.uint8)
    return np.stack([empty if form is None else form for form in forms])  # (N, 28, 28)


def _max_ink(crop: NDArray[np.float32]) -> float:
    return float(crop.max(initial=0.0))


def _digit_boxes(image: LineImage, columns: Sequence[tuple[int, int]], page: Page) -> list[Box]:
    """Return the box of the darker half of the ink in each range of columns, in pixels of the picture."""
    boxes = np.empty((len(columns), 4))
    for edges, (left, right) in zip(boxes, columns, strict=True):
        ink = image.pixels[:, left:right]
        first, top, width, height = cv2.boundingRect((ink > 0.5 * _max_ink(ink)).view(np.uint8))
        if not width:  # no ink: all of it
            first, top, width, height = 0, 0, right - left, len(ink)
        edges[:] = left + first, top, left + first + width, top + height
    return _in_picture(image.boxes_on_page(boxes), page)


def digit_columns(spans: Sequence[tuple[int, int]], width: int) -> list[tuple[int, int]]:
    """Return the columns of a line image that belong to each label: halfway to its neighbours.

    Args:
        spans: First frame and the one after the last of each label.
        width: Of the image, in pixels.
    """
    middles = [(first + last) / 2 * FRAME_STRIDE for first, last in spans]
    between = [(one + other) / 2 for one, other in pairwise(middles)]
    columns = []
    for middle, left, right in zip(middles, [-math.inf, *between], [*between, math.inf], strict=True):
        first = int(_clip(max(left, middle - _HALF_DIGIT_WIDTH), 0, width - 2))
        columns.append((first, int(_clip(round(min(right, middle + _HALF_DIGIT_WIDTH)), first + 2, width))))
    return columns


def _in_picture(boxes: NDArray[np.float64], page: Page) -> list[Box]:
    """Return boxes on a page, (N, 4), in whole pixels of the picture, each at least one wide and high."""
    height, width = (round(side / page.scale) for side in page.grey.shape)
    size, edges = np.array([width, height]), boxes / page.scale
    first = np.clip(edges[:, :2].astype(int), 0, size - 1)  # (N, 2)
    last = np.clip(np.ceil(edges[:, 2:]).astype(int), first + 1, size)  # (N, 2)
    return [(x0, y0, x1, y1) for (x0, y0), (x1, y1) in zip(first.tolist(), last.tolist(), strict=True)]


def _clip(value: float, least: float, most: float) -> float:
    # For a single number NumPy's clip takes ten times as long.
    return min(max(value, least), most)
