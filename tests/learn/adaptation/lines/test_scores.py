import numpy as np
import pytest

from inkdigits.data.load import load
from inkdigits.learn.adaptation.lines.scores import LineScores, compose_examples, score_lines
from inkdigits.read.reader import Reader


@pytest.fixture(scope="module")
def composed():
    return compose_examples(load("uci").test, 12)


def test_most_composed_lines_are_read(composed):
    scores = score_lines(Reader().line_networks, composed)
    assert len(scores.right) == len(composed) >= 10
    assert scores.errors <= len(composed) / 2
    assert scores.log_probabilities[scores.right].max() > -0.1


def test_a_wrong_text_is_an_error_and_less_likely(composed):
    networks = Reader().line_networks
    right = score_lines(networks, composed)
    for example in composed:
        object.__setattr__(example, "text", example.text[::-1] + "7")
    wrong = score_lines(networks, composed)
    assert wrong.errors == len(composed)
    assert wrong.mean_log_probability < right.mean_log_probability - 1


def test_the_same_lines_are_composed_each_time():
    digits = load("uci").test
    one, other = compose_examples(digits, 3), compose_examples(digits, 3)
    assert [line.text for line in one] == [line.text for line in other]
    assert [line.text for line in one] != [line.text for line in compose_examples(digits, 3, seed=1)]


def test_without_lines_there_is_no_accuracy():
    none = score_lines(Reader().line_networks, [])
    assert (none.accuracy, none.errors, none.mean_log_probability) == (None, 0, 0.0)
    assert LineScores(np.array([True, False]), np.zeros(2)).accuracy == 0.5
