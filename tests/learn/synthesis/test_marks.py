import numpy as np
import pytest

from inkdigits.learn.synthesis.marks import LETTERS, draw_comma, draw_dash, draw_dot, draw_letter, draw_stroke


def canvas():
    return np.zeros((40, 80), np.float32)


def extent(ink):
    rows, columns = np.nonzero(ink > 0.2)
    return int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())


def test_a_stroke_is_where_it_was_drawn():
    ink = canvas()
    draw_stroke(ink, [(10, 5), (60, 5)], 3)
    top, bottom, left, right = extent(ink)
    assert top == 4
    assert bottom in (6, 7)
    assert 8 <= left <= 10
    assert 60 <= right <= 62
    assert ink.max() == 1


@pytest.mark.parametrize("points", [[(-50, -50), (-10, -9)], [(200, 10), (300, 10)], [(40, -90), (40, 90)]])
def test_strokes_may_leave_the_canvas(points):
    ink = canvas()
    draw_stroke(ink, points, 2)
    assert bool(ink.any()) is (points[0][0] == 40)


def test_a_stroke_finer_than_a_pixel_is_fainter():
    fine, full = canvas(), canvas()
    draw_stroke(fine, [(5, 9), (70, 9)], 0.5)
    draw_stroke(full, [(5, 9), (70, 9)], 1.0)
    assert 0.2 < fine.max() < 0.55 < full.max()


def test_a_comma_hangs_below_the_base_line_and_a_dot_does_not():
    generator = np.random.default_rng(0)
    for _ in range(20):
        dot, comma = canvas(), canvas()
        draw_dot(dot, 20, 20, 3, generator)
        draw_comma(comma, 20, 20, 3, generator)
        assert extent(dot)[1] <= 24
        assert extent(comma)[1] > 21
        assert extent(comma)[1] - extent(comma)[0] > 3


def test_marks_end_where_their_result_says():
    generator = np.random.default_rng(1)
    for draw in (
        lambda ink: draw_dash(ink, 10, 20, 30, 3, generator),
        lambda ink: draw_letter(ink, 10, 32, 22, 2, generator),
    ):
        ink = canvas()
        right = draw(ink)
        assert ink[:, 8:].any()
        assert extent(ink)[3] <= right + 4
        assert extent(ink)[2] >= 8


def test_no_letter_looks_like_a_digit():
    assert not set(LETTERS) & set("OoIlSsZzBbGgqDQi0123456789")
