from dataclasses import replace

import pytest

from inkdigits.data.load import load
from inkdigits.learn.adaptation.lines.scores import (
    KnownLines,
    compose_examples,
    line_accuracy,
    mean_log_probability,
    read_right,
)
from inkdigits.read.reader import Reader


@pytest.fixture(scope="module")
def composed():
    return compose_examples(load("uci").test, 12)


def test_most_composed_lines_are_read(composed):
    networks = Reader().line_networks
    assert len(composed) >= 10
    assert read_right(networks, composed).mean() == pytest.approx(line_accuracy(networks, composed), abs=1e-6)
    assert line_accuracy(networks, composed) >= 0.5
    assert line_accuracy(networks, []) is None


def test_a_wrong_text_is_an_error_and_less_likely(composed):
    networks = Reader().line_networks
    wrong = [replace(example, text=example.text[::-1] + "7") for example in composed]
    assert line_accuracy(networks, wrong) == 0
    assert -20 <= mean_log_probability(networks, wrong) < mean_log_probability(networks, composed) - 1 < 0


def test_the_same_lines_are_composed_each_time():
    digits = load("uci").test
    one, other = compose_examples(digits, 3), compose_examples(digits, 3)
    assert [line.text for line in one] == [line.text for line in other]
    assert [line.text for line in one] != [line.text for line in compose_examples(digits, 3, seed=1)]


def test_known_lines_are_read_once_by_each_set_of_weights(composed):
    networks = Reader().line_networks
    known, right = KnownLines(composed), read_right(networks, composed)
    assert known.errors(networks) == len(composed) - right.sum()
    # The same weights in another file, which can't even be run: what was read before counts.
    others = [
        replace(network, session=None, metadata=replace(network.metadata, measured={"lines": 1}))
        for network in networks
    ]
    assert known.accuracy(others) == line_accuracy(networks, composed)
    one = networks[:1]
    assert known.errors(one) == len(composed) - read_right(one, composed).sum()
    assert KnownLines([]).accuracy(networks) is None
