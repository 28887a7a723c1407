"""The most likely strings that fit: the same as trying all strings."""

import itertools

import numpy as np
import pytest

from inkdigits.read.decoding.ctc import string_log_probabilities
from inkdigits.read.decoding.fitting import find_fitting, mean_log_probability
from inkdigits.read.patterns.automaton import make_automaton
from inkdigits.read.patterns.syntax import parse_pattern

NAMES = "0123"


def random_views(seed):
    generator = np.random.default_rng(seed)
    shape = int(generator.integers(1, 4)), int(generator.integers(3, 7))
    return np.maximum(generator.dirichlet(np.full(len(NAMES) + 2, 0.4), shape), 1e-12)


@pytest.mark.parametrize("pattern", [r"\d{2}", r"[01]\d?2", "1(23|32)*", r"\d+", "0{2,3}|1"])
def test_the_best_strings_are_those_of_trying_all(pattern):
    automaton = make_automaton(parse_pattern(pattern), NAMES)
    for seed in range(8):
        views = random_views(seed)
        every = (
            string
            for length in range(views.shape[1] + 1)
            for string in itertools.product(range(len(NAMES) + 1), repeat=length)
        )
        strings = [string for string in every if automaton.accepts(string)]
        logs = string_log_probabilities(views, strings)  # (V, strings)
        found = find_fitting(views, automaton, len(NAMES), count=4, width=300)
        assert found.log_mass == pytest.approx(np.log(np.exp(logs).sum(axis=1)), abs=1e-6)
        scores = {
            string: mean_log_probability(own)
            for string, own in zip(strings, logs.T, strict=True)
            if any(label < len(NAMES) for label in string)
        }
        best = sorted(scores, key=lambda string: -scores[string])[:4]
        assert list(found.log_probabilities)[:4] == best
        for string in best:
            assert mean_log_probability(found.log_probabilities[string]) == pytest.approx(scores[string], abs=1e-6)


def test_few_beginnings_find_the_best_string_too():
    automaton = make_automaton(parse_pattern(r"\d{8}"), NAMES)
    for seed in range(8):
        generator = np.random.default_rng(seed)
        views = np.full((3, 17, len(NAMES) + 2), 1e-6)
        views[:, ::2, -1] = 1.0
        for frame in range(1, 17, 2):  # eight digits, each one or another
            one, other = generator.choice(len(NAMES), 2, replace=False)
            views[:, frame, one] = generator.uniform(0.2, 0.8, 3)
            views[:, frame, other] = 1 - views[:, frame, one]
        wide, narrow = (find_fitting(views, automaton, len(NAMES), width=width) for width in (1000, 16))
        assert next(iter(wide.log_probabilities)) == next(iter(narrow.log_probabilities))


def test_a_pattern_that_needs_more_frames_than_there_are_has_no_string():
    found = find_fitting(np.full((1, 3, 6), 1 / 6), make_automaton(parse_pattern("1111"), NAMES), len(NAMES))
    assert not found.log_probabilities
    assert found.log_mass.tolist() == [-np.inf]
