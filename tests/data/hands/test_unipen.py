import numpy as np
import pytest

from helpers.archives import unipen_text
from inkdigits.core.errors import DataError
from inkdigits.data.hands.unipen import parse_unipen

SEVEN = [[(10, 90), (60, 90), (30, 10)], [(20, 50), (50, 50)]]


def second_number(comment):
    return int(comment.split()[1])


def test_strokes_stay_strokes_and_y_points_down():
    digits = parse_unipen(unipen_text([("7", 12, SEVEN), ("1", 3, [[(5, 5)]])]), "seven", second_number, height=100)
    assert digits.labels.tolist() == [7, 1]
    assert digits.writers.tolist() == [12, 3]
    assert [stroke.tolist() for stroke in digits.digits[0]] == [[[10, 10], [60, 10], [30, 90]], [[20, 50], [50, 50]]]
    assert digits.digits[1][0].tolist() == [[5, 95]]
    assert digits.digits[0][0].dtype == np.int16


def test_without_a_height_y_stays_and_letters_are_left_out():
    text = unipen_text([("a", 1, SEVEN), ("7", 1, SEVEN), ('"', 1, SEVEN), ("10", 1, SEVEN)])
    digits = parse_unipen(text, "w01", lambda _: 4)
    assert digits.labels.tolist() == [7]
    assert digits.writers.tolist() == [4]
    assert digits.digits[0][1].tolist() == [[20, 50], [50, 50]]


def test_points_above_the_paper_and_other_words_are_passed_over():
    text = '.COORD X Y\n1 1\n.SEGMENT CHARACTER 3 ? "3"\n2 2\n.PEN_DOWN\n4 4\n5 5 77\n.PEN_UP\n6 6\n.DT 0\n'
    digits = parse_unipen(text, "three", lambda _: 1)
    assert [stroke.tolist() for stroke in digits.digits[0]] == [[[4, 4], [5, 5]]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "seven has no digits"),
        ('.SEGMENT DIGIT 0 ? "7"\n.COMMENT 7 1 1\n', "a digit without strokes"),
        ('.SEGMENT DIGIT 0 ? "7"\n.PEN_DOWN\n1 x\n.PEN_UP\n', "line 3 of seven is no point: '1 x'"),
        ('.SEGMENT DIGIT 0 ? "7"\n.PEN_DOWN\n1\n.PEN_UP\n', "line 3 of seven is no point: '1'"),
        ('.SEGMENT DIGIT 0 ? "7"\n.PEN_DOWN\n1 2\n.PEN_UP\n', "has a digit without a writer"),
        (unipen_text([("7", 1, [[(1, 99999)]])]), "beyond any tablet"),
    ],
)
def test_what_is_wrong_is_named(text, words):
    with pytest.raises(DataError) as caught:
        parse_unipen(text, "seven", second_number)
    assert words in str(caught.value)
