import gzip
from pathlib import Path

import numpy as np
import pytest

from helpers.files import draw_digit
from inkdigits.pictures.prepare import prepare_digit


def likeness(first, second) -> float:
    """Return the correlation of two digits: 1 if they are the same."""
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])


@pytest.fixture
def seven():
    """A large 7 in dark ink on white paper."""
    picture = np.full((160, 120, 3), 250, np.uint8)
    picture[30:42, 30:90] = 20
    for row in range(42, 130):
        left = 78 - (row - 42) // 2
        picture[row, left : left + 12] = 20
    return picture


@pytest.mark.mnist
def test_mnist_stays_unchanged_in_both_polarities(mnist_folder: Path):
    content = gzip.decompress((mnist_folder / "t10k-images-idx3-ubyte.gz").read_bytes())
    images = np.frombuffer(content, np.uint8, offset=16).reshape(-1, 28, 28)[::10]
    for image in images:
        picture = np.repeat(image[:, :, None], 3, axis=2)
        assert np.array_equal(prepare_digit(picture), image)
        assert np.array_equal(prepare_digit(255 - picture), image)


def test_a_prepared_digit_stays_unchanged(seven):
    digit = prepare_digit(seven)
    again = prepare_digit(np.repeat(digit[:, :, None], 3, axis=2))
    assert np.array_equal(digit, again)


def test_the_border_tells_the_polarity(seven):
    assert likeness(prepare_digit(seven), prepare_digit(255 - seven)) > 0.99


def test_size_and_position_do_not_matter(seven):
    moved = np.full((400, 300, 3), 250, np.uint8)
    moved[220:380, 10:130] = seven
    assert likeness(prepare_digit(seven), prepare_digit(moved)) > 0.97


def test_uneven_light_is_removed(seven):
    shade = np.linspace(0.35, 1, 120)[None, :, None] * np.linspace(0.7, 1, 160)[:, None, None]
    shaded = np.round(seven * shade).astype(np.uint8)
    assert likeness(prepare_digit(seven), prepare_digit(shaded)) > 0.97


@pytest.mark.parametrize("covered", [np.s_[:, 50:], np.s_[:, :50], np.s_[70:], np.s_[:110], np.s_[60:, 40:]])
def test_a_hard_shadow_is_not_ink(seven, covered):
    shaded = seven.copy()
    shaded[covered] //= 2
    assert likeness(prepare_digit(seven), prepare_digit(shaded)) > 0.9


def test_a_slab_is_paper_and_not_the_frame_of_a_zero():
    picture = np.full((100, 100, 3), 240, np.uint8)
    picture[15:85, 20:80] = 30
    assert prepare_digit(picture) is None


def test_specks_and_parts_of_a_neighbour_are_removed(seven):
    dirty = seven.copy()
    dirty[140:142, 10:12] = 20
    dirty[60:130, :8] = 20
    assert likeness(prepare_digit(seven), prepare_digit(dirty)) > 0.99


def test_ruled_lines_are_removed(seven):
    ruled = seven.copy()
    ruled[[20, 21, 70, 71, 140, 141]] = 60
    ruled[:, [15, 16, 105, 106]] = 60
    assert likeness(prepare_digit(seven), prepare_digit(ruled)) > 0.9


def test_separate_strokes_of_one_digit_stay(seven):
    broken = seven.copy()
    broken[60:66] = 250
    digit = prepare_digit(broken)
    assert likeness(prepare_digit(seven), digit) > 0.9


def test_a_thin_pen_stays_visible():
    picture = np.full((300, 300, 3), 255, np.uint8)
    picture[50:250, 149:151] = 0
    picture[50:52, 100:151] = 0
    digit = prepare_digit(picture)
    assert (digit > 128).sum() >= 25


def test_a_small_picture_is_enlarged():
    digit = prepare_digit(draw_digit(4, side=16))
    assert np.ptp(np.nonzero(digit)[0]) == 19


def test_a_digit_apart_from_the_middle_of_28_pixels_is_centred():
    picture = np.zeros((28, 28, 3), np.uint8)
    picture[2:10, 2:4] = 255
    digit = prepare_digit(picture)
    assert np.ptp(np.nonzero(digit)[0]) == 19


def nothing():
    noise = np.random.default_rng(3)
    speck = np.full((80, 80, 3), 240, np.uint8)
    speck[40:43, 40:43] = 20
    yield "blank", np.full((80, 60, 3), 240, np.uint8)
    yield "one pixel", np.full((1, 1, 3), 7, np.uint8)
    yield "noise", np.clip(noise.normal(200, 6, (80, 80, 1)), 0, 255).astype(np.uint8).repeat(3, axis=2)
    yield "speck", speck
    yield "black", np.zeros((28, 28, 3), np.uint8)


@pytest.mark.parametrize("picture", [pytest.param(picture, id=name) for name, picture in nothing()])
def test_without_a_readable_digit_the_result_is_none(picture):
    assert prepare_digit(picture) is None
