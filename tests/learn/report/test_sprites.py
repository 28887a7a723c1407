import numpy as np
import pytest

from inkdigits.learn.report.sprites import ZERO_GREY, posterize, signed_to_grey, sprite_sheet


def test_posterized_grey_stays_within_half_a_shade() -> None:
    grey = np.arange(256, dtype=np.uint8)
    assert np.abs(posterize(grey).astype(int) - grey).max() <= 8
    assert (posterize(grey)[0], posterize(grey)[-1]) == (0, 255)


def test_sheet_leaves_missing_tiles_empty() -> None:
    full = np.full((28, 28), 9, np.uint8)
    sheet = sprite_sheet([[full, None], [None, full]])
    assert sheet.shape == (56, 56)
    assert (sheet[:28, :28].min(), sheet[:28, 28:].max(), sheet[28:, 28:].min()) == (9, 0, 9)


@pytest.mark.parametrize("values", [np.zeros((28, 28), np.float32), np.full((28, 28), np.nan, np.float32)])
def test_a_map_without_values_is_the_grey_of_zero(values: np.ndarray) -> None:
    assert (signed_to_grey(values) == ZERO_GREY).all()


def test_signs_lie_on_either_side_of_the_grey_of_zero() -> None:
    tile = signed_to_grey(np.array([[-1.0, -0.5, 0.0, 0.5, 1.0]], np.float32))[0].tolist()
    assert tile == [1, 64, 128, 191, 255]
