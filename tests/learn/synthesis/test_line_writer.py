from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from helpers.people import people_with_pens
from inkdigits.core.types import SIGNS
from inkdigits.data.uci import load_uci
from inkdigits.learn.synthesis.handwriting.hand import PenHand, PictureHand
from inkdigits.learn.synthesis.handwriting.numbers import OTHER
from inkdigits.learn.synthesis.handwriting.people import picture_writers
from inkdigits.learn.synthesis.line_writer import MAX_DIGITS, LineWriter, OtherPeople
from inkdigits.learn.synthesis.writer_style import sample_writer_style


@pytest.fixture(scope="module")
def digits():
    train = load_uci().train
    return train.images[:300], train.labels[:300]


def test_ink_has_the_height_of_a_line_and_text_has_digits_and_signs(digits):
    writer = LineWriter(*digits)
    texts = []
    for seed in range(60):
        ink, text = writer.write(200, np.random.default_rng(seed))
        assert (ink.shape[0], ink.dtype) == (40, np.float32)
        assert 0 <= ink.min() <= ink.max() <= 1
        assert sum(map(str.isdigit, text)) <= MAX_DIGITS
        assert not text or ink.max() > 0.3
        texts.append(text)
    assert set("".join(texts)) - set("0123456789 ") <= {*SIGNS, OTHER}
    assert {".", "-", "+"} <= set("".join(texts))


def test_a_line_depends_on_the_generator_and_not_on_the_lines_before(digits):
    fresh, used = LineWriter(*digits), LineWriter(*digits)
    for seed in range(5):
        used.write(100, np.random.default_rng(seed))
    (ink, text), (other_ink, other) = (writer.write(150, np.random.default_rng(9)) for writer in (fresh, used))
    assert np.array_equal(ink, other_ink)
    assert text == other


def test_longer_lines_have_more_digits(digits):
    writer = LineWriter(*digits)
    short, long = (
        np.mean([len(writer.write(length, np.random.default_rng(seed))[1]) for seed in range(40)])
        for length in (40, 240)
    )
    assert long > 2 * short


def test_each_line_is_written_by_one_person():
    """Each of three people has digits of another darkness: a line has one of these."""
    labels, writers = np.tile(np.arange(10), 3), np.repeat([0, 1, 2], 10)
    images = np.zeros((30, 28, 28), np.uint8)
    images[:, 4:24, 10:18] = (writers * 60 + 100)[:, None, None]
    writer, seen = LineWriter(images, labels, writers), set()
    style = replace(sample_writer_style(np.random.default_rng(0)), allograph_share=0)
    for seed in range(60):
        hand = writer._take_hand(100, style, np.random.default_rng(seed))
        levels = {int(hand._picture(digit, np.random.default_rng(digit))[0].max()) for digit in range(10)}
        assert len(levels) == 1
        seen |= levels
    assert seen == {100, 160, 220}


def test_others_write_their_share_of_the_lines(digits):
    writer = LineWriter(*digits, others=OtherPeople(people_with_pens(), [], 0.5))
    style = sample_writer_style(np.random.default_rng(0))
    hands = []
    for seed in range(400):
        generator = np.random.default_rng(seed)
        with suppress(ValueError):  # where a scanned person is drawn: there is none
            hands.append(type(writer._take_hand(100, style, generator)))
    assert 0.25 < hands.count(PenHand) / len(hands) < 0.5
    assert 0.5 < hands.count(PictureHand) / len(hands) < 0.75


def test_lines_of_others_are_written_and_printed(digits):
    images = np.stack([digits[0][digits[1] == label][0] for label in range(10)])
    scanned = picture_writers(images, np.arange(10), np.zeros(10, np.int16))
    writer = LineWriter(*digits, others=OtherPeople(people_with_pens(), scanned, 1.0))
    for seed in range(40):
        ink, text = writer.write(120, np.random.default_rng(seed))
        assert ink.shape[0] == 40
        assert not text or ink.max() > 0.2
