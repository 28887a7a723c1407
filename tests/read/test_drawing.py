import numpy as np
import pytest

from inkdigits.read.drawing import draw_reading
from inkdigits.read.result import Digit, Line, Reading

BLUE, ORANGE, GREY = (0, 114, 178), (213, 94, 0), (110, 110, 110)


def paper(height=200, width=600):
    return np.full((height, width, 3), 255, np.uint8)


def reading_of(*digits, refused=()):
    forms = np.zeros((len(digits), 28, 28), np.uint8)
    for number, form in enumerate(forms):
        form[4:24, 4 : 8 + number] = 200
    lines = (Line(digits, 0.9, digits[0].box),) if digits else ()
    return Reading(lines, tuple(refused), lambda: forms)


def where(picture, colour):
    """Return the box of a colour in a picture, or None."""
    rows, columns = np.nonzero((np.asarray(picture) == colour).all(axis=2))
    return (columns.min(), rows.min(), columns.max(), rows.max()) if len(rows) else None


def test_boxes_are_drawn_around_the_ink_confident_and_uncertain_ones_in_different_colours():
    confident, uncertain = Digit("7", 0.99, (40, 60, 80, 140)), Digit("2", 0.6, (300, 60, 350, 140))
    shown = draw_reading(paper(), reading_of(confident, uncertain)).crop((0, 0, 600, 200))
    for digit, colour in ((confident, BLUE), (uncertain, ORANGE)):
        left, top, right, bottom = where(shown, colour)
        assert (left, right, bottom) == pytest.approx((digit.box[0] - 2, digit.box[2] + 2, digit.box[3] + 2), abs=1)
        assert top < digit.box[1] - 10  # the plate with the digit's name stands above


def test_the_picture_stays_visible_inside_the_boxes():
    picture = paper()
    picture[80:120, 55:60] = 10
    shown = np.asarray(draw_reading(picture, reading_of(Digit("1", 0.99, (40, 60, 80, 140)))))
    assert (shown[85:115, 55:60] == 10).all()


def refused(box, reason="unsure"):
    return Line((Digit("7", 0.1, box),), 0.1, box, reason)


def test_refused_lines_are_grey_and_labelled():
    shown = draw_reading(paper(), reading_of(refused=[refused((40, 60, 80, 140))]))
    left, top, _, bottom = where(shown.crop((0, 0, 600, 200)), GREY)
    assert (left, bottom) == pytest.approx((39, 140), abs=2)
    assert 25 < top < 56  # the plate with text and reason stands above
    assert where(shown, BLUE) is None


def test_the_legend_says_what_the_colours_on_the_picture_mean():
    digits = Digit("7", 0.99, (40, 60, 80, 140)), Digit("2", 0.6, (300, 60, 350, 140))
    both = draw_reading(paper(), reading_of(*digits, refused=[refused((450, 60, 490, 140), "too-small")]))
    below = both.crop((0, 200, 600, both.height))
    assert all(where(below, colour) is not None for colour in (BLUE, ORANGE, GREY))
    one = draw_reading(paper(), reading_of(digits[0]))
    below = one.crop((0, 200, 600, one.height))
    assert where(below, BLUE) is not None
    assert where(below, ORANGE) is where(below, GREY) is None


def test_captions_stay_off_the_ink():
    picture = paper()
    picture[20:58, 30:100] = np.where(np.indices((38, 70)).sum(axis=0)[..., None] % 8 < 2, 10, 255)  # above the box
    shown = np.asarray(draw_reading(picture, reading_of(refused=[refused((40, 70, 80, 140))])))[:200]
    assert np.array_equal(shown[20:58, 30:100], picture[20:58, 30:100])
    plates = [Digit("8", 0.99, (10 + 45 * number, 60, 45 + 45 * number, 140)) for number in range(12)]
    shown = np.asarray(draw_reading(paper(), reading_of(*plates)))[:200]
    for digit in plates:
        left, top, right, bottom = digit.box
        assert (shown[top + 2 : bottom - 2, left + 2 : right - 2] == 255).all()  # no caption inside any box


def test_what_the_network_saw_stands_below():
    digits = [Digit(str(number), 0.95, (40 * number, 60, 40 * number + 30, 140)) for number in range(6)]
    reading = reading_of(*digits)
    shown = draw_reading(paper(), reading)
    assert shown.height > 200
    below = np.asarray(shown)[230:, :, 0]  # under a legend of one row
    for form in reading.forms:
        enlarged = np.repeat(np.repeat(form, 3, axis=0), 3, axis=1)
        assert any(
            np.array_equal(below[10:94, left : left + 84], enlarged) for left in range(10, below.shape[1] - 84, 94)
        )


def test_small_pictures_are_enlarged_and_large_ones_made_smaller():
    digit = Digit("7", 0.99, (4, 6, 8, 14))
    small = draw_reading(paper(20, 60), reading_of(digit))
    assert small.width == 480
    left, _, right, _ = where(small.crop((0, 0, 480, 160)), BLUE)
    assert (left, right) == pytest.approx((4 * 8 - 2, 8 * 8 + 2), abs=1)
    assert draw_reading(paper(3000, 4000), reading_of()).size == (1600, 1200)


def test_hundreds_of_digits_are_not_all_shown_but_all_drawn():
    digits = [Digit("1", 0.95, (2 * number, 60, 2 * number + 1, 140)) for number in range(300)]
    shown = draw_reading(paper(), reading_of(*digits))
    assert shown.height < 200 + 40 * 120
    assert where(shown, BLUE)[2] == pytest.approx(599, abs=1)


@pytest.mark.parametrize("box", [(0, 0, 600, 200), (0, 0, 1, 1), (599, 199, 600, 200), (0, 90, 5, 200)])
def test_boxes_at_the_edges_can_be_drawn(box):
    assert draw_reading(paper(), reading_of(Digit("7", 0.99, box))).width == 600


@pytest.mark.parametrize("shape", [(1, 1), (1, 50_000), (50_000, 1)])
def test_pictures_of_odd_sizes_can_be_drawn(shape):
    shown = draw_reading(paper(*shape), reading_of(Digit("7", 0.99, (0, 0, 1, 1))))
    assert shown.width * shown.height < 50_000_000


def test_classes_with_long_or_foreign_names_can_be_drawn():
    for name in ("한국어", "<script>", "x" * 100, "\n"):
        assert draw_reading(paper(), reading_of(Digit(name, 0.99, (40, 60, 80, 140)))).width == 600
