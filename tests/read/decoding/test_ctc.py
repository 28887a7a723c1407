import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.read.decoding.ctc import align, greedy_decode, log_probabilities, neighbours, pad_views, probabilities


def random_steps(steps, classes, seed=0):
    return probabilities(np.random.default_rng(seed).normal(size=(steps, classes)).astype(np.float32) * 2)


def collapsed(path, blank):
    return tuple(sign for sign, _ in itertools.groupby(path) if sign != blank)


def by_brute_force(steps):
    """Sum the probability of every path by the string it stands for."""
    sums = {}
    for path in itertools.product(range(steps.shape[1]), repeat=len(steps)):
        string = collapsed(path, steps.shape[1] - 1)
        sums[string] = sums.get(string, 0.0) + np.prod([row[sign] for row, sign in zip(steps, path, strict=True)])
    return sums


def test_probabilities_of_strings_are_the_sums_over_all_paths():
    steps = random_steps(6, 3)
    sums = by_brute_force(steps)
    strings = sorted(sums)
    found = np.exp(log_probabilities(steps[None], strings))[0]
    assert found == pytest.approx([sums[string] for string in strings], rel=1e-9)
    assert found.sum() == pytest.approx(1)


def test_long_lines_agree_with_torch():
    torch = pytest.importorskip("torch")
    steps = random_steps(400, 12)
    generator = np.random.default_rng(1)
    strings = [tuple(generator.integers(0, 11, length).tolist()) for length in (0, 1, 7, 40)]
    expected = [
        -torch.nn.functional.ctc_loss(
            torch.log(torch.tensor(steps))[:, None],
            torch.tensor([string], dtype=torch.long),
            torch.tensor([400]),
            torch.tensor([len(string)]),
            blank=11,
            reduction="sum",
        ).item()
        for string in strings
    ]
    assert log_probabilities(steps[None], strings)[0] == pytest.approx(expected, rel=1e-6)


def test_sure_blanks_at_the_end_change_nothing():
    short, long = random_steps(5, 4, seed=1), random_steps(9, 4, seed=2)
    together = log_probabilities(pad_views([short, long]), [(0, 2), (1,)])
    assert together[0] == pytest.approx(log_probabilities(short[None], [(0, 2), (1,)])[0])
    assert together[1] == pytest.approx(log_probabilities(long[None], [(0, 2), (1,)])[0])


def test_a_string_that_needs_more_steps_is_impossible():
    assert log_probabilities(random_steps(2, 3)[None], [(0, 0)])[0, 0] == -np.inf


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12))
def test_the_best_path_of_an_alignment_spells_its_string(seed, length):
    steps = random_steps(30, 12, seed)
    string = tuple(np.random.default_rng(seed).integers(0, 11, length).tolist())
    spans = align(steps, string)
    assert len(spans) == length
    assert all(first < last for first, last in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    equal = [
        (a, b) for (a, b), (x, y) in zip(itertools.pairwise(spans), itertools.pairwise(string), strict=True) if x == y
    ]
    assert all(before[1] < after[0] for before, after in equal)


def test_alignment_is_the_most_likely_of_all():
    steps = random_steps(6, 3, seed=4)
    likely = max(
        (path for path in itertools.product(range(3), repeat=6) if collapsed(path, 2) == (0, 1)),
        key=lambda path: np.prod([row[sign] for row, sign in zip(steps, path, strict=True)]),
    )
    (first, last), (start, end) = align(steps, (0, 1))
    assert [place for place, sign in enumerate(likely) if sign == 0] == list(range(first, last))
    assert [place for place, sign in enumerate(likely) if sign == 1] == list(range(start, end))


def test_the_best_path_of_a_certain_line():
    blank, other, seven = 11, 10, 7
    path = [blank, seven, seven, blank, seven, other, blank]
    assert greedy_decode(np.eye(12)[path]) == (7, 7, 10)
    assert greedy_decode(np.eye(12)[[blank] * 5]) == ()


def test_neighbours_are_one_change_away_and_likely():
    steps = np.full((5, 4), 0.01)
    steps[[0, 2, 4], 3] = 1.0
    steps[1, [0, 1]] = 0.6, 0.4
    steps[3, [2, 0]] = 0.7, 0.3
    found = neighbours((0, 2), steps, align(steps, (0, 2)), most=1)
    assert sorted(found) == [(0,), (0, 0), (1, 2), (2,)]
