import numpy as np
import pytest

from inkdigits.learn.synthesis.handwriting.pen import Pen, draw_paths, sample_pen

ACROSS = np.array([[4, 10], [20, 10], [36, 10]], np.float32)
DOWN = np.array([[20, 2], [20, 10], [20, 18]], np.float32)


def ink(pen, *paths, seed=0):
    canvas = np.zeros((20, 40), np.float32)
    draw_paths(canvas, paths, pen, np.random.default_rng(seed))
    return canvas


def width(canvas, column):
    return float(canvas[:, column].sum())


@pytest.mark.parametrize("line_width", [1.0, 2.0, 3.5])
def test_a_line_is_as_wide_as_the_pen(line_width):
    assert width(ink(Pen(line_width), ACROSS), 28) == pytest.approx(line_width, abs=0.3)


def test_a_nib_is_thin_along_its_edge():
    pen = Pen(4.0, nib=0.7, nib_angle=0.0)
    assert width(ink(pen, ACROSS), 28) < 2.1
    assert float(ink(pen, DOWN)[10].sum()) == pytest.approx(4, abs=0.5)


def test_a_fast_pen_leaves_less():
    path = np.array([[2, 10], [4, 10], [6, 10], [8, 10], [22, 10], [36, 10]], np.float32)
    canvas = ink(Pen(4.0, by_speed=0.6), path)
    assert width(canvas, 28) < 0.6 * width(canvas, 5)


def test_pencils_show_grain_and_ink_may_fail_or_run():
    plain = ink(Pen(4.0), ACROSS)
    pencil, failing, running = (
        ink(pen, ACROSS) for pen in (Pen(4.0, grain=0.6), Pen(4.0, gaps=0.9), Pen(4.0, bleed=0.7))
    )
    assert plain[9:11, 8:32].std() == 0
    assert pencil[9:11, 8:32].std() > 0.1
    assert failing[9:11, 8:32].min() < 0.2
    assert failing[9:11, 8:32].max() > 0.9
    assert (running > 0.02).sum() > (plain > 0.02).sum()
    assert (ink(Pen(4.0, grain=0.6), ACROSS) == pencil).all()


def test_pens_differ():
    pens = [sample_pen(24.0, np.random.default_rng(seed)) for seed in range(60)]
    assert min(pen.width for pen in pens) >= 1
    assert max(pen.width for pen in pens) < 24 / 5
    for trait in ("by_speed", "nib", "grain", "gaps", "bleed"):
        assert 0 < sum(getattr(pen, trait) > 0 for pen in pens) < 60
