import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.read.decoding.ctc import (
    align,
    frame_probabilities,
    greedy_decode,
    pad_views,
    single_edits,
    string_log_probabilities,
)


def random_frames(count, classes, seed=0):
    return frame_probabilities(np.random.default_rng(seed).normal(size=(count, classes)).astype(np.float32) * 2)


def collapsed(path, blank):
    return tuple(label for label, _ in itertools.groupby(path) if label != blank)


def by_brute_force(frames):
    """Sum the probability of every path by the string it stands for."""
    sums = {}
    for path in itertools.product(range(frames.shape[1]), repeat=len(frames)):
        string = collapsed(path, frames.shape[1] - 1)
        sums[string] = sums.get(string, 0.0) + np.prod([row[label] for row, label in zip(frames, path, strict=True)])
    return sums


def test_probabilities_of_strings_are_the_sums_over_all_paths():
    frames = random_frames(6, 3)
    sums = by_brute_force(frames)
    strings = sorted(sums)
    found = np.exp(string_log_probabilities(frames[None], strings))[0]
    assert found == pytest.approx([sums[string] for string in strings], rel=1e-9)
    assert found.sum() == pytest.approx(1)


def test_long_lines_agree_with_torch():
    torch = pytest.importorskip("torch")
    frames = random_frames(400, 12)
    generator = np.random.default_rng(1)
    strings = [tuple(generator.integers(0, 11, length).tolist()) for length in (0, 1, 7, 40)]
    expected = [
        -torch.nn.functional.ctc_loss(
            torch.log(torch.tensor(frames))[:, None],
            torch.tensor([string], dtype=torch.long),
            torch.tensor([400]),
            torch.tensor([len(string)]),
            blank=11,
            reduction="sum",
        ).item()
        for string in strings
    ]
    assert string_log_probabilities(frames[None], strings)[0] == pytest.approx(expected, rel=1e-6)


def test_sure_blanks_at_the_end_change_nothing():
    short, long = random_frames(5, 4, seed=1), random_frames(9, 4, seed=2)
    padded = string_log_probabilities(pad_views([short, long]), [(0, 2), (1,)])
    assert padded[0] == pytest.approx(string_log_probabilities(short[None], [(0, 2), (1,)])[0])
    assert padded[1] == pytest.approx(string_log_probabilities(long[None], [(0, 2), (1,)])[0])


def test_a_string_that_needs_more_frames_is_impossible():
    assert string_log_probabilities(random_frames(2, 3)[None], [(0, 0)])[0, 0] == -np.inf


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12))
def test_the_best_path_of_an_alignment_spells_its_string(seed, length):
    frames = random_frames(30, 12, seed)
    string = tuple(np.random.default_rng(seed).integers(0, 11, length).tolist())
    spans = align(frames, string)
    assert len(spans) == length
    assert all(first < last for first, last in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    equal = [
        (a, b) for (a, b), (x, y) in zip(itertools.pairwise(spans), itertools.pairwise(string), strict=True) if x == y
    ]
    assert all(before[1] < after[0] for before, after in equal)


def test_alignment_is_the_most_likely_of_all():
    frames = random_frames(6, 3, seed=4)
    likely = max(
        (path for path in itertools.product(range(3), repeat=6) if collapsed(path, 2) == (0, 1)),
        key=lambda path: np.prod([row[label] for row, label in zip(frames, path, strict=True)]),
    )
    (first, last), (start, end) = align(frames, (0, 1))
    assert [place for place, label in enumerate(likely) if label == 0] == list(range(first, last))
    assert [place for place, label in enumerate(likely) if label == 1] == list(range(start, end))


def test_greedy_decoding_of_a_certain_line():
    blank, other, seven = 11, 10, 7
    path = [blank, seven, seven, blank, seven, other, blank]
    assert greedy_decode(np.eye(12)[path]) == (7, 7, 10)
    assert greedy_decode(np.eye(12)[[blank] * 5]) == ()


def test_single_edits_are_one_edit_away_and_likely():
    frames = np.full((5, 4), 0.01)
    frames[[0, 2, 4], 3] = 1.0
    frames[1, [0, 1]] = 0.6, 0.4
    frames[3, [2, 0]] = 0.7, 0.3
    found = single_edits((0, 2), frames, align(frames, (0, 2)), max_alternatives=1)
    assert sorted(found) == [(0,), (0, 0), (1, 2), (2,)]
