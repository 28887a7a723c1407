import numpy as np
import pytest

from inkdigits.learn.synthesis.forms.canvas import Canvas, RuleStyle

BLACK = (0, 0, 0)


def drawn(start, end, style, generator=None):
    canvas = Canvas(30, 60, (255, 255, 255))
    canvas.rule(start, end, style, generator or np.random.default_rng(0))
    return 1 - canvas.pixels


def test_a_rule_is_as_thick_and_long_as_said():
    ink = drawn((10, 15), (50, 15), RuleStyle(2.5, BLACK))[:, :, 0]
    assert ink[:, 30].sum() == pytest.approx(2.5)
    assert ink.sum(axis=0).max() == pytest.approx(2.5)
    assert (ink[15] > 0.5).sum() == pytest.approx(42.5, abs=1)


def test_a_broken_rule_has_dashes_and_gaps():
    ink = drawn((0, 15), (60, 15), RuleStyle(2, BLACK, pattern=(2, 3)))[15, :, 0]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], ink > 0.5, [0]]).astype(int))).reshape(-1, 2)
    assert len(edges) == 6
    assert np.diff(edges, axis=1)[:, 0].tolist() == [4] * 6


def test_ink_keeps_its_colour_and_darkens_what_is_below():
    canvas = Canvas(4, 4, (255, 255, 255))
    canvas.fill(0, 0, 4, 4, (255, 128, 0))
    assert canvas.pixels[1, 1] == pytest.approx([1, 128 / 255, 0])
    canvas.fill(0, 0, 4, 4, (128, 128, 128))
    assert canvas.pixels[1, 1] == pytest.approx([128 / 255, (128 / 255) ** 2, 0], abs=1e-6)


def test_a_hand_draws_other_rules_each_time():
    style, generator = RuleStyle(2, BLACK, by_hand=True), np.random.default_rng(0)
    first, second = (drawn((10, 15), (50, 15), style, generator) for _ in range(2))
    assert not np.array_equal(first, second)
    assert first[8:22, 20:40, 0].sum() == pytest.approx(40, rel=0.35)


def test_what_is_off_the_page_is_lost():
    canvas = Canvas(4, 4, (255, 255, 255))
    canvas.add(np.ones((3, 3), np.float32), -2, 3, BLACK)
    canvas.add(np.ones((3, 3), np.float32), 9, 9, BLACK)
    assert (canvas.pixels[:, :, 0] < 0.5).sum() == 1
