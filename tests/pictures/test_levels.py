import numpy as np
import pytest

from inkdigits.pictures.levels import to_8_bit

LIMITS = [0, 1, -1, 0.5, 255, 256, 65535, 65536, 1e38, -1e308, 1.7e308, 5e-324, -5e-324, np.nan, np.inf, -np.inf]


@pytest.mark.parametrize("one", LIMITS)
def test_values_at_the_limits_do_not_overflow(one):
    for other in LIMITS:
        levels = to_8_bit(np.array([[one, other]], np.float64))
        first, second = (value if np.isfinite(value) else 0 for value in (one, other))
        assert (levels[0, 0] <= levels[0, 1]) if first <= second else (levels[0, 0] >= levels[0, 1])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[0.0, 0.5, 1.0]], [0, 128, 255]),
        ([[0, 128, 255]], [0, 128, 255]),
        ([[0, 32768, 65535]], [0, 128, 255]),
        ([[-10.0, 0.0, 10.0]], [0, 128, 255]),
        ([[0.0, np.nan, 1.0]], [0, 0, 255]),
        ([[-3.0, -3.0, -3.0]], [0, 0, 0]),
    ],
)
def test_the_range_is_the_smallest_that_holds_all(values, expected):
    assert to_8_bit(np.array(values))[0].tolist() == expected


def test_a_large_array_is_converted_in_blocks_to_the_same_values():
    # Larger than what is computed with at a time, so that the range must be that of all parts.
    values = np.zeros((1500, 1000))
    values[1499, 0], values[0, 0] = 400.0, -100.0
    levels = to_8_bit(values)
    assert (levels[1499, 0], levels[0, 0], levels[700, 500]) == (255, 0, 51)
