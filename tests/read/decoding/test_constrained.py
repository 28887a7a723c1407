"""The most likely text that fits: its probability among those that fit, candidates, checks."""

import math

import numpy as np
import pytest

from inkdigits.read.decoding.choosing import choose
from inkdigits.read.decoding.constrained import decode_fitting
from inkdigits.read.decoding.rescoring import rescore
from inkdigits.read.onnx_model import Metadata
from inkdigits.read.patterns.automaton import make_automaton
from inkdigits.read.patterns.constraint import make_constraint
from inkdigits.read.patterns.syntax import parse_pattern

DIGITS = tuple("0123456789")
OTHER, BLANK = 10, 11


def view_of(*frames):
    """Return a view with a certain blank around each frame, which is given as the probabilities of some labels."""
    view = np.full((2 * len(frames) + 1, 12), 1e-9)
    view[::2, BLANK] = 1
    for row, shown in zip(view[1::2], frames, strict=True):
        row[list(shown)] = list(shown.values())
    return view / view.sum(axis=1, keepdims=True)


VIEW = view_of({1: 0.9, 7: 0.1}, {2: 0.6, 3: 0.4}, {5: 0.8, BLANK: 0.2})


def decode(views, pattern, **options):
    return decode_fitting(views, make_automaton(parse_pattern(pattern), DIGITS), DIGITS, **options)


def test_probabilities_are_those_among_texts_that_fit():
    found = decode([VIEW], r"\d[37]5?", count=4)
    assert [text for text, _ in found.texts[:4]] == ["135", "13", "735", "73"]
    assert [share for _, share in found.texts[:4]] == pytest.approx([0.72, 0.18, 0.08, 0.02], abs=1e-3)
    assert math.exp(found.log_fit) == pytest.approx(0.4, abs=1e-3)
    decoded = found.decoded
    assert (decoded.label_ids, decoded.spans) == ((1, 3, 5), ((1, 2), (3, 4), (5, 6)))
    assert decoded.probability == pytest.approx(0.72, abs=1e-3)
    assert math.exp(decoded.margin) == pytest.approx(0.72 / 0.28, rel=0.01)
    assert decoded.posteriors[0, [1, 7]] == pytest.approx([0.9, 0.1], abs=1e-3)
    assert decoded.posteriors[1, 2] == 0  # 125 doesn't fit


def test_a_digit_is_found_that_is_less_likely_than_none():
    assert rescore([view_of({1: 0.9}, {4: 0.3, BLANK: 0.7})]).label_ids == (1,)
    assert decode([view_of({1: 0.9}, {4: 0.3, BLANK: 0.7})], r"\d\d").texts[0][0] == "14"


def test_the_mean_of_all_views_decides():
    others = [view_of({1: 0.15, 7: 0.85}, {2: 0.9}, {5: 0.9}), view_of({1: 0.15, 7: 0.85}, {2: 0.9}, {5: 0.9})]
    found = decode([VIEW, *others], r"\d{3}")
    assert found.texts[0][0] == "725"
    assert found.decoded.agreement == pytest.approx(2 / 3)


def test_other_characters_are_no_part_of_the_text():
    found = decode([view_of({OTHER: 0.9}, {1: 0.9}, {OTHER: 0.5, BLANK: 0.5}, {2: 0.9})], r"\d\d")
    assert [found.texts[0][0], round(found.texts[0][1], 2)] == ["12", 1.0]


def test_what_is_too_unlikely_does_not_fit():
    found = decode([view_of({1: 1}, {2: 1}, {5: 1})], r"\d{6}")
    assert (found.decoded, found.is_no_match) == (None, True)


def test_the_likeliest_text_that_passes_a_check():
    found = decode([VIEW], r"\d+", count=3, check=lambda text: int(text) % 9 == 0)  # 135 of 125, 135, 725, 735, …
    assert [text for text, _ in found.texts[:2]] == ["135", "72"]
    assert found.texts[0][1] > 0.85
    assert found.decoded.posteriors[1, 2] == 0


def test_reasons():
    metadata = Metadata("lines", DIGITS)
    none = choose([VIEW], metadata, make_constraint(r"\d{7}", None, None))
    assert (none.reason, none.decoded.label_ids) == ("no-match", (1, 2, 5))
    assert choose([VIEW], metadata, make_constraint(None, None, lambda _: False)).reason == "check-failed"
    assert choose([VIEW], metadata, make_constraint(None, None, lambda text: text == "725")).reason == ""
    assert len(choose([VIEW], metadata, make_constraint(None, 3, None)).texts) == 3
    assert choose([VIEW], metadata, None).texts == ()
