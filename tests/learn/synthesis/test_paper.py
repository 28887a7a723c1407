import numpy as np

from inkdigits.learn.synthesis.paper import blots, crop, make_background, photograph, wall


def test_backgrounds_vary_from_clean_to_printed_and_stay_below_ink():
    backgrounds = [make_background(40, 200, np.random.default_rng(seed)) for seed in range(60)]
    assert all(background.shape == (40, 200) and background.dtype == np.float32 for background in backgrounds)
    clean = sum(not background.any() for background in backgrounds)
    assert 5 < clean < 40
    printed = [float(np.quantile(background, 0.99)) for background in backgrounds if background.any()]
    assert np.median(printed) > 0.1
    assert np.median([float(np.mean(background > 0.6)) for background in backgrounds]) < 0.05


def test_a_wide_line_gets_its_pattern_too():
    wide = [make_background(40, 2000, np.random.default_rng(seed)) for seed in range(12)]
    assert {background.shape for background in wide} == {(40, 2000)}


def test_a_photograph_keeps_ink_darker_than_paper():
    ink = np.zeros((40, 120), np.float32)
    ink[10:30, 20:100] = 1
    for seed in range(30):
        generator = np.random.default_rng(seed)
        picture = photograph(ink, make_background(40, 120, generator), generator)
        assert picture.dtype == np.float32
        assert 0 <= picture.min() <= picture.max() <= 1
        assert picture[12:28, 25:95].mean() > picture[ink == 0].mean() + 0.15


def test_the_same_generator_makes_the_same_picture():
    ink = np.ones((40, 60), np.float32)
    first, second = (
        photograph(ink, make_background(40, 60, generator), generator)
        for generator in (np.random.default_rng(3), np.random.default_rng(3))
    )
    assert (first == second).all()


def test_a_cropped_picture_is_zero_outside_the_crop():
    picture = np.ones((40, 100), np.float32)
    crop(picture, np.random.default_rng(2))
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    assert len(rows) < 40 or len(columns) < 100
    assert len(rows) >= 24
    assert len(columns) >= 68
    assert picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()


def test_cropping_keeps_all_of_the_writing():
    for seed in range(20):
        picture = np.ones((40, 100), np.float32)
        crop(picture, np.random.default_rng(seed), (3, 98))
        assert picture[:, 3:99].any(axis=0).all()


def test_backgrounds_to_be_cropped_have_nothing_vertical():
    for seed in range(200):
        background = make_background(40, 120, np.random.default_rng(seed), vertical=False)
        vertical = (background.min(axis=0) > 0.3) & (background.min(axis=0) > 1.5 * np.median(background))
        assert not vertical.any()
    framed = [make_background(40, 120, np.random.default_rng(seed)).min(axis=0).max() > 0.3 for seed in range(200)]
    assert any(framed)


def test_walls_are_bars_that_run_all_across_or_stand_in_rows():
    walls = [wall(160, np.random.default_rng(seed)) for seed in range(40)]
    assert all(ink.shape == (40, 160) and ink.dtype == np.float32 for ink in walls)
    assert all(0 <= ink.min() <= ink.max() <= 1 for ink in walls)
    dark = [float(ink.mean()) for ink in walls]
    assert min(dark) > 0
    assert max(dark) > 0.5 > np.median(dark)  # some are light on dark
    assert sum(bool((ink.mean(axis=1) > 0.9).any()) for ink in walls) > 20


def test_blots_are_as_dark_as_ink_and_leave_paper():
    shares = [float((blots(120, np.random.default_rng(seed)) > 0.5).mean()) for seed in range(30)]
    assert 0.02 < np.median(shares) < 0.5
