import numpy as np
import pytest

from inkdigits.pictures.grid import draw_grid


def test_digits_are_enlarged_sharply_and_placed_in_rows():
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    sheet = np.asarray(draw_grid(images, list("01234"), columns=3))
    assert sheet.shape == (10 + 2 * 112, 10 + 3 * 94, 3)
    assert np.array_equal(sheet[10:94:3, 10:94:3, 0], images[0])
    assert np.array_equal(sheet[124:206:3, 104:188:3, 1], images[4])


def test_each_digit_has_its_caption():
    one = np.zeros((1, 28, 28), np.uint8)
    blank, seven = (np.asarray(draw_grid(one, [caption])) for caption in (" ", "7"))
    assert np.array_equal(blank[:94], seven[:94])
    assert not np.array_equal(blank[94:], seven[94:])


def test_a_long_caption_stays_under_its_digit():
    two = np.zeros((2, 28, 28), np.uint8)
    long, short = (np.asarray(draw_grid(two, [caption, "1"])) for caption in ("a very long class name", "a"))
    assert np.array_equal(long[:, 99:], short[:, 99:])


def test_a_missing_caption_is_refused():
    with pytest.raises(ValueError, match="2 digits, 1 captions"):
        draw_grid(np.zeros((2, 28, 28), np.uint8), ["7"])
