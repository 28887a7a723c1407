import numpy as np
import pytest

from inkdigits.data.hands.drawing import draw_strokes, smooth_stroke


def test_the_curve_goes_through_every_position_and_is_smooth():
    angles = np.linspace(0, np.pi, 7)
    arc = 100 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    curve = smooth_stroke(arc, pieces=10)
    assert curve.shape == (61, 2)
    assert np.allclose(curve[::10], arc, atol=1e-4)
    # Straight lines between the positions would be up to 3.4 inside the circle.
    assert np.abs(np.hypot(*curve[10:-10].T) - 100).max() < 0.5


@pytest.mark.parametrize("points", [1, 2])
def test_short_strokes_are_straight(points):
    stroke = np.array([[3, 4], [11, 4]])[:points]
    curve = smooth_stroke(stroke, pieces=4)
    assert len(curve) == 4 * (points - 1) + 1
    assert np.allclose(curve[:, 1], 4)


@pytest.mark.parametrize("scale", [0.01, 1, 30])
def test_a_drawn_digit_fills_its_box_at_any_size(scale):
    ring = np.stack([np.cos(np.linspace(0, 6.28, 20)), np.sin(np.linspace(0, 6.28, 20))], axis=1)
    image = draw_strokes([scale * 100 * ring * [0.5, 1]])
    rows, columns = np.nonzero(image)
    assert np.ptp(rows) + 1 == 20
    assert 10 <= np.ptp(columns) + 1 <= 13
    assert image.max() == 255
    assert image[14, 14] == 0


def test_the_pen_is_as_wide_as_asked_for():
    aslant = [np.array([[0, 0], [50, 50]])]
    for width in (1.5, 2.0, 2.5, 3.0, 4.0):
        rows = draw_strokes(aslant, pen_width=width)[10:18]
        assert rows.sum() / 255 / 8 / 2**0.5 == pytest.approx(width, abs=0.3)


def test_a_dot_is_drawn():
    assert draw_strokes([np.array([[7, 7]])]).any()
