"""Level pages from tilted ones, and from those seen at an angle."""

import cv2
import numpy as np
import pytest

from inkdigits.read.forms.detection.perspective import level_homography, transform


def grid_of_quads(count=5, side=40.0):
    corners = np.array([[0, 0], [side, 0], [side, side], [0, side]], float)
    return np.array(
        [corners + np.array([100 + side * x, 80 + side * y]) for y in range(count) for x in range(count)], float
    )


@pytest.mark.parametrize("degrees", [-30, -10, 0, 25])
def test_tilted_quads_become_level(degrees):
    turn = np.vstack([cv2.getRotationMatrix2D((200, 180), degrees, 1.0), [0, 0, 1]])
    seen = transform(turn, grid_of_quads())
    level = transform(level_homography(seen), seen)
    assert np.ptp(level[:, [0, 1], 1], axis=1).max() < 0.5
    assert np.ptp(level[:, [0, 3], 0], axis=1).max() < 0.5


def test_perspective_is_taken_out():
    corners = np.array([[100, 80], [300, 80], [300, 280], [100, 280]], np.float32)
    seen_corners = np.array([[120, 90], [290, 80], [310, 290], [90, 270]], np.float32)
    seen = transform(cv2.getPerspectiveTransform(corners, seen_corners), grid_of_quads())
    level = transform(level_homography(seen), seen)
    widths = level[:, 1, 0] - level[:, 0, 0]
    assert np.ptp(level[:, [0, 1], 1], axis=1).max() < 1.5
    assert widths.max() / widths.min() < 1.1


def test_without_quads_there_is_none():
    assert level_homography(np.zeros((0, 4, 2))) is None
