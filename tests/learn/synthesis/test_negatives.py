import numpy as np
import pytest

from inkdigits.data.uci import load_uci
from inkdigits.learn.synthesis.negatives import make_negatives


@pytest.fixture(scope="module")
def images():
    return load_uci().train.images[:50]


def test_negatives_are_normalized_as_prepared_digits_are(images):
    negatives = make_negatives(200, images, np.random.default_rng(0))
    assert (negatives.shape, negatives.dtype) == ((200, 28, 28), np.uint8)
    assert (negatives.max(axis=(1, 2)) == 255).mean() > 0.95
    for picture in negatives[negatives.any(axis=(1, 2))]:
        rows, columns = np.nonzero(picture)
        assert max(np.ptp(rows), np.ptp(columns)) < 20


def test_negatives_depend_on_the_generator_alone_and_never_repeat(images):
    first, again, other = (make_negatives(60, images, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert len({picture.tobytes() for picture in np.concatenate([first, other])}) > 115


def test_the_given_digits_stay_unchanged(images):
    before = images.copy()
    make_negatives(100, images, np.random.default_rng(3))
    np.testing.assert_array_equal(images, before)
