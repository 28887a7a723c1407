from dataclasses import replace

import numpy as np
import pytest

from helpers.writing import blank, box_of, draw, page_of, picture_of, sheet_of, turned, write
from inkdigits.read.layout.find_lines import find_lines
from inkdigits.read.page.binarize import Page, binarize
from inkdigits.read.refusal import RefusalReason


def with_faint(page, faint):
    """Return a page with ink too faint for its mask."""
    return Page(np.maximum(page.grey, 0.6 * faint), page.mask, 1.0)


def lines_of(canvas):
    return find_lines(page_of(canvas)).lines


def component_box(component):
    return component.left, component.top, component.right, component.bottom


def digit_boxes(line):
    return [component_box(component) for component in line.components if not component.is_mark]


def whole(boxes):
    left, top, right, bottom = np.array(boxes).T
    return int(left.min()), int(top.min()), int(right.max()), int(bottom.max())


def near(box, other, most=2):
    return np.abs(np.subtract(box, other)).max() <= most


def test_lines_come_top_to_bottom_and_their_components_left_to_right():
    canvas, boxes = sheet_of(["80612", "7", "6903"])
    lines = lines_of(canvas)
    assert [digit_boxes(line) for line in lines] == boxes
    assert all(not component.is_mark for line in lines for component in line.components)


def test_a_line_knows_its_size_and_its_place():
    canvas = blank(160, 500)
    boxes = write(canvas, "80612", 60, 50, 60, pen=4)
    (line,) = lines_of(canvas)
    left, top, right, bottom = whole(boxes)
    assert line.digit_height == pytest.approx(bottom - top, abs=2)
    assert line.length == pytest.approx(right - left, abs=2)
    assert line.centre == pytest.approx(((left + right) / 2, (top + bottom) / 2), abs=2)
    assert line.angle == 0


def test_columns_on_one_level_are_read_left_to_right():
    canvas = blank(260, 900)
    right_column = write(canvas, "6209", 560, 40, 40)
    left_column = write(canvas, "8031", 30, 46, 40)
    below_left = write(canvas, "71", 30, 150, 40)
    below_right = write(canvas, "26", 560, 144, 40)
    assert [digit_boxes(line) for line in lines_of(canvas)] == [left_column, right_column, below_left, below_right]


def test_digits_of_a_line_may_stand_far_apart_and_of_different_sizes():
    canvas = blank(140, 420)
    write(canvas, "8", 20, 40, 50)
    write(canvas, "0", 110, 55, 35)
    write(canvas, "6", 200, 36, 60)
    (line,) = lines_of(canvas)
    assert len(digit_boxes(line)) == 3


@pytest.mark.parametrize("height", [12, 24, 80, 300])
def test_any_size(height):
    canvas, boxes = sheet_of(["8061", "7209"], height, gap=0.6)
    lines = lines_of(canvas)
    assert [len(digit_boxes(line)) for line in lines] == [4, 4]
    assert lines[0].digit_height == pytest.approx(boxes[0][0][3] - boxes[0][0][1], abs=2)


def test_dots_commas_and_dashes_are_no_digits():
    canvas = blank(200, 700)
    digits = write(canvas, "86 209 60", 30, 60, 60, gap=0.4)
    draw(canvas, [(162, 116), (163, 117)], 8)  # 86.209
    comma = blank(*canvas.shape)
    draw(comma, [(398, 112), (392, 128)], 6)  # 209,60
    draw(canvas, [(555, 92), (590, 92)], 6)  # 60-
    (line,) = lines_of(np.maximum(canvas, comma))
    assert digit_boxes(line) == digits
    marks = [component_box(component) for component in line.components if component.is_mark]
    assert box_of(comma > 0.5) in marks
    middles = [component.middle[0] for component in line.components]
    assert middles == sorted(middles)


def test_dots_and_dashes_alone_make_no_line():
    canvas = sheet_of(["80612"], 60)[0]
    canvas = np.pad(canvas, ((0, 300), (0, 0)))
    draw(canvas, [(50, 280), (51, 281)], 7)
    draw(canvas, [(200, 330), (230, 330)], 4)
    assert len(lines_of(canvas)) == 1


def test_a_frame_around_the_page_is_no_line():
    canvas, boxes = sheet_of(["80612"], 60)
    height, width = canvas.shape
    draw(canvas, [(1, 1), (width - 2, 1), (width - 2, height - 2), (1, height - 2), (1, 1)], 3)
    (line,) = lines_of(canvas)
    assert digit_boxes(line) == boxes[0]


@pytest.mark.parametrize("degrees", [-10, -4, 4, 10])
def test_the_tilt_of_a_line_is_its_angle(degrees):
    canvas = blank(600, 1000)
    write(canvas, "8061203", 150, 250, 60, gap=0.5)
    (line,) = lines_of(turned(canvas, degrees))
    assert len(digit_boxes(line)) == 7
    assert np.degrees(line.angle) == pytest.approx(degrees, abs=1.5)


@pytest.mark.parametrize("degrees", [-4, 4])
def test_tilted_lines_stay_apart(degrees):
    canvas, boxes = sheet_of(["8061203869", "6280936068", "0986230832"], 50)
    lines = lines_of(turned(np.pad(canvas, 60), degrees))
    assert [len(digit_boxes(line)) for line in lines] == [len(line) for line in boxes]


@pytest.mark.parametrize("fall", [0.8, -0.8])
def test_a_number_that_runs_across_the_page_is_one_line(fall):
    canvas = blank(900, 900)
    boxes = [write(canvas, digit, 100 + 130 * place, 420 + fall * 130 * (place - 2.5), 90)[0]
             for place, digit in enumerate("806239")]  # fmt: skip
    (line,) = lines_of(canvas)
    assert digit_boxes(line) == boxes
    assert np.tan(line.angle) == pytest.approx(fall, abs=0.1)


@pytest.mark.parametrize("end", [140, 160, 180])
def test_a_tail_that_reaches_into_the_next_line_belongs_to_its_own(end):
    canvas = blank(320, 560)
    above = write(canvas, "80 62", 40, 40, 60, gap=0.4)
    tail = blank(*canvas.shape)
    draw(tail, [(162, 44), (206, 44), (178, end)], 6)  # a 7 that ends between the digits below
    np.maximum(canvas, tail, out=canvas)
    below = [*write(canvas, "86", 40, 160, 60, gap=0.4), *write(canvas, "039", 210, 160, 60, gap=0.4)]
    first, second = lines_of(canvas)
    assert sorted(digit_boxes(first)) == sorted([*above, box_of(tail > 0.5)])
    assert digit_boxes(second) == below
    assert first.digit_height == pytest.approx(66, abs=3)
    assert first.centre[1] == pytest.approx(70, abs=5)


def test_every_pixel_of_ink_is_in_one_component_of_one_line():
    canvas = sheet_of(["80612", "6903"])[0]
    page = page_of(canvas)
    layout = find_lines(page)
    assert np.array_equal(layout.label_map > 0, page.mask)
    labels = [component.label for line in layout.lines for component in line.components]
    assert len(labels) == len(set(labels))
    for line in layout.lines:
        for component in line.components:
            own = layout.label_map == component.label
            assert box_of(own) == component_box(component)
            assert own.sum() == component.area


@pytest.mark.parametrize("shape", [(1, 1), (1, 2000), (2000, 1), (72, 72)])
def test_odd_pages_have_a_layout(shape):
    assert lines_of(blank(*shape)) == ()
    generator = np.random.default_rng(0)
    assert isinstance(lines_of(generator.random(shape, dtype=np.float32)), tuple)


def test_of_a_page_full_of_specks_no_more_lines_are_taken_than_the_limits_allow():
    specks = np.random.default_rng(0).random((1200, 1200), dtype=np.float32) > 0.7
    layout = find_lines(page_of(specks.astype(np.float32)))
    assert 0 < len(layout.lines) <= 150
    assert sum(len(line.components) for line in layout.lines) <= 1500
    assert RefusalReason.TOO_MANY in {left.reason for left in layout.left_out}


def test_lines_that_a_tail_connects_are_split():
    canvas = blank(320, 560)
    above = write(canvas, "80 62", 40, 40, 60, gap=0.4)
    below = write(canvas, "860930", 40, 160, 60, gap=0.4)
    draw(canvas, [(162, 44), (206, 44), (178, 164)], 6)  # a 7 that runs into the 0 below
    first, second = lines_of(canvas)
    assert len(digit_boxes(first)) == len(above) + 1
    assert [box[0] for box in digit_boxes(second)] == [box[0] for box in below]
    assert all(near(box, other, 8) for box, other in zip(digit_boxes(second), below, strict=True))
    assert first.digit_height == pytest.approx(66, abs=3)
    assert second.digit_height == pytest.approx(66, abs=3)


def test_a_split_component_has_two_labels():
    canvas = blank(320, 560)
    write(canvas, "80 62", 40, 40, 60, gap=0.4)
    write(canvas, "860930", 40, 160, 60, gap=0.4)
    draw(canvas, [(162, 44), (206, 44), (178, 164)], 6)
    layout = find_lines(page_of(canvas))
    for line in layout.lines:
        for component in line.components:
            own = layout.label_map == component.label
            assert box_of(own) == component_box(component)
            assert own.sum() == component.area


def test_the_pieces_of_a_broken_stroke_are_no_lines():
    canvas = blank(200, 500)
    draw(canvas, [(60, 40), (60, 88)], 6)
    draw(canvas, [(60, 98), (60, 150)], 6)
    write(canvas, "000", 110, 60, 90, gap=-0.02)  # linked: one component, with a stroke up
    draw(canvas, [(120, 34), (120, 100)], 6)
    draw(canvas, [(130, 105), (130, 160)], 6)
    (line,) = lines_of(canvas)
    assert len([component for component in line.components if not component.is_mark]) == 3


def test_long_tails_on_most_digits_dont_make_digits_higher():
    canvas = blank(260, 700)
    write(canvas, "80", 40, 40, 60, gap=0.4)
    write(canvas, "6", 400, 40, 60)
    for x, end in ((170, 160), (250, 150), (330, 170), (480, 165)):
        draw(canvas, [(x, 42), (x + 40, 42), (x + 20, end)], 6)
    (line,) = lines_of(canvas)
    assert line.digit_height == pytest.approx(66, abs=3)
    assert line.centre[1] == pytest.approx(70, abs=5)


def test_a_high_first_digit_is_no_slope():
    canvas = blank(200, 500)
    write(canvas, "8", 30, 40, 120)
    write(canvas, "000", 130, 110, 50)
    (line,) = lines_of(canvas)
    assert line.angle == 0
    assert line.centre[1] - line.above == pytest.approx(36, abs=4)
    assert line.centre[1] + line.below == pytest.approx(164, abs=4)


@pytest.mark.parametrize("number", ["8061 ", " 2061"])
def test_a_faint_digit_at_an_end_of_a_line_belongs_to_it(number):
    canvas = blank(140, 500)
    write(canvas, number, 40, 40, 60)
    page = page_of(canvas)
    faint = blank(*canvas.shape)
    (box,) = write(faint, "3", 40 + 54 * number.index(" "), 40, 60)
    (line,) = find_lines(with_faint(page, faint)).lines
    assert any(near(found, box, 3) for found in digit_boxes(line))
    assert len(digit_boxes(line)) == 5


def test_what_goes_on_beyond_the_end_of_a_line_is_no_faint_digit():
    canvas = blank(140, 500)
    write(canvas, "8061", 40, 40, 60)
    page = page_of(canvas)
    border = blank(*canvas.shape)
    draw(border, [(275, 0), (275, 140)], 4)
    (line,) = find_lines(with_faint(page, border)).lines
    assert len(digit_boxes(line)) == 4


def test_a_faint_digit_may_run_to_the_edge_of_the_picture():
    canvas = blank(140, 310)
    write(canvas, "8061", 40, 40, 60)
    page = page_of(canvas)
    faint = blank(*canvas.shape)
    (box,) = write(faint, "0", 277, 40, 60)
    assert box[2] == canvas.shape[1]
    (line,) = find_lines(with_faint(page, faint)).lines
    assert any(near(found, box, 3) for found in digit_boxes(line))


def test_the_lines_of_a_page_are_the_same_each_time():
    """Splitting components and adding faint ones leaves the labelling of the page as it is."""
    page = binarize(picture_of(sheet_of(["4771", "2035"], 60)[0]))
    assert page.labelling is not None
    found = [find_lines(one).lines for one in (page, page, replace(page, labelling=None))]
    boxes = [[[*digit_boxes(line), line.digit_height] for line in lines] for lines in found]
    assert boxes[0] == boxes[1] == boxes[2]
    assert sum(len(line.components) for line in found[0]) >= 8
