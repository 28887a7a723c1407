"""A binary mask -> its connected components: label map, boxes and areas. Knows nothing of what they show."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask


class Labelling(NamedTuple):
    """The connected components of a mask, by label. Label 0 is the background; its box has no meaning.

    Attributes:
        label_map: (h, w), int32, the label of each pixel, 0 for the background.
        boxes: (labels, 4), int32, left, top, right and bottom in pixels; right and bottom lie just outside.
        areas: (labels,), intp, pixels of each component, 0 for the background.
    """

    label_map: NDArray[np.int32]
    boxes: NDArray[np.int32]
    areas: NDArray[np.intp]


def label_components(mask: Mask | NDArray[np.uint8]) -> Labelling:
    """Return the 8-connected components of a mask.

    OpenCV's own statistics visit every pixel of the page. This function visits only the pixels of the mask.

    Args:
        mask: (h, w), bool or uint8, 1 is ink.

    Examples:
        >>> mask = np.zeros((30, 30), dtype=bool)
        >>> mask[5:15, 3:5] = True
        >>> labelling = label_components(mask)
        >>> labelling.boxes[1:].tolist(), labelling.areas[1:].tolist()
        ([[3, 5, 5, 15]], [20])
    """
    binary = np.ascontiguousarray(mask).view(np.uint8)
    count, label_map = cv2.connectedComponentsWithAlgorithm(binary, 8, cv2.CV_32S, cv2.CCL_BBDT)
    boxes = np.zeros((4, count), np.int32)
    ink = cv2.findNonZero(binary)
    if ink is None:
        return Labelling(np.asarray(label_map, np.int32), boxes.T, np.zeros(count, np.intp))
    columns, rows = np.ascontiguousarray(np.asarray(ink, np.int32).reshape(-1, 2).T)  # (pixels,) each
    labels = label_map[rows, columns]  # (pixels,)
    left, top, right, bottom = boxes
    left[:] = binary.shape[1]
    np.minimum.at(left, labels, columns)
    np.maximum.at(right, labels, columns + 1)
    # Pixels come row by row, and of several assignments to one label the last one stays.
    top[labels[::-1]] = rows[::-1]
    bottom[labels] = rows + 1
    return Labelling(np.asarray(label_map, np.int32), boxes.T, np.bincount(labels, minlength=count))
