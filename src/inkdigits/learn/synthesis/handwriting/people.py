"""Digits with their writers -> people, each with the digits of one person. Knows nothing of lines or paper."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Image, Images, Labels
from inkdigits.data.hands.drawing import smooth_stroke
from inkdigits.learn.synthesis.handwriting.pen import draw_paths, sample_pen
from inkdigits.learn.synthesis.handwriting.trajectories import rewrite, sample_habits, slanted
from inkdigits.learn.synthesis.ink import Ink, PenPath
from inkdigits.pictures.normalize import normalize_digit

Written: TypeAlias = tuple[PenPath, ...]
"""The strokes of one digit, in heights: x from 0, y is 0 on the baseline and about -1 at the head."""

_PIECES = 3
"""Straight pieces between two pen positions."""

_DRAWN_HEIGHT = 40
"""Height that single digits are drawn at, in pixels, before they are normalized."""

_SHORTEST, _TALLEST = 0.6, 1.5
"""Height of a digit relative to the writer's others, at most: beyond it the tablet's record is odd."""


@dataclass(frozen=True, eq=False)
class PenWriter:
    """A person whose pen was recorded.

    Attributes:
        written: For each class number 0 … 9 the digits that he or she wrote.
    """

    written: tuple[tuple[Written, ...], ...]


@dataclass(frozen=True, eq=False)
class PictureWriter:
    """A person whose digits were scanned.

    Attributes:
        images: For each class number 0 … 9 the digits (n, 28, 28), uint8, normalized.
        sizes: Likewise how high each is relative to the person's others, (n,), float64.
    """

    images: tuple[Images, ...]
    sizes: tuple[NDArray[np.float64], ...]


def pen_writers(
    digits: Sequence[Sequence[NDArray[Any]]], labels: Labels, writers: NDArray[np.integer[Any]]
) -> list[PenWriter]:
    """Return the people who wrote strokes; who lacks a digit is left out.

    Args:
        digits: N digits, each some strokes (points, 2), any dtype, any values, x to the right and y down.
        labels: (N,), int64, class numbers 0 … 9.
        writers: (N,), any whole dtype, any values: one for each person.
    """
    people = []
    for own in _of_each(writers):
        extents = np.array([_extent(digits[place]) for place in own])
        usual = float(np.median(extents)) or 1.0
        written: list[list[Written]] = [[] for _ in range(10)]
        for place, extent in zip(own, extents, strict=True):
            written[labels[place]].append(_in_heights(digits[place], float(extent), usual))
        if all(written):
            people.append(PenWriter(tuple(tuple(of_class) for of_class in written)))
    return people


def picture_writers(
    images: Images, labels: Labels, writers: NDArray[np.integer[Any]], heights: NDArray[np.integer[Any]] | None = None
) -> list[PictureWriter]:
    """Return the people who wrote pictures of digits; who lacks a digit is left out.

    Args:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized.
        labels: (N,), int64, class numbers 0 … 9.
        writers: (N,), any whole dtype, any values: one for each person.
        heights: (N,), whole numbers of any dtype, at least 1: how high each digit was written, in any unit; None where
            nobody knows.
    """
    people = []
    for own in _of_each(writers):
        sizes = np.ones(len(own)) if heights is None else np.clip(heights[own] / np.median(heights[own]), 0.6, 1.5)
        places = [np.flatnonzero(labels[own] == digit) for digit in range(10)]
        if all(len(of_class) for of_class in places):
            people.append(
                PictureWriter(
                    tuple(images[own[of_class]] for of_class in places), tuple(sizes[of_class] for of_class in places)
                )
            )
    return people


def draw_digits(people: Iterable[PenWriter], copies: int, generator: np.random.Generator) -> tuple[Images, Labels]:
    """Draw single digits of people, each several times: bent, slanted, hurried and with other pens.

    Args:
        people: Who.
        copies: How many drawings of each digit.
        generator: Draws everything.

    Returns:
        Digits (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized, and their labels (N,), int64.
    """
    images, labels = [], []
    for person in people:
        for label, written in enumerate(person.written):
            for strokes in written:
                for _ in range(copies):
                    images.append(_draw(strokes, generator))
                    labels.append(label)
    return np.stack(images), np.array(labels, np.int64)


def _draw(strokes: Written, generator: np.random.Generator) -> Image:
    moved = rewrite(strokes, sample_habits(generator), generator)
    moved = slanted(moved, generator.normal(0, 0.12), generator.normal(0, 0.05))
    pen = sample_pen(_DRAWN_HEIGHT, generator)
    points = np.concatenate(moved)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    scale, margin = (_DRAWN_HEIGHT - pen.width) / max(extent, 1e-3), pen.width / 2 + 2
    width, height = ((high - low) * scale + 2 * margin).astype(int) + 1
    canvas: Ink = np.zeros((height, width), np.float32)
    draw_paths(canvas, [((stroke - low) * scale + margin).astype(np.float32) for stroke in moved], pen, generator)
    digit = normalize_digit(canvas)
    return np.zeros((SIDE, SIDE), np.uint8) if digit is None else digit


def _of_each(writers: NDArray[np.integer[Any]]) -> Iterator[NDArray[np.intp]]:
    """Yield the places of each writer's digits."""
    for writer in np.unique(writers):
        yield np.flatnonzero(writers == writer)


def _extent(strokes: Sequence[NDArray[Any]]) -> float:
    """Return how high a digit is, or a third of how wide if that is more."""
    points = np.concatenate(strokes).astype(np.float64)
    width, height = points.max(axis=0) - points.min(axis=0)
    return max(float(height), float(width) / 3, 1.0)


def _in_heights(strokes: Sequence[NDArray[Any]], extent: float, usual: float) -> Written:
    points = np.concatenate(strokes).astype(np.float32)
    origin = np.array([points[:, 0].min(), points[:, 1].max()], np.float32)
    unit = np.float32(extent / np.clip(extent / usual, _SHORTEST, _TALLEST))
    return tuple((smooth_stroke(stroke, _PIECES) - origin) / unit for stroke in strokes)
