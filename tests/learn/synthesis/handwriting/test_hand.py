import numpy as np
import pytest

from helpers.people import people_with_pens
from inkdigits.core.types import SIGNS
from inkdigits.learn.synthesis.handwriting.hand import PenHand, PictureHand
from inkdigits.learn.synthesis.writer_style import WriterStyle, sample_writer_style

STYLE = WriterStyle(
    height=24,
    width_scale=1,
    slant=0,
    gap=2,
    gap_spread=0,
    wobble=0,
    slope=0,
    pen=0,
    allograph_share=0,
    zero_scale=1,
    linked=0,
    linked_below=False,
    pressure=1,
    tails=0,
    first_scale=1,
)


def bar(digit, generator):
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:16] = 255
    return image, 1.0


def hand(kind, seed=0):
    generator = np.random.default_rng(seed)
    if kind == "pen":
        return PenHand(people_with_pens(1)[0], 200, STYLE, generator)
    return PictureHand(bar, 200, STYLE, generator)


@pytest.mark.parametrize("kind", ["pen", "picture"])
def test_digits_stand_where_they_are_put(kind):
    for seed in range(8):
        writing, generator = hand(kind, seed), np.random.default_rng(seed)
        right, entry, leaves = writing.write_digit(4, 50.0, 32.0, STYLE, generator)
        ink = writing.finish(200, generator)
        rows, columns = np.flatnonzero(ink.max(axis=1) > 0.4), np.flatnonzero(ink.max(axis=0) > 0.4)
        assert columns[0] == pytest.approx(50, abs=3)
        assert columns[-1] + 1 == pytest.approx(right, abs=3)
        assert rows[-1] == pytest.approx(32, abs=4)
        assert 14 <= len(rows) <= 34
        for x, y in (entry, leaves):
            assert 48 <= x <= right + 2
            assert 2 <= y <= 38


@pytest.mark.parametrize("kind", ["pen", "picture"])
@pytest.mark.parametrize("sign", SIGNS)
def test_signs_begin_where_they_are_put_and_leave_ink(kind, sign):
    writing, generator = hand(kind), np.random.default_rng(1)
    right = writing.write_sign(sign, 50.0, 30.0, STYLE, generator)
    ink = writing.finish(200, generator)
    columns = np.flatnonzero(ink.max(axis=0) > 0.3)
    assert columns[0] == pytest.approx(50, abs=3)
    assert columns[-1] + 1 == pytest.approx(right, abs=3)


def test_a_person_keeps_to_his_or_her_ways():
    """Whether a digit is an allograph is drawn once for a line."""
    style = sample_writer_style(np.random.default_rng(0))
    writing = PenHand(people_with_pens(1)[0], 900, style, np.random.default_rng(3))
    before = dict(writing._allographs)
    generator = np.random.default_rng(0)
    for digit in range(10):
        writing.write_digit(digit, 10.0 + 30 * digit, 30.0, style, generator)
    assert writing._allographs == before
