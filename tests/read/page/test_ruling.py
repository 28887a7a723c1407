import numpy as np
import pytest

from helpers.writing import blank, draw, turned, write
from inkdigits.read.page.ruling import remove_ruling


def digits(text="80512", height=80, width=560):
    canvas = blank(200, width)
    write(canvas, text, 40, 60, height)
    return canvas > 0.5


def line(points, pen=2.0, shape=(200, 560)):
    canvas = blank(*shape)
    draw(canvas, points, pen)
    return canvas > 0.5


def kept_of(mask, pixels, other):
    """Return the share of some pixels that is kept, without those where `other` lies on them."""
    own = pixels & ~other
    return remove_ruling(mask)[0][own].mean()


def test_nothing_and_digits_alone_are_unchanged():
    empty = np.zeros((50, 60), dtype=bool)
    assert remove_ruling(empty)[0].sum() == 0
    written = digits("1472")
    assert np.array_equal(remove_ruling(written)[0], written)


@pytest.mark.parametrize("slope", [0, 0.03, -0.05])
@pytest.mark.parametrize("pen", [2.0, 3.0, 5.0])
def test_a_line_across_goes_and_what_crosses_it_stays(slope, pen):
    written = digits()
    ruled = line([(-5, 118 - 280 * slope), (565, 118 + 280 * slope)], pen)
    both = written | ruled
    assert kept_of(both, ruled, written) < 0.15
    assert kept_of(both, written, ruled) > 0.99
    assert remove_ruling(both)[0][written & ruled].mean() > 0.7


def test_a_slightly_bent_line_goes_too():
    written = digits()
    bent = line([(x, 112 + 10 * (x / 280 - 1) ** 2) for x in range(-5, 566, 10)])
    assert kept_of(written | bent, bent, written) < 0.1


def test_a_grid_goes_in_both_directions():
    written = digits()
    grid = np.zeros(written.shape, dtype=bool)
    for place in range(20, 560, 40):
        grid |= line([(place, -5), (place, 205)])
        if place < 200:
            grid |= line([(-5, place), (565, place)])
    assert kept_of(written | grid, grid, written) < 0.08
    assert kept_of(written | grid, written, grid) > 0.97


def test_an_underline_goes_and_a_row_of_sevens_and_ones_is_none():
    written = digits("77711", height=70)
    under = line([(30, 150), (400, 152)], pen=4)
    assert kept_of(written | under, under, written) < 0.1
    assert kept_of(written | under, written, under) > 0.99


def test_a_lone_one_from_edge_to_edge_is_a_digit():
    one = line([(30, -5), (30, 125)], pen=5, shape=(120, 60))
    assert np.array_equal(remove_ruling(one)[0], one)


def test_short_dashes_stay():
    written = digits() | line([(510, 100), (545, 100)], pen=6)
    assert np.array_equal(remove_ruling(written)[0], written)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (2, 2), (40, 5)])
def test_masks_of_any_size_have_an_answer(shape):
    for mask in (np.ones(shape, dtype=bool), np.random.default_rng(0).random(shape) < 0.5):
        assert remove_ruling(mask)[0].shape == shape


def test_a_tilted_sheet_of_lines():
    canvas = blank(400, 560)
    for y in range(30, 400, 45):
        draw(canvas, [(-100, y), (660, y)], 2)
    lines = turned(canvas, 3) > 0.5
    written = np.pad(digits(), ((0, 200), (0, 0)))
    assert kept_of(lines | written, lines, written) < 0.15
    assert kept_of(lines | written, written, lines) > 0.97
