import numpy as np
import pytest

from helpers.files import draw_digit
from inkdigits.learn.synthesis.line import MOST_DIGITS, OTHER, LineComposer, draw_writer_style
from inkdigits.pictures.fit import normalize_digit


@pytest.fixture(scope="module")
def composer():
    forms = [normalize_digit((255 - draw_digit(digit, 60)[..., :3].mean(axis=2)) / 255) for digit in range(10)]
    return LineComposer(np.stack(forms), np.arange(10))


def test_strips_have_the_form_that_networks_take(composer):
    for seed in range(8):
        strips, classes = composer.batch(6, np.random.default_rng(seed))
        assert strips.dtype == np.uint8
        assert strips.shape[:2] == (6, 40)
        assert strips.shape[2] % 8 == 0
        assert len(classes) == 6
        # CTC needs a step for each sign and one more between two that are equal; a step is two pixels.
        assert all(2 * len(said) <= strips.shape[2] / 2 for said in classes)


def test_lines_hold_from_none_to_many_digits_and_signs_that_are_none(composer):
    said = [line for seed in range(60) for line in composer.batch(16, np.random.default_rng(seed))[1]]
    lengths = {len([sign for sign in line if sign != OTHER]) for line in said}
    assert lengths >= set(range(MOST_DIGITS + 1))
    assert 0.02 < np.mean([OTHER in line for line in said]) < 0.3
    counts = np.bincount([sign for line in said for sign in line], minlength=11)
    assert counts[:10].min() > 0.05 * counts.sum()
    assert counts[0] == counts[:10].max()  # round sums


def test_the_same_generator_writes_the_same_lines(composer):
    first, second = (composer.batch(5, np.random.default_rng(9)) for _ in range(2))
    assert (first[0] == second[0]).all()
    assert first[1] == second[1]
    other = composer.batch(5, np.random.default_rng(10))
    assert other[1] != first[1]


def test_digits_of_one_hand_may_press_unevenly_and_be_linked_at_their_feet(composer):
    hands = [draw_writer_style(np.random.default_rng(seed)) for seed in range(300)]
    assert 0.05 < np.mean([hand.pressure < 1 for hand in hands]) < 0.3
    assert any(hand.linked and hand.linked_below for hand in hands)
    assert any(hand.linked and not hand.linked_below for hand in hands)
    assert min(hand.pressure for hand in hands) >= 0.4
