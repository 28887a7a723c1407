import re

import numpy as np
import pytest

from inkdigits.core.types import SIGNS
from inkdigits.learn.synthesis.handwriting.numbers import OTHER, sample_number, to_label_ids


@pytest.fixture(scope="module")
def numbers():
    return [
        (count, sample_number(count, np.random.default_rng((count, seed))))
        for count in range(1, 16)
        for seed in range(120)
    ]


def test_a_number_has_the_digits_that_were_asked_for(numbers):
    assert all(sum(map(str.isdigit, text)) == count for count, text in numbers)
    assert set("".join(text for _, text in numbers)) == set("0123456789 ") | set(SIGNS)


@pytest.mark.parametrize(
    "form",
    [
        r"\d+",
        r"\d+\.\d\d",
        r"-\d+",
        r"\d{1,3}(,\d{3})+\.\d\d",
        r"\d{1,3}('\d{3})+",
        r"\d+/\d+",
        r"\d+:\d+",
        r"\d+\+\d+",
        r"\(\d+\)",
        r"\d+,-",
    ],
)
def test_numbers_look_as_people_write_them(numbers, form):
    assert any(re.fullmatch(form, text) for _, text in numbers)


def test_about_half_are_plain(numbers):
    assert 0.3 < np.mean([text.isdigit() for _, text in numbers]) < 0.55


def test_labels_of_signs_follow_those_of_digits():
    assert to_label_ids("".join(SIGNS), signs=True) == list(range(10, 10 + len(SIGNS)))
    assert to_label_ids(f"9 {OTHER}", signs=True) == [9, 10 + len(SIGNS)]
    assert to_label_ids(f"1'234.5,-:{OTHER}+(", signs=False) == [1, 2, 3, 4, 5, 10, 10, 10]
