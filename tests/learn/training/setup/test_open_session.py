import pytest

from inkdigits.core.errors import RunError


@pytest.mark.parametrize("seed", [-1, 10**24])
def test_impossible_seeds_are_refused(train_small, small, seed):
    with pytest.raises(RunError, match="the seed "):
        train_small(small, seed=seed)
