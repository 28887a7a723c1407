"""A page -> a picture of it, by a scanner or a telephone, and where its points went. Knows nothing of forms."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Picture
from inkdigits.learn.synthesis.forms.light import degrade, light_up, make_table

Points = NDArray[np.float64]
"""(N, 2), (x, y) in pixels; (0, 0) is the upper left corner of the first pixel."""

MAX_TILT = 30.0
"""Degrees by which a page may be turned in the picture, and by which the camera may look at it from the side."""

_HALF = np.array([(1, 0, -0.5), (0, 1, -0.5), (0, 0, 1)])
"""Ours -> cv2, which counts from the middle of the first pixel."""


@dataclass(frozen=True, eq=False)
class Shot:
    """A picture of a page.

    Attributes:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        move: Points (N, 2), float64, in pixels of the page -> the same in pixels of the picture.
        turns: By how many quarter turns clockwise the page lies in the picture.
        tilt: By how many degrees it is turned beside that.
    """

    picture: Picture
    move: Callable[[Points], Points]
    turns: int
    tilt: float


def scan(page: NDArray[np.float32], detail: float, generator: np.random.Generator) -> Shot:
    """Return a scan of a page: it lies nearly straight, and the light is even.

    Args:
        page: (H, W, 3), float32, red, green and blue in 0 … 1.
        detail: Height of a cell, in pixels: what must stay legible.
        generator: Draws everything.
    """
    tilt = float(np.clip(generator.normal(0, 0.35), -1, 1)) if generator.random() < 0.5 else 0.0
    if tilt == 0:
        return Shot(degrade(page, detail, 0.5, generator), _identity, 0, 0.0)
    height, width = page.shape[:2]
    middle_x, middle_y = width / 2, height / 2
    cosine, sine = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    matrix = np.array(
        [
            (cosine, -sine, middle_x - cosine * middle_x + sine * middle_y),
            (sine, cosine, middle_y - sine * middle_x - cosine * middle_y),
            (0, 0, 1),
        ]
    )
    pixels = _HALF @ matrix @ np.linalg.inv(_HALF)
    turned = cv2.warpPerspective(page, pixels, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return Shot(degrade(np.asarray(turned, np.float32), detail, 0.5, generator), _projection(matrix), 0, tilt)


def photograph(
    page: NDArray[np.float32], kept: Points, detail: float, generator: np.random.Generator, *, turns: int = 0
) -> Shot:
    """Return a photo of a page that lies on a table: from the side, turned, in uneven light, a little bent.

    Args:
        page: (H, W, 3), float32, red, green and blue in 0 … 1.
        kept: (N, 2), float64, points in pixels of the page that must be in the picture.
        detail: Height of a cell, in pixels: what must stay legible.
        generator: Draws everything.
        turns: By how many quarter turns clockwise the page lies.
    """
    height, width = page.shape[:2]
    tilt = float(generator.uniform(-MAX_TILT, MAX_TILT) if generator.random() < 0.3 else generator.normal(0, 5))
    tilt = float(np.clip(tilt, -MAX_TILT, MAX_TILT))
    matrix = _view(height, width, tilt + 90 * turns, generator)
    bend = _Bend(height, width, generator)
    seen = _apply(matrix, bend.forward(kept))
    border = generator.uniform(0.03, 0.2, 4) * float(max(np.ptp(seen, axis=0)))
    corner = np.floor(seen.min(axis=0) - border[:2])
    size = np.ceil(seen.max(axis=0) + border[2:] - corner).astype(int)
    matrix = np.array([(1, 0, -corner[0]), (0, 1, -corner[1]), (0, 0, 1)]) @ matrix
    picture_width, picture_height = int(size[0]), int(size[1])
    map_x, map_y = _maps(matrix, bend, picture_height, picture_width)
    view = cv2.remap(page, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = np.minimum(np.minimum(map_x + 0.5, width - map_x - 0.5), np.minimum(map_y + 0.5, height - map_y - 0.5))
    mask = np.clip(inside, 0, 1)[..., None]
    view = view * mask + make_table(picture_height, picture_width, mask[..., 0], generator) * (1 - mask)
    lit = light_up(np.asarray(view, np.float32), generator)

    def move(points: Points) -> Points:
        return _apply(matrix, bend.forward(points))

    return Shot(degrade(lit, detail, 1.0, generator), move, turns, tilt)


class _Bend:
    """Paper that does not lie flat: points move by smooth waves of at most a hundredth of the page."""

    def __init__(self, height: int, width: int, generator: np.random.Generator) -> None:
        side = max(height, width)
        strength = generator.uniform(0, 0.006) * side if generator.random() < 0.5 else 0.0
        self._amplitudes = generator.uniform(-1, 1, (2, 2)) * strength
        self._waves = 2 * np.pi * generator.uniform(0.3, 1.1, (2, 2)) / side
        self._phases = generator.uniform(0, 2 * np.pi, (2, 2))
        self.flat = strength == 0

    def forward(self, points: Points) -> Points:
        """Return where points of the flat page are on the bent one."""
        return points + np.stack(self.shifts(points[:, 0], points[:, 1]), axis=1)

    def shifts(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how far points move to the right and downwards."""
        along_y, along_x = (
            [np.sin(wave * place + phase) for wave, place, phase in zip(waves, (y, x), phases, strict=True)]
            for waves, phases in zip(self._waves, self._phases, strict=True)
        )
        (first, second), (third, fourth) = self._amplitudes
        return first * along_y[0] + second * along_y[1], third * along_x[0] + fourth * along_x[1]


def _view(height: int, width: int, turn: float, generator: np.random.Generator) -> NDArray[np.float64]:
    """Return the homography of a pinhole camera over a page turned by so many degrees, (3, 3)."""
    lean = np.radians(generator.uniform(0, MAX_TILT) if generator.random() < 0.8 else 0.0)
    axis = generator.uniform(0, 2 * np.pi)
    distance = generator.uniform(1.4, 3.0) * np.hypot(height, width)
    turn = np.radians(turn)
    spin = np.array([(np.cos(turn), -np.sin(turn), 0), (np.sin(turn), np.cos(turn), 0), (0, 0, 1)])
    rotation, _ = cv2.Rodrigues(lean * np.array([np.cos(axis), np.sin(axis), 0]))
    placed = rotation @ spin  # the page's x and y axes, seen from the camera
    to_middle = np.array([(1, 0, -width / 2), (0, 1, -height / 2), (0, 0, 1)])
    plane = np.column_stack([placed[:, 0], placed[:, 1], (0, 0, distance)])
    focus = np.diag([distance, distance, 1.0])
    return np.asarray(focus @ plane @ to_middle, np.float64)


def _maps(
    matrix: NDArray[np.float64], bend: _Bend, height: int, width: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return for each pixel of the picture where on the page it looks, as cv2 counts: (H, W) each."""
    inverse = np.linalg.inv(matrix)
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    depth = inverse[2, 0] * x + inverse[2, 1] * y + inverse[2, 2]
    bent_x = (inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2]) / depth
    bent_y = (inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2]) / depth
    flat_x, flat_y = bent_x, bent_y
    for _ in range(0 if bend.flat else 2):  # the waves are far longer than the shifts: two rounds are exact
        shift_x, shift_y = bend.shifts(flat_x, flat_y)
        flat_x, flat_y = bent_x - shift_x, bent_y - shift_y
    return (flat_x - 0.5).astype(np.float32), (flat_y - 0.5).astype(np.float32)


def _apply(matrix: NDArray[np.float64], points: Points) -> Points:
    projected = np.column_stack([points, np.ones(len(points))]) @ matrix.T  # (N, 3)
    return np.asarray(projected[:, :2] / projected[:, 2:], np.float64)


def _projection(matrix: NDArray[np.float64]) -> Callable[[Points], Points]:
    return lambda points: _apply(matrix, points)


def _identity(points: Points) -> Points:
    return points
