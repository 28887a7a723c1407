"""What looks like writing and is not read has a place and a reason; dirt has none."""

import numpy as np

from helpers.writing import blank, page_of, write
from inkdigits.read.layout.find_lines import find_lines
from inkdigits.read.layout.left_out import too_many


def test_small_writing_beside_large_is_left_out_with_its_reason():
    canvas = blank(300, 500)
    write(canvas, "3582", 40, 40, 120)
    write(canvas, "469", 60, 230, 30)
    layout = find_lines(page_of(canvas))
    assert len(layout.lines) == 1
    (left_out,) = layout.left_out
    assert left_out.reason == "too-small"
    left, top, right, bottom = left_out.box
    assert (left, top, right, bottom) == (left, *np.clip((top, right, bottom), (225, 120, 255), (235, 160, 268)))


def test_rows_that_are_too_low_are_left_out_and_specks_are_not_mentioned():
    canvas = blank(200, 300)
    write(canvas, "35", 40, 40, 60)
    for left in range(60, 120, 8):
        canvas[160:164, left : left + 3] = 1
    layout = find_lines(page_of(canvas))
    assert [(one.reason, one.box) for one in layout.left_out] == [("too-small", (60, 160, 119, 164))]
    canvas[155:170] = 0
    canvas[[150, 170, 180], [20, 100, 250]] = 1
    canvas[185:192, 200:206] = 1
    assert find_lines(page_of(canvas)).left_out == ()


def test_more_lines_than_are_read_are_left_out():
    canvas = blank(16 * 62, 62 * 14)
    for row in range(30):
        for column in range(6):
            top, left = 10 + 32 * row, 20 + 140 * column
            canvas[top : top + 14, [left, left + 1, left + 8, left + 9]] = 1
    layout = find_lines(page_of(canvas))
    assert len(layout.lines) == 150
    assert [one.reason for one in layout.left_out] == ["too-many"] * 30


def test_ink_beyond_the_most_is_one_box_without_specks():
    surplus = np.array([(10, 10, 18, 30), (50, 40, 58, 60), (90, 90, 92, 92)], np.int32)
    (left_out,) = too_many([], surplus, 12.0)
    assert (left_out.box, left_out.reason) == ((10, 10, 58, 60), "too-many")
    assert too_many([], surplus[2:], 12.0) == []
