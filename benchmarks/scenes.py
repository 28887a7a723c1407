"""Composed pages as they lie before a camera, with the boxes of their lines. Knows no networks.

A dark page edge, a neighbouring page, a note on a dark table, the edge of a shadow: none of them may cost a line.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Picture
from inkdigits.data.dataset import Split
from inkdigits.learn.synthesis.sheet import Sheet, SheetPlan, compose_boxed_sheet
from inkdigits.read.result import Reading

Boxes = NDArray[np.float64]
"""(lines, 4), float64: left, top, right and bottom of each line, in pixels of the picture."""


PHOTO_LINES = {
    "aiano": 2,
    "hiimmuc": 3,
    "keunyoung": 12,
    "sparsha": 2,
    "tbnr": 2,
    "tgtony_algebra": 9,
    "tgtony_scattered": 5,
    "wichtounet": 9,
}
"""Rows of writing in each picture of a set of real handwriting; one in all other sets. The labels don't tell rows."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture of a page of writing.

    Attributes:
        kind: Which of `KINDS`.
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        lines: The digits of each line, top to bottom.
        boxes: Where each line is.
    """

    kind: str
    picture: Picture
    lines: list[str]
    boxes: Boxes


def lost_lines(reading: Reading, boxes: NDArray[np.floating]) -> list[int]:
    """Return which lines of a page are neither read nor refused.

    Args:
        reading: Of its picture.
        boxes: (lines, 4), any float dtype: left, top, right and bottom of each line, in pixels of the picture.

    Returns:
        The numbers of the lines that no line of the reading overlaps: by some of the width, and a third of the
        height, and none of more than three lines' height counts.
    """
    found = [line.box for line in (*reading.lines, *reading.refused)]
    return [number for number, box in enumerate(boxes.tolist()) if not any(overlaps(box, other) for other in found)]


def overlaps(line: Sequence[float], found: Sequence[float]) -> bool:
    """Tell whether a found box shows where a line is: (left, top, right, bottom) each.

    Args:
        line: The line.
        found: What was found.
    """
    height = line[3] - line[1]
    across, down = min(line[2], found[2]) - max(line[0], found[0]), min(line[3], found[3]) - max(line[1], found[1])
    return across > 0 and down > height / 3 and found[3] - found[1] < 3 * height


def lines_missing(reading: Reading, set_name: str) -> int:
    """Return how many lines of a photo are neither read nor refused, judged by their number.

    Args:
        reading: Of the photo.
        set_name: The set that it belongs to, one of `handwriting.real_sets`.
    """
    return max(0, PHOTO_LINES.get(set_name, 1) - len(reading.lines) - len(reading.refused))


def scenes(split: Split, count: int) -> Iterator[Scene]:
    """Yield pages of writing, each kind in turn.

    Args:
        split: The digits that they are composed of.
        count: How many.
    """
    names = list(KINDS)
    for number in range(count):
        generator = np.random.default_rng((number, 31))
        plan = SheetPlan(
            lines=int(generator.integers(1, 8)),
            length=int(generator.integers(1, 11)),
            height=int(generator.integers(20, 70)),
            gap=generator.uniform(0.1, 0.8),
            spacing=generator.uniform(1.6, 3),
        )
        kind = names[number % len(names)]
        sheet = compose_boxed_sheet(plan, split.images, split.labels, generator)
        picture, boxes = KINDS[kind](sheet, generator)
        yield Scene(kind, picture, sheet.lines, boxes)


def _alone(sheet: Sheet, generator: np.random.Generator) -> tuple[Picture, Boxes]:
    return sheet.picture, sheet.boxes.astype(np.float64)


def _dark_edge(sheet: Sheet, generator: np.random.Generator) -> tuple[Picture, Boxes]:
    """Show something dark behind one to three edges of the page, a little aslant and out of focus."""
    picture = sheet.picture.astype(np.float32)
    height, width = picture.shape[:2]
    most = sheet.boxes[:, 0].min() - 4
    y, x = np.mgrid[:height, :width].astype(np.float32)  # (H, W) each
    edges = (x, width - 1 - x, y, height - 1 - y)
    along = (y / height, y / height, x / width, x / width)
    for side in generator.permutation(4)[: generator.integers(1, 4)]:
        near, far = generator.uniform(-0.3, 0.9, 2) * most
        behind = np.clip(edges[side] - (near + (far - near) * along[side]), 0, None)
        behind = np.clip(behind / generator.uniform(0.5, 3), 0, 1)[..., None]  # 1 is the page
        picture = picture * behind + generator.uniform(10, 60) * (1 - behind)
    return _to_picture(picture), sheet.boxes.astype(np.float64)


def _neighbouring_page(sheet: Sheet, generator: np.random.Generator) -> tuple[Picture, Boxes]:
    """Show the margin of another page beside it, with the dark gutter of a book between them."""
    picture = sheet.picture.astype(np.float32)
    height, width = picture.shape[:2]
    extra = round(generator.uniform(0.05, 0.4) * width)
    beside = cv2.flip(picture, 1)[:, -extra:] * generator.uniform(0.8, 1)
    is_left = generator.random() < 0.5
    pages = np.concatenate([beside, picture] if is_left else [picture, beside], axis=1)
    gutter = (extra if is_left else width) + generator.uniform(-0.02, 0.02) * np.linspace(-1, 1, height)[
        :, None
    ] * height
    distance = np.abs(np.arange(pages.shape[1]) - gutter)[..., None]
    pages *= 1 - generator.uniform(0.3, 0.85) * np.exp(-distance / generator.uniform(2, 25))
    boxes = sheet.boxes.astype(np.float64)
    boxes[:, [0, 2]] += extra if is_left else 0
    return _to_picture(pages), boxes


def _on_dark_table(sheet: Sheet, generator: np.random.Generator) -> tuple[Picture, Boxes]:
    """Lay the page on a dark table, turned by a few degrees."""
    page = sheet.picture.astype(np.float32)
    height, width = page.shape[:2]
    size = np.array([width, height]) * generator.uniform(1.15, 2.2, 2) + 20
    grain = cv2.GaussianBlur(
        generator.standard_normal((int(size[1]), int(size[0]))).astype(np.float32), (0, 0), 12, sigmaY=1
    )
    table = generator.uniform(15, 70) * (1 + 0.2 * grain / max(float(grain.std()), 1e-6))[..., None]
    angle = generator.normal(0, 2.5)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    matrix[:, 2] = matrix[:, 2] + (size - (width, height)) * generator.uniform(0.25, 0.75, 2)
    shape = (int(size[0]), int(size[1]))
    covered = cv2.warpAffine(np.ones((height, width), np.float32), matrix, shape, flags=cv2.INTER_LINEAR)[..., None]
    laid = cv2.warpAffine(page, matrix, shape, flags=cv2.INTER_LINEAR)
    shown = laid + (1 - covered) * table * generator.uniform(0.9, 1.1, 3)
    shown += generator.normal(0, 2, shown.shape)
    corners = sheet.boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2).astype(np.float64)  # (lines, corners, 2)
    moved = corners @ matrix[:, :2].T + matrix[:, 2]
    return _to_picture(shown), np.concatenate([moved.min(axis=1), moved.max(axis=1)], axis=1)


def _shadow_edge(sheet: Sheet, generator: np.random.Generator) -> tuple[Picture, Boxes]:
    """Let the shadow of a hand or a phone fall on a part of the page."""
    picture = sheet.picture.astype(np.float32)
    height, width = picture.shape[:2]
    y, x = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j].astype(np.float32)
    angle = generator.uniform(0, 2 * np.pi)
    away = (np.cos(angle) * x + np.sin(angle) * y - generator.uniform(-0.3, 0.3)) * max(height, width)
    lit = 1 / (1 + np.exp(-away / generator.uniform(1, 12)))
    picture *= (1 - generator.uniform(0.3, 0.65) * (1 - lit))[..., None]
    return _to_picture(picture), sheet.boxes.astype(np.float64)


def _to_picture(values: NDArray[np.floating]) -> Picture:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


KINDS: dict[str, Callable[[Sheet, np.random.Generator], tuple[Picture, Boxes]]] = {
    "alone": _alone,
    "dark edge": _dark_edge,
    "neighbouring page": _neighbouring_page,
    "on a dark table": _on_dark_table,
    "edge of a shadow": _shadow_edge,
}
"""What surrounds a page, by name."""
