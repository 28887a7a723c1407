import numpy as np
import pytest

from inkdigits.data.uci import load_uci
from inkdigits.learn.synthesis.line_writer import MAX_DIGITS, NON_DIGIT_LABEL, LineWriter


@pytest.fixture(scope="module")
def digits():
    train = load_uci().train
    return train.images[:300], train.labels[:300]


def test_ink_has_the_height_of_a_line_and_a_transcript_the_labels(digits):
    writer = LineWriter(*digits)
    for seed in range(40):
        ink, transcript = writer.write(200, np.random.default_rng(seed))
        assert (ink.shape[0], ink.dtype) == (40, np.float32)
        assert 0 <= ink.min() <= ink.max() <= 1
        assert len(transcript) <= MAX_DIGITS + 2
        assert all(0 <= label <= NON_DIGIT_LABEL for label in transcript)
        assert not transcript or ink.max() > 0.3


def test_a_line_depends_on_the_generator_and_not_on_the_lines_before(digits):
    fresh, used = LineWriter(*digits), LineWriter(*digits)
    for seed in range(5):
        used.write(100, np.random.default_rng(seed))
    (ink, transcript), (other_ink, other) = (writer.write(150, np.random.default_rng(9)) for writer in (fresh, used))
    assert np.array_equal(ink, other_ink)
    assert transcript == other


def test_longer_lines_have_more_digits(digits):
    writer = LineWriter(*digits)
    short, long = (
        np.mean([len(writer.write(length, np.random.default_rng(seed))[1]) for seed in range(40)])
        for length in (40, 240)
    )
    assert long > 2 * short
