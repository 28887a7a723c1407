import numpy as np
import pytest

from helpers.files import draw_digit
from inkdigits.learn.synthesis.line import LineComposer
from inkdigits.learn.synthesis.line_writer import MAX_DIGITS
from inkdigits.pictures.normalize import normalize_digit

NON_DIGIT_LABEL = 10


@pytest.fixture(scope="module")
def composer():
    images = [normalize_digit((255 - draw_digit(digit, 60)[..., :3].mean(axis=2)) / 255) for digit in range(10)]
    return LineComposer(np.stack(images), np.arange(10))


def test_line_images_have_the_shape_that_networks_take(composer):
    for seed in range(8):
        line_images, transcripts = composer.batch(6, np.random.default_rng(seed))
        assert line_images.dtype == np.uint8
        assert line_images.shape[:2] == (6, 40)
        assert line_images.shape[2] % 8 == 0
        assert len(transcripts) == 6
        # CTC needs a step for each label id and one more between two that are equal; a step is two pixels.
        assert all(2 * len(transcript) <= line_images.shape[2] / 2 for transcript in transcripts)


@pytest.mark.slow
def test_lines_have_from_no_to_many_digits_and_some_other_signs(composer):
    transcripts = [line for seed in range(60) for line in composer.batch(16, np.random.default_rng(seed))[1]]
    lengths = {len([label for label in line if label != NON_DIGIT_LABEL]) for line in transcripts}
    assert lengths >= set(range(MAX_DIGITS + 1))
    assert 0.02 < np.mean([NON_DIGIT_LABEL in line for line in transcripts]) < 0.3
    counts = np.bincount([label for line in transcripts for label in line], minlength=11)
    assert counts[:10].min() > 0.05 * counts.sum()
    assert counts[0] == counts[:10].max()  # round sums


def test_the_same_generator_writes_the_same_lines(composer):
    first, second = (composer.batch(5, np.random.default_rng(9)) for _ in range(2))
    assert (first[0] == second[0]).all()
    assert first[1] == second[1]
    other = composer.batch(5, np.random.default_rng(10))
    assert other[1] != first[1]


def test_signs_have_labels_of_their_own_where_they_are_asked_for(composer):
    digits = composer._writer._images, np.arange(10)
    with_signs = LineComposer(*digits, signs=True)
    (images, transcripts), (same, without) = (
        each.batch(64, np.random.default_rng(3)) for each in (with_signs, composer)
    )
    assert np.array_equal(images, same)
    assert {label for line in transcripts for label in line} >= {10, 13, 16, 21}
    for signs, plain in zip(transcripts, without, strict=True):
        assert [label for label in signs if label < 10] == [label for label in plain if label < 10]
