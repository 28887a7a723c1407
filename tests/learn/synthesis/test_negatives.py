import numpy as np
import pytest

from inkdigits.data.uci import load_uci
from inkdigits.learn.synthesis.negatives import make_negatives


@pytest.fixture(scope="module")
def images():
    return load_uci().train.images[:50]


def test_it_looks_like_what_the_preparation_hands_on(images):
    junk = make_negatives(200, images, np.random.default_rng(0))
    assert (junk.shape, junk.dtype) == ((200, 28, 28), np.uint8)
    assert (junk.max(axis=(1, 2)) == 255).mean() > 0.95
    for picture in junk[junk.any(axis=(1, 2))]:
        rows, columns = np.nonzero(picture)
        assert max(np.ptp(rows), np.ptp(columns)) < 20


def test_it_comes_from_the_generator_alone_and_never_repeats(images):
    first, again, other = (make_negatives(60, images, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert len({picture.tobytes() for picture in np.concatenate([first, other])}) > 115


def test_the_digits_it_takes_from_are_left_alone(images):
    before = images.copy()
    make_negatives(100, images, np.random.default_rng(3))
    np.testing.assert_array_equal(images, before)
