import numpy as np
import pytest

from inkdigits.data.uci import load_uci
from inkdigits.learn.synthesis.allographs import ALLOGRAPHS, render_allograph, render_allographs
from inkdigits.pictures.prepare import prepare_digit


@pytest.fixture(scope="module")
def digits():
    """Twenty real digits of each class."""
    train = load_uci().train
    which = np.concatenate([np.flatnonzero(train.labels == label)[:20] for label in range(10)])
    return train.images[which], train.labels[which]


def each_way(image, label, draws=25):
    """Return what many writers make of one digit."""
    return [render_allograph(image, label, np.random.default_rng(seed)) for seed in range(draws)]


@pytest.mark.parametrize("label", range(10))
def test_what_is_drawn_is_in_the_form_that_pictures_are_brought_to(digits, label):
    images, labels = digits
    for form in each_way(images[labels == label][0], label):
        assert (form.shape, form.dtype, form.max()) == ((28, 28), np.uint8, 255)
        picture = np.repeat(form[..., None], 3, axis=2)
        np.testing.assert_array_equal(prepare_digit(picture), form)


@pytest.mark.parametrize("label", range(10))
def test_every_draw_is_another_hand_and_comes_from_the_generator_alone(digits, label):
    images, labels = digits
    image = images[labels == label][0]
    before = image.copy()
    first, again = each_way(image, label), each_way(image, label)
    np.testing.assert_array_equal(first, again)
    assert len({form.tobytes() for form in first}) > 20
    np.testing.assert_array_equal(image, before)


def test_every_class_has_ways_whose_strokes_lie_around_its_box():
    assert sorted(ALLOGRAPHS) == list(range(10))
    for ways in ALLOGRAPHS.values():
        for way in ways:
            points = np.array([point for stroke in way.strokes for point in stroke])
            assert (points > -0.35).all()
            assert (points < 1.35).all()
            assert all(len(stroke) >= 2 for stroke in way.strokes)


def test_the_pen_is_the_digits_own():
    thin, thick = np.zeros((2, 28, 28), np.uint8)
    thin[4:24, 13:15] = 255
    thick[4:24, 11:17] = 255
    ink = [np.mean([form.sum() for form in each_way(image, 4)]) for image in (thin, thick)]
    assert ink[1] > 1.5 * ink[0]


def test_a_bar_across_a_seven_leaves_the_seven_there():
    seven = np.zeros((28, 28), np.uint8)
    seven[4:7, 7:20] = seven[4:24, 17:20] = 255
    barred = 0
    for form in each_way(seven, 7, 200):
        rows = (form > 128).sum(axis=1)
        middle, lower = rows[11:18].max(), rows[19:22].max()
        barred += middle >= lower + 4
    assert barred > 60


def test_some_ones_stand_on_a_base_and_some_have_a_flag():
    one = np.zeros((28, 28), np.uint8)
    one[4:24, 13:15] = 255
    widths = np.array([(form > 128).sum(axis=1) for form in each_way(one, 1, 200)])
    foot, waist = widths[:, 21:24].max(axis=1), widths[:, 14]
    assert 0.04 < (foot > waist + 3).mean() < 0.9
    reach = np.array([np.ptp(np.flatnonzero((form > 128)[4:15].any(axis=0))) for form in each_way(one, 1, 200)])
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
