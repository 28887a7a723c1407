import numpy as np
import pytest
from no_digits import no_digits

from helpers.writing import blank, picture_of, write
from inkdigits.read.rejection import Evidence, single_digit_probability, text_probability
from inkdigits.read.result import Digit, Line


def test_more_evidence_makes_writing_likelier():
    assert (
        text_probability(Evidence(2, 1))
        < text_probability(Evidence(6, 1))
        < text_probability(Evidence(12, 1))
        == text_probability(Evidence(500, 1))
    )
    assert text_probability(Evidence(4, 0.1)) < text_probability(Evidence(4, 1)) == text_probability(Evidence(4, 1.4))
    single = [text_probability(Evidence(6, 1, digit_probability=probability)) for probability in (0.0, 0.5, 1.0)]
    assert single == sorted(set(single))
    assert 0 <= text_probability(Evidence(-1e9, 0)) < 1e-6


def test_a_1_is_less_likely_writing_than_other_digits():
    assert text_probability(Evidence(4, 1, is_only_ones=True)) < text_probability(Evidence(4, 1))
    assert text_probability(Evidence(4, 1, is_only_ones=True, digit_probability=0.9)) < text_probability(
        Evidence(4, 1, digit_probability=0.9)
    )


def test_the_network_for_single_digits_judges_lines_of_one_digit(reader):
    canvas = blank(200, 160)
    write(canvas, "6", 50, 60, 80)
    six, four = (Line((Digit(digit, 0.9, (50, 60, 100, 140)),), 0.9, (50, 60, 100, 140)) for digit in "64")
    picture = picture_of(canvas)
    assert single_digit_probability(picture, six, reader.digit_network) > 0.9
    assert single_digit_probability(picture, four, reader.digit_network) < 0.1
    assert single_digit_probability(picture_of(blank(200, 160)), six, reader.digit_network) == 0
    assert single_digit_probability(picture, Line(six.digits * 2, 0.9, six.box), reader.digit_network) is None
    other = Line((Digit("ten", 0.9, six.box),), 0.9, six.box)
    assert single_digit_probability(picture, other, reader.digit_network) is None


def test_little_is_read_in_pictures_without_writing(reader):
    read = [sample.name for sample in no_digits(46, first=50_000) if reader.read(sample.source).text]
    assert len(read) <= 5, read


@pytest.mark.parametrize("digit", "0123456789")
def test_a_single_digit_is_still_read(reader, digit):
    canvas = blank(150, 120)
    write(canvas, digit, 40, 35, 70)
    reading = reader.read(picture_of(canvas, noise_sigma=2))
    assert reading.text == digit
    assert reading.lines[0].confidence > 0.4
    assert np.array_equal(reading.forms.shape, (1, 28, 28))
