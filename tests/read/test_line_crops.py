import numpy as np
import pytest

from helpers.writing import blank, draw, page_of, sheet_of, turned, write
from inkdigits.read.layout.find_lines import find_lines
from inkdigits.read.line_crops import crop_line


def crop_lines(canvas, **how):
    page = page_of(canvas)
    layout = find_lines(page)
    return [crop_line(page, layout, line, **how) for line in layout.lines]


def rows_with_ink(pixels):
    rows = np.flatnonzero((pixels > 0.5).any(axis=1))
    return int(rows[0]), int(rows[-1]) + 1


@pytest.mark.parametrize("height", [12, 24, 60, 240])
def test_digits_of_any_size_become_24_pixels_high_in_the_middle_of_40(height):
    (image,) = crop_lines(sheet_of(["80612"], height)[0])
    assert image.pixels.dtype == np.float32
    assert image.pixels.shape[0] == 40
    assert image.pixels.shape[1] % 8 == 0
    top, bottom = rows_with_ink(image.pixels)
    assert bottom - top == pytest.approx(24, abs=2)
    assert (top + bottom) / 2 == pytest.approx(20, abs=1)
    assert image.pixels[:, :8].max() < 0.1
    assert image.pixels[:, -8:].max() < 0.1
    assert image.pixels.max() == pytest.approx(1, abs=0.15)


def test_another_scale_and_a_shift():
    canvas = sheet_of(["80612"], 60)[0]
    (usual,), (larger,), (lower,) = crop_lines(canvas), crop_lines(canvas, scale=1.25), crop_lines(canvas, shift=4)
    top, bottom = rows_with_ink(larger.pixels)
    assert bottom - top == pytest.approx(30, abs=2)
    assert larger.pixels.shape[1] > usual.pixels.shape[1]
    assert rows_with_ink(lower.pixels) == pytest.approx(np.add(rows_with_ink(usual.pixels), 4), abs=1)


@pytest.mark.parametrize("degrees", [-9, 5, 12])
def test_a_tilted_line_becomes_level(degrees):
    canvas = blank(600, 1000)
    write(canvas, "8060808", 150, 250, 60, gap=0.5)
    (image,) = crop_lines(turned(canvas, degrees))
    wide = np.flatnonzero((image.pixels > 0.5).any(axis=0))
    ends = np.array_split(image.pixels[:, wide[0] : wide[-1] + 1], 4, axis=1)
    first, last = rows_with_ink(ends[0]), rows_with_ink(ends[-1])
    assert first == pytest.approx(last, abs=2.5)
    assert last[1] - last[0] == pytest.approx(25, abs=3)


def test_the_ink_of_other_lines_is_removed():
    canvas = blank(320, 560)
    write(canvas, "80 62", 40, 40, 60, gap=0.4)
    tail = blank(*canvas.shape)
    draw(tail, [(162, 44), (206, 44), (178, 180)], 6)
    below = blank(*canvas.shape)
    write(below, "86", 40, 160, 60, gap=0.4)
    write(below, "039", 210, 160, 60, gap=0.4)
    apart = crop_lines(below)[0]
    both = crop_lines(np.maximum(np.maximum(canvas, tail), below))[1]
    assert both.pixels.shape == apart.pixels.shape
    assert np.abs(both.pixels - apart.pixels).max() < 0.05


@pytest.mark.parametrize("degrees", [0, 8])
def test_the_way_back_to_the_page(degrees):
    canvas = blank(600, 1000)
    write(canvas, "8060808", 150, 250, 60, gap=0.5)
    canvas = turned(canvas, degrees)
    page = page_of(canvas)
    layout = find_lines(page)
    image = crop_line(page, layout, layout.lines[0])
    # Each pixel of the image shows the page where `to_page` says.
    rows, columns = np.nonzero(image.pixels > 0.9)
    places = np.column_stack([columns, rows, np.ones(len(rows))]) @ image.to_page.T
    x, y = np.round(places).astype(int).T
    assert canvas[y, x].mean() > 0.95
    left, top, right, bottom = image.boxes_on_page(np.array([[0, 0, image.pixels.shape[1], 40]]))[0]
    digits = [component for component in layout.lines[0].components if not component.is_mark]
    assert left < min(digit.left for digit in digits)
    assert right > max(digit.right for digit in digits)
    assert top < min(digit.top for digit in digits)
    assert bottom > max(digit.bottom for digit in digits)


def test_a_box_comes_back_as_the_box_of_its_ink():
    canvas, ((one,),) = sheet_of(["0"], 96)
    (image,) = crop_lines(canvas)
    rows, columns = (np.flatnonzero((image.pixels > 0.5).any(axis=axis)) for axis in (1, 0))
    back = image.boxes_on_page(np.array([[columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]]))[0]
    assert back == pytest.approx(one, abs=6)  # a pixel of the image is four of the page


def test_a_line_longer_than_any_network_takes_is_made_smaller():
    canvas = blank(50, 5000)
    write(canvas, "80612" * 38, 10, 10, 24, gap=0.5)
    (image,) = crop_lines(canvas)
    assert image.pixels.shape == (40, 2048)
    assert (image.pixels[:, 12:] > 0.3).any(axis=0)[-30:].any()


@pytest.mark.parametrize("scale", [0.84, 1.0, 1.19])
@pytest.mark.parametrize("first", ["8", "2"])
def test_large_and_small_digits_of_a_line_fit_the_image(first, scale):
    canvas = blank(220, 500)
    write(canvas, first, 30, 40, 100)
    write(canvas, "0000", 120, 90, 50)
    (image,) = crop_lines(canvas, scale=scale)
    top, bottom = rows_with_ink(image.pixels)
    assert top > 0
    assert bottom < 40
    assert bottom - top == pytest.approx(31 * scale, abs=2)


def test_a_tail_may_be_cut_off_and_a_head_may_not():
    canvas = blank(260, 500)
    write(canvas, "8062", 40, 40, 60)
    draw(canvas, [(260, 42), (300, 42), (280, 200)], 6)
    (image,) = crop_lines(canvas)
    top, bottom = rows_with_ink(image.pixels)
    assert top > 0
    assert bottom == 40
    plain = rows_with_ink(image.pixels[:, : image.pixels.shape[1] // 2])
    assert plain[1] - plain[0] > 20


@pytest.mark.parametrize("degrees", [0, 4])
def test_a_minus_before_a_line_is_in_its_image(degrees):
    canvas = blank(260, 460)
    write(canvas, "804", 150, 100, 60)
    (without,) = crop_lines(turned(canvas, degrees))
    draw(canvas, [(80, 130), (112, 131)], 6)
    (image,) = crop_lines(turned(canvas, degrees))
    assert image.width >= without.width + 16
    ink = (image.pixels > 0.5).sum(axis=0)
    columns = np.flatnonzero(ink)
    (gap,) = np.flatnonzero(np.diff(columns[:40]) > 4)[:1]
    dash = ink[columns[0] : columns[gap] + 1]
    assert len(dash) == pytest.approx(32 * 0.4, abs=4)
    assert dash.max() <= 5
    assert columns[0] >= 8


@pytest.mark.parametrize(
    "stroke",
    [
        [(60, 158), (130, 158)],  # a rule at the foot
        [(12, 130), (40, 130)],  # far away
        [(118, 124), (118, 136)],  # upright
        [(20, 130), (130, 130)],  # too long
    ],
    ids=["low", "far", "upright", "long"],
)
def test_other_marks_before_a_line_change_nothing(stroke):
    canvas = blank(260, 460)
    write(canvas, "804", 150, 100, 60)
    (without,) = crop_lines(canvas)
    draw(canvas, stroke, 6)
    (image,) = crop_lines(canvas)
    assert image.width == without.width
    assert np.array_equal(image.to_page, without.to_page)
