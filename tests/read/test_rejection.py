import numpy as np
import pytest
from no_digits import no_digits

from helpers.writing import blank, picture_of, write
from inkdigits.read.rejection import Evidence, agreement, written
from inkdigits.read.result import Digit, Line


def test_more_evidence_makes_writing_likelier():
    assert written(Evidence(2, 1)) < written(Evidence(6, 1)) < written(Evidence(12, 1)) == written(Evidence(500, 1))
    assert written(Evidence(4, 0.1)) < written(Evidence(4, 1)) == written(Evidence(4, 1.4))
    lone = [written(Evidence(6, 1, agreement=agreed)) for agreed in (0.0, 0.5, 1.0)]
    assert lone == sorted(set(lone))
    assert 0 <= written(Evidence(-1e9, 0)) < 1e-6


def test_a_1_is_doubted_more_than_other_digits():
    assert written(Evidence(4, 1, only_ones=True)) < written(Evidence(4, 1))
    assert written(Evidence(4, 1, only_ones=True, agreement=0.9)) < written(Evidence(4, 1, agreement=0.9))


def test_the_network_for_single_digits_is_asked_about_lone_ones(reader):
    canvas = blank(200, 160)
    write(canvas, "6", 50, 60, 80)
    six, four = (Line((Digit(digit, 0.9, (50, 60, 100, 140)),), 0.9, (50, 60, 100, 140)) for digit in "64")
    picture = picture_of(canvas)
    assert agreement(picture, six, reader.digit_network) > 0.9
    assert agreement(picture, four, reader.digit_network) < 0.1
    assert agreement(picture_of(blank(200, 160)), six, reader.digit_network) == 0
    assert agreement(picture, Line(six.digits * 2, 0.9, six.box), reader.digit_network) is None
    other = Line((Digit("ten", 0.9, six.box),), 0.9, six.box)
    assert agreement(picture, other, reader.digit_network) is None


def test_little_is_read_where_nobody_wrote(reader):
    read = [sample.name for sample in no_digits(46, first=50_000) if reader.read(sample.source).text]
    assert len(read) <= 5, read


@pytest.mark.parametrize("digit", "0123456789")
def test_a_lone_digit_is_still_read(reader, digit):
    canvas = blank(150, 120)
    write(canvas, digit, 40, 35, 70)
    reading = reader.read(picture_of(canvas, grain=2))
    assert reading.text == digit
    assert reading.lines[0].confidence > 0.4
    assert np.array_equal(reading.forms.shape, (1, 28, 28))
