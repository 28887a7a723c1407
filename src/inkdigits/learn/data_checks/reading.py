"""Reads a sample of a data set every way round, to see which one its labels fit. Says nothing of what is no digit."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images
from inkdigits.data.changes import change_images
from inkdigits.data.dataset import DIGITS, Split
from inkdigits.pictures.normalize import normalize_digit
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.single import classify

SAMPLE = 200
"""Digits that are read of each split."""

_FEWEST = 20
"""Fewer digits say too little."""

_PLAINLY_RIGHT = 0.9
"""If this share is read as labelled, no other way round is tried."""

_DIGITS = 0.6
"""If no way round gets this share right, these are other signs than digits, and nothing is said."""

_CHANCE = 1e-6
"""A way round must be better than chance explains with this probability: 26 are compared, and many data sets."""

_CERTAIN, _CERTAIN_DIGITS = 0.85, 50
"""A finding is certain if this share of at least so many digits is then read as labelled."""


class Way(NamedTuple):
    """A way to turn pictures and labels, as `load` would; or the labels of the pictures so many places further on."""

    transpose: bool = False
    mirror: bool = False
    flip: bool = False
    shift_labels: int = 0
    places: int = 0


_SHIFTS = (0, -1, 1)
_WAYS = (
    *sorted(
        (Way(bool(code & 1), bool(code & 2), bool(code & 4), shift) for code in range(8) for shift in _SHIFTS),
        key=lambda way: sum(map(bool, way)),
    ),
    Way(places=1),
    Way(places=-1),
)
"""The simplest first: of two that fit as well, the simpler is the likelier."""


@dataclass(frozen=True)
class ReadingCheck:
    """What reading a sample of a split shows.

    Attributes:
        way: How pictures and labels must be turned to fit; `Way()` if they fit as they are.
        inverted: Whether ink and paper are swapped.
        examples: How many digits were read.
        right: How many are read as labelled when turned that way (and with ink and paper right).
        right_before: How many as they are turned now.
        offset: Median distance of a digit's centre of mass from the middle, in pixels.
    """

    way: Way
    inverted: bool
    examples: int
    right: int
    right_before: int
    offset: float

    @property
    def certainty(self) -> str:
        """How sure it is."""
        is_certain = self.examples >= _CERTAIN_DIGITS and self.right >= _CERTAIN * self.examples
        return "certain" if is_certain else "likely"


def digits_of_classes(classes: Sequence[str]) -> NDArray[np.int64] | None:
    """Return the digit that each class stands for; None if the classes are no digits.

    Args:
        classes: Their names. "10" stands for 0, as in data from MATLAB.

    Returns:
        (classes,), int64, 0 … 9.
    """
    known = {*DIGITS, "10"}
    if len(classes) < 2 or not known.issuperset(classes):
        return None
    return np.array([int(name) % 10 for name in classes])


def check_reading(split: Split, digit_of_class: NDArray[np.int64], network: OnnxModel) -> ReadingCheck | None:
    """Read a sample of a split every way round.

    Args:
        split: The digits.
        digit_of_class: (classes,), int64, 0 … 9: the digit that each class stands for.
        network: Reads single digits.

    Returns:
        Which way round fits the labels; None if there are too few digits, or none fits because they are no digits.
    """
    order = np.random.default_rng(0).permutation(len(split))[:SAMPLE]
    inverted, ink = _ink(split.images[order])
    normalized = [normalize_digit(digit) for digit in ink]
    has_ink = np.array([digit is not None for digit in normalized])
    if has_ink.sum() < _FEWEST:
        return None
    images = np.stack([digit for digit in normalized if digit is not None])  # (N, 28, 28)
    places = order[has_ink]  # (N,)
    right = {Way(): _read(images, Way(), network) == digit_of_class[split.labels[places]]}
    if right[Way()].mean() < _PLAINLY_RIGHT:
        read = {way[:3]: _read(images, way, network) for way in _WAYS if not way.shift_labels and not way.places}
        for way in _WAYS:
            labelled = digit_of_class[split.labels[(places + way.places) % len(split)]]  # (N,)
            right[way] = read[way[:3]] == (labelled + way.shift_labels) % 10
    best = max(right.values(), key=np.sum)
    if best.mean() < _DIGITS:
        return None
    # The simplest way that is not clearly worse than the best one.
    way = next(way for way in _WAYS if way in right and not _is_better(best, right[way]))
    return ReadingCheck(
        way, inverted, len(images), int(right[way].sum()), int(right[Way()].sum()), _offset(ink[has_ink])
    )


def _read(images: Images, way: Way, network: OnnxModel) -> NDArray[np.intp]:
    turned = change_images(images, transpose=way.transpose, mirror=way.mirror, flip=way.flip)
    read: NDArray[np.intp] = classify(network, turned).argmax(axis=1)
    return read


def _is_better(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> bool:
    """Whether one way reads more digits right than another beyond chance: a sign test on those where they differ."""
    wins, losses = int((one & ~other).sum()), int((other & ~one).sum())
    if wins <= losses:
        return False
    trials = wins + losses
    return bool(sum(comb(trials, count) for count in range(wins, trials + 1)) < _CHANCE * 2**trials)


def _ink(images: Images) -> tuple[bool, NDArray[np.float32]]:
    """Return whether most pictures have a bright border, and their ink, (N, 28, 28), 0 … 1, over that border."""
    border = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)  # (N, 112)
    paper = np.median(border, axis=1).astype(np.float32)  # (N,)
    inverted = bool(np.median(paper) > 127)
    sign = -1.0 if inverted else 1.0
    ink = sign * (images.astype(np.float32) - paper[:, None, None]) / 255
    return inverted, np.clip(ink, 0, 1)


def _offset(ink: NDArray[np.float32]) -> float:
    """Return the median distance of the centre of mass from the middle, in pixels."""
    mass = ink.sum(axis=(1, 2))  # (N,)
    places = np.arange(ink.shape[1]) + 0.5
    rows, columns = (ink.sum(axis=2) @ places / mass, ink.sum(axis=1) @ places / mass)
    middle = ink.shape[1] / 2
    return float(np.median(np.hypot(rows - middle, columns - middle)))
