"""A mask -> what hangs together in it, with boxes and areas. Knows nothing of what it is."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray


class Components(NamedTuple):
    """What hangs together in a mask, by label; the label 0 is what is not in the mask, and has no box.

    Attributes:
        labels: (h, w), int32.
        boxes: (labels, 4), int32: left, top, right and bottom, the last two just outside.
        areas: (labels,): pixels.
    """

    labels: NDArray[np.int32]
    boxes: NDArray[np.int32]
    areas: NDArray[np.intp]


def find_components(mask: NDArray[np.bool_] | NDArray[np.uint8]) -> Components:
    """Find what hangs together, corners too.

    OpenCV's own figures are added up over every pixel of the paper: this looks at those of the mask alone.

    Examples:
        >>> mask = np.zeros((30, 30), dtype=bool)
        >>> mask[5:15, 3:5] = True
        >>> components = find_components(mask)
        >>> components.boxes[1:].tolist(), components.areas[1:].tolist()
        ([[3, 5, 5, 15]], [20])
    """
    binary = np.ascontiguousarray(mask).view(np.uint8)
    count, labels = cv2.connectedComponentsWithAlgorithm(binary, 8, cv2.CV_32S, cv2.CCL_BBDT)
    boxes = np.zeros((4, count), np.int32)
    inked = cv2.findNonZero(binary)
    if inked is None:
        return Components(np.asarray(labels, np.int32), boxes.T, np.zeros(count, np.intp))
    columns, rows = np.ascontiguousarray(np.asarray(inked, np.int32).reshape(-1, 2).T)
    own = labels[rows, columns]
    left, top, right, bottom = boxes
    left[:] = binary.shape[1]
    np.minimum.at(left, own, columns)
    np.maximum.at(right, own, columns + 1)
    top[own[::-1]] = rows[::-1]  # row by row: the last that is written stays
    bottom[own] = rows + 1
    return Components(np.asarray(labels, np.int32), boxes.T, np.bincount(own, minlength=count))
