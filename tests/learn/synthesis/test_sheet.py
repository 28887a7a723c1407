from dataclasses import replace

import numpy as np
import pytest

from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet


@pytest.fixture(scope="module")
def digits():
    """Ten digits as slabs that can be told apart by their width: the digit d is 2 d + 2 pixels wide."""
    images = np.zeros((10, 28, 28), np.uint8)
    for digit, image in enumerate(images):
        image[4:24, 14 - digit - 1 : 14 + digit + 1] = 255
    return images, np.arange(10)


def compose(plan, digits, seed=0):
    return compose_sheet(plan, *digits, np.random.default_rng(seed))


def dark(picture):
    """Return where the ink is: the writing is the darkest of all that is on a sheet."""
    grey = picture[:, :, 0].astype(np.float32)
    return grey < 0.6 * np.quantile(grey, 0.9)


def heights_of_lines(mask):
    """Return top and bottom of each run of rows with ink."""
    rows = np.flatnonzero(np.diff(np.concatenate([[0], mask.any(axis=1), [0]]).astype(int)))
    return rows.reshape(-1, 2)


def test_the_text_has_the_lines_of_the_plan(digits):
    picture, text = compose(SheetPlan(lines=3, length=5), digits)
    assert picture.dtype == np.uint8
    assert picture.ndim == 3
    assert [len(line) for line in text.split("\n")] == [5, 5, 5]
    assert set(text) <= set("0123456789\n")


def test_the_widths_of_the_slabs_spell_the_text(digits):
    plan = SheetPlan(lines=1, length=6, height=100, gap=0.4, shaded=False)
    picture, text = compose(plan, digits, seed=3)
    rows = heights_of_lines(dark(picture))[0]
    middle = dark(picture)[(rows[0] + rows[1]) // 2]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], middle, [0]]).astype(int))).reshape(-1, 2)
    widths = np.diff(edges, axis=1)[:, 0]
    assert widths.tolist() == pytest.approx([(2 * int(digit) + 2) * 5 for digit in text], rel=0.3, abs=4)


@pytest.mark.parametrize("height", [12, 40, 300])
def test_digits_have_the_height_asked_for_and_lines_their_spacing(digits, height):
    plan = SheetPlan(lines=2, length=6, height=height, spacing=2.5, shaded=False)
    lines = heights_of_lines(dark(compose(plan, digits)[0]))
    assert len(lines) == 2
    assert np.diff(lines, axis=1)[:, 0] == pytest.approx(height, rel=0.25, abs=3)
    assert lines[1, 1] - lines[0, 1] == pytest.approx(2.5 * height, rel=0.1)


def test_tails_make_some_digits_longer(digits):
    images, labels = digits
    sevens = images[7:8], labels[7:8]
    short, long = (
        heights_of_lines(dark(compose(SheetPlan(length=8, height=40, tails=tails, shaded=False), sevens)[0]))
        for tails in (0.0, 1.0)
    )
    assert np.ptp(long[0]) > 1.3 * np.ptp(short[0])
    ones = images[1:2], labels[1:2]
    same = heights_of_lines(dark(compose(SheetPlan(length=8, height=40, tails=1.0, shaded=False), ones)[0]))
    assert np.ptp(same[0]) < 1.3 * np.ptp(short[0])


def test_ruling_stands_under_each_line_and_is_fainter_than_ink(digits):
    plan = SheetPlan(lines=2, length=4, height=60, shaded=False)
    plain, ruled = (compose(replace(plan, ruled=ruled), digits)[0][:, 0, 0].astype(float) for ruled in (False, True))
    # In the first column there is no writing: what is darker there is the ruling.
    assert (plain < 0.85 * np.median(plain)).sum() == 0
    lines = np.flatnonzero(np.diff((ruled < 0.85 * np.median(ruled)).astype(int)) == 1)
    assert len(lines) == 2
    assert ruled.min() > 0.5 * np.median(ruled)


def test_shade_falls_off_across_the_paper(digits):
    ranges = []
    for seed in range(8):
        corners = compose(SheetPlan(height=30), digits, seed)[0][:, :, 0].astype(float)
        ranges.append(np.ptp([corners[:9, :9].mean(), corners[:9, -9:].mean(), corners[-9:, :9].mean()]))
    assert max(ranges) > 15


def test_the_same_generator_writes_the_same_sheet(digits):
    plan = SheetPlan(lines=2, length=3, ruled=True, tails=0.5)
    first, second, other = compose(plan, digits, 1), compose(plan, digits, 1), compose(plan, digits, 2)
    assert np.array_equal(first[0], second[0])
    assert first[1] == second[1]
    assert first[0].shape != other[0].shape or not np.array_equal(first[0], other[0])
