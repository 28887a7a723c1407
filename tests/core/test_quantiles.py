import numpy as np
import pytest

from inkdigits.core.quantiles import partition_quantile, weighted_median


@pytest.mark.parametrize("share", [0.0, 0.4, 0.5, 0.99, 1.0])
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_the_quantile_is_a_neighbour_of_numpys(size, share):
    values = np.random.default_rng(0).permutation(size).astype(np.float32)
    assert partition_quantile(values, share) == pytest.approx(np.quantile(values, share), abs=0.5)
    assert partition_quantile(values, share) in values


def test_values_stay_as_they_are():
    values = np.array([[3, 1], [2, 5]])
    assert partition_quantile(values, 1.0) == 5
    assert values.tolist() == [[3, 1], [2, 5]]


@pytest.mark.parametrize("dtype", [np.int64, np.float64])
def test_the_weighted_median_is_the_median_of_repeated_values(dtype):
    generator = np.random.default_rng(0)
    values, weights = generator.integers(0, 50, 31).astype(dtype), generator.integers(1, 9, 31)
    repeated = np.sort(np.repeat(values, weights))
    assert weighted_median(values, weights) == repeated[(len(repeated) - 1) // 2]
