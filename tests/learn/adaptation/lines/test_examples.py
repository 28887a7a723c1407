import numpy as np
import pytest

from helpers.writing import blank, picture_of, write
from inkdigits.corrections.lines import LineStore
from inkdigits.learn.adaptation.lines.examples import (
    LineExample,
    cut_digits,
    find_examples,
    grey_to_picture,
    label_ids,
    load_lines,
)
from inkdigits.read.reader import Reader
from inkdigits.read.single import classify


@pytest.fixture(scope="module")
def reader():
    return Reader()


@pytest.fixture
def picture():
    canvas = blank(90, 420)
    write(canvas, "31 45", 20, 20, 45)
    return picture_of(canvas)


def example_of(picture, text):
    (found,) = find_examples(picture)
    return LineExample(text, found.page, found.layout, found.line)


def test_digits_are_cut_out_where_they_stand(picture, reader):
    digits = cut_digits([example_of(picture, "31 45")], reader.line_networks)
    assert digits.labels.tolist() == [3, 1, 4, 5]
    assert classify(reader.digit_network, digits.images).argmax(axis=1).tolist() == [3, 1, 4, 5]


def test_a_text_decides_whatever_is_read(picture, reader):
    assert cut_digits([example_of(picture, "3745")], reader.line_networks).labels.tolist() == [3, 7, 4, 5]


def test_a_text_that_is_far_too_long_is_left_out(picture, reader):
    assert len(cut_digits([example_of(picture, "8" * 190), example_of(picture, "")], reader.line_networks)) == 0


def test_networks_without_signs_have_other_label_ids(reader):
    knowing, other = reader.line_networks[0], reader.line_networks[1]
    assert label_ids("1.5", knowing) == (1, 10, 5)
    assert label_ids("1.5", other) == (1, 5)


def test_views_have_the_form_that_networks_take(picture):
    views = example_of(picture, "3145").views
    assert len(views) == 7
    assert {(view.dtype, len(view), view.shape[1] % 8) for view in views} == {(np.dtype(np.uint8), 40, 0)}
    assert views[0].shape[1] < views[-1].shape[1]


def test_a_neighbours_tail_is_no_line(picture):
    dirty = picture.copy()
    dirty[0:6, 200:212] = 40
    assert len(find_examples(dirty)) == 1


def test_a_fifth_of_the_lines_is_held_back(tmp_path, picture):
    store = LineStore(tmp_path)
    grey = picture[:, :, 0]
    for _ in range(6):
        store.add(grey, text="3145", read="3149")
    store.add(np.full((60, 200), 250, np.uint8), text="1", read=None)  # nothing is written there
    learned, held = load_lines(tmp_path)
    assert (len(learned), len(held)) == (5, 1)
    assert {line.text for line in learned} == {"3145"}
    assert (grey_to_picture(grey) == picture).all()
