"""The strokes of a page -> four-sided spaces with rules around them. Knows nothing of rows, columns or digits.

All strokes are looked at and those of each colour, with small gaps of broken rules closed or not.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask, Picture
from inkdigits.read.forms.detection.coverage import edge_coverage
from inkdigits.read.forms.detection.quads import find_frames, find_quads
from inkdigits.read.forms.detection.structure import Structure, colour_layers

_MIN_SIDE_COVERAGE = 0.8
"""Share of a space's side that is inked: the hull of half a cell has a side that is not."""


def find_spaces(
    picture: Picture, structure: Structure, min_side: int, closings: tuple[int, ...]
) -> Iterator[NDArray[np.float64]]:
    """Yield the spaces between strokes: of each kind of mask, the frames, and last of all together.

    Args:
        picture: (h, w, 3), uint8, red, green and blue in 0 … 255.
        structure: Its strokes.
        min_side: Shortest side of a space, in pixels.
        closings: Windows that close the gaps of broken rules, in pixels.

    Yields:
        (N, 4, 2), float64, corners (x, y) in pixels, clockwise on the screen, from the upper left one.
    """
    every = []
    for layer in (structure.strokes, *colour_layers(picture, structure.strokes)):
        for side in closings:
            strokes = layer
            if side > 1:
                closed = cv2.morphologyEx(layer.view(np.uint8), cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
                strokes = np.asarray(closed) > 0
            quads = with_inked_sides(find_quads(strokes, min_side), strokes)
            if len(quads):
                every.append(quads)
                yield quads
    frames = find_frames(structure.strokes, min_side)
    if len(frames) > 1:
        frames = with_inked_sides(frames, structure.strokes, outwards=-1.0)
        yield frames
    if len(every) > 1:
        yield _distinct(np.concatenate(every))


def with_inked_sides(quads: NDArray[np.float64], strokes: Mask, outwards: float = 1.5) -> NDArray[np.float64]:
    """Return the spaces that have ink along each side.

    Args:
        quads: (N, 4, 2), float64, corners in pixels.
        strokes: (h, w), bool, rules, print and writing.
        outwards: How far outside of the corners the ink is, in pixels.

    Returns:
        (N, 4, 2), float64, corners in pixels.
    """
    if not len(quads):
        return quads
    outer = quads + outwards * np.sign(quads - quads.mean(axis=1, keepdims=True))
    coverage = [edge_coverage(strokes, outer[:, side], outer[:, (side + 1) % 4]) for side in range(4)]
    return np.asarray(quads[np.min(coverage, axis=0) >= _MIN_SIDE_COVERAGE])


def _distinct(quads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return spaces without those that were found twice; the larger stays."""
    centres = quads.mean(axis=1)
    sides = np.abs(quads[:, 2] - quads[:, 0])  # (N, 2)
    areas = sides.prod(axis=1)
    kept: list[int] = []
    for index in np.argsort(-areas).tolist():
        others = np.array(kept, np.intp)
        near = np.abs(centres[others] - centres[index]) < 0.25 * sides[others]
        if not (near.all(axis=1) & (areas[index] > 0.4 * areas[others])).any():
            kept.append(index)
    return quads[kept]
