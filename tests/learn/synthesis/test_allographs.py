import json

import numpy as np
import pytest

from inkdigits.data.uci import load_uci
from inkdigits.learn.synthesis.allographs import load_allographs, parse_allographs, render_allograph, render_allographs
from inkdigits.pictures.prepare import prepare_digit


@pytest.fixture(scope="module")
def digits():
    """Twenty real digits of each class."""
    train = load_uci().train
    which = np.concatenate([np.flatnonzero(train.labels == label)[:20] for label in range(10)])
    return train.images[which], train.labels[which]


def draw_many(image, label, draws=25):
    """Return one digit as many writers draw its allographs."""
    return [render_allograph(image, label, np.random.default_rng(seed)) for seed in range(draws)]


@pytest.mark.parametrize("label", range(10))
def test_allographs_are_normalized_as_prepared_digits_are(digits, label):
    images, labels = digits
    for digit in draw_many(images[labels == label][0], label):
        assert (digit.shape, digit.dtype, digit.max()) == ((28, 28), np.uint8, 255)
        picture = np.repeat(digit[..., None], 3, axis=2)
        np.testing.assert_array_equal(prepare_digit(picture), digit)


@pytest.mark.parametrize("label", range(10))
def test_every_draw_differs_and_depends_on_the_generator_alone(digits, label):
    images, labels = digits
    image = images[labels == label][0]
    before = image.copy()
    first, again = draw_many(image, label), draw_many(image, label)
    np.testing.assert_array_equal(first, again)
    assert len({digit.tobytes() for digit in first}) > 20
    np.testing.assert_array_equal(image, before)


def test_every_class_has_allographs_whose_strokes_lie_around_its_box():
    assert sorted(load_allographs()) == list(range(10))
    for allographs in load_allographs().values():
        assert allographs
        for allograph in allographs:
            points = np.array([point for stroke in allograph.strokes for point in stroke])
            assert (points > -0.35).all()
            assert (points < 1.35).all()
            assert all(len(stroke) >= 2 for stroke in allograph.strokes)


def test_the_allographs_are_read_once_and_are_these():
    assert load_allographs() is load_allographs()
    counts = [len(allographs) for allographs in load_allographs().values()]
    assert counts == [7, 24, 6, 2, 4, 14, 3, 11, 3, 15]


def allographs_json(**changes):
    """Return a valid file with one allograph of each digit, that of 7 changed."""
    stroke = {"strokes": [[[0.0, 0.0], [1.0, 1.0]]]}
    return json.dumps({str(digit): [stroke | (changes if digit == 7 else {})] for digit in range(10)})


def test_allographs_have_defaults_and_keep_their_values():
    assert parse_allographs(allographs_json())[7][0].model_dump() == {
        "strokes": (((0.0, 0.0), (1.0, 1.0)),),
        "smooth": True,
        "overlay": False,
        "aspect": 0.65,
    }
    assert parse_allographs(allographs_json(aspect=0.5, smooth=False))[7][0].aspect == 0.5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (allographs_json(strokes=[[[0.0, 0.0]]]), r"7\.0\.strokes\.0\n.*at least 2 items"),
        (allographs_json(strokes=[[[0.0, 0.0], [1.0, 7.0]]]), r"7\.0\.strokes\.0\.1\.1\n.*less than or equal to 1\.35"),
        (allographs_json(strokes=[[[0.0, 0.0], [1.0]]]), r"7\.0\.strokes\.0\.1"),
        (allographs_json(strokes=[]), r"7\.0\.strokes\n.*at least 1 item"),
        (allographs_json(aspect=0), r"7\.0\.aspect\n.*greater than 0"),
        (allographs_json(width=0.5), r"7\.0\.width\n.*not permitted"),
        ('{"7": []}', r"missing: \[0, 1, 2, 3, 4, 5, 6, 7, 8, 9\], unknown: \[\]"),
        (allographs_json().replace('"9"', '"10"'), r"missing: \[9\], unknown: \[10\]"),
        ('{"0":', "Invalid JSON"),
    ],
)
def test_a_wrong_allograph_is_named(text, message):
    with pytest.raises(ValueError, match=message):
        parse_allographs(text)


def test_the_pen_is_as_wide_as_the_digits():
    thin, thick = np.zeros((2, 28, 28), np.uint8)
    thin[4:24, 13:15] = 255
    thick[4:24, 11:17] = 255
    ink = [np.mean([digit.sum() for digit in draw_many(image, 4)]) for image in (thin, thick)]
    assert ink[1] > 1.5 * ink[0]


def test_a_bar_across_a_seven_leaves_the_seven_there():
    seven = np.zeros((28, 28), np.uint8)
    seven[4:7, 7:20] = seven[4:24, 17:20] = 255
    barred = 0
    for digit in draw_many(seven, 7, 200):
        rows = (digit > 128).sum(axis=1)
        middle, lower = rows[11:18].max(), rows[19:22].max()
        barred += middle >= lower + 4
    assert barred > 60


def test_some_ones_have_a_base_and_some_a_flag():
    one = np.zeros((28, 28), np.uint8)
    one[4:24, 13:15] = 255
    widths = np.array([(digit > 128).sum(axis=1) for digit in draw_many(one, 1, 200)])
    foot, waist = widths[:, 21:24].max(axis=1), widths[:, 14]
    assert 0.04 < (foot > waist + 3).mean() < 0.9
    reach = np.array([np.ptp(np.flatnonzero((digit > 128)[4:15].any(axis=0))) for digit in draw_many(one, 1, 200)])
    assert 0.2 < (reach > 5).mean() < 0.95


def test_an_empty_picture_stays_empty():
    empty = np.zeros((28, 28), np.uint8)
    assert not render_allograph(empty, 3, np.random.default_rng(0)).any()


def test_only_the_share_asked_for_is_changed(digits):
    images, labels = digits
    for share, low, high in ((0.0, 0, 0), (0.3, 0.2, 0.4), (1.0, 0.99, 1)):
        changed = render_allographs(images, labels, share, np.random.default_rng(1))
        assert low <= (changed != images).any(axis=(1, 2)).mean() <= high
    assert changed is not images
