"""What stands in combs, boxes and tables, as a reader gives it."""

import json
from pathlib import Path

import numpy as np
import pytest

from helpers.forms import BLACK, BLUE, ORANGE, comb, framed, table, tilted, toothed_comb
from helpers.writing import SHEET_LINES, picture_of, sheet_of
from inkdigits.pictures.files import read_pages
from inkdigits.read.forms.detection.find_forms import find_forms
from inkdigits.read.forms.read_forms import read_forms
from inkdigits.read.forms.rest_of_page import without_forms
from inkdigits.read.page.binarize import binarize
from inkdigits.read.page.page_picture import page_picture

PHOTOS = Path(__file__).parents[4] / "shared" / "photos"

ROWS = [["12", "", "345"], ["", "7", "60"], ["8", "91", ""]]
FULL_ROWS = [["12", "53", "345"], ["407", "72", "60"], ["8", "91", "24"], ["35", "6", "217"]]


def texts(reading):
    return [[[cell.text for cell in row] for row in one.rows] for one in reading.tables]


class TestCombs:
    @pytest.mark.parametrize(
        ("rules", "pen", "gap"),
        [(BLACK, BLACK, 0), (BLACK, BLUE, 0), (ORANGE, BLACK, 0), (BLACK, BLACK, 20), (ORANGE, BLUE, 14)],
    )
    def test_a_comb_is_one_line(self, reader, rules, pen, gap):
        reading = reader.read(comb("3140625", rules=rules, pen=pen, gap=gap).picture)
        assert reading.text == "3140625"
        assert [number.text for number in reading.lines[0].numbers] == ["3140625"]
        assert reading.tables == ()
        assert reading.forms.shape == (7, 28, 28)

    def test_each_digit_has_its_box(self, reader):
        (line,) = reader.read(comb("3140625").picture).lines
        for number, digit in enumerate(line.digits):
            left = 44 * (number + 1)
            assert left - 4 <= digit.box[0] < digit.box[2] <= left + 48
            assert 40 <= digit.box[1] < digit.box[3] <= 100

    def test_an_empty_cell_parts_two_numbers(self, reader):
        (line,) = reader.read(comb("12 05 24").picture).lines
        assert line.text == "120524"
        assert [number.text for number in line.numbers] == ["12", "05", "24"]

    def test_short_dividers(self, reader):
        assert reader.read(toothed_comb("240219").picture).text == "240219"

    @pytest.mark.parametrize("degrees", [-25, -8, 5, 20])
    def test_tilted(self, reader, degrees):
        assert reader.read(tilted(comb("3140625").picture, degrees)).text == "3140625"

    @pytest.mark.parametrize("turns", [1, 2, 3])
    def test_a_turned_page_has_its_boxes_where_the_ink_is(self, reader, turns):
        picture = np.ascontiguousarray(np.rot90(table([["2", "4"], ["35", "7"], ["24", "53"]]).picture, turns))
        reading = reader.read(picture)
        assert texts(reading) == [[["2", "4"], ["35", "7"], ["24", "53"]]]
        for line in reading.lines:
            left, top, right, bottom = line.box
            assert (picture[top:bottom, left:right].min(axis=2) < 120).any()
            assert 0 <= left < right <= picture.shape[1]
            assert 0 <= top < bottom <= picture.shape[0]


class TestTables:
    def test_cells_in_rows_and_columns(self, reader):
        reading = reader.read(table(ROWS).picture)
        assert texts(reading) == [ROWS]
        assert [line.text for line in reading.lines] == ["12345", "760", "891"]
        assert [[number.text for number in line.numbers] for line in reading.lines] == [
            ["12", "345"],
            ["7", "60"],
            ["8", "91"],
        ]

    @pytest.mark.parametrize("digit", ["0", "9"])
    def test_a_digit_alone_in_its_cell_is_no_sign(self, reader, digit):
        # The last class of the networks is next to the last digit.
        reading = reader.read(table([[digit, "1"], ["2", digit], [digit, "4"]]).picture)
        assert [cell.text for row in reading.tables[0].rows for cell in row].count(digit) == 3
        assert reading.refused == ()

    def test_cells_lie_where_they_are(self, reader):
        (found,) = reader.read(table(ROWS).picture).tables
        assert found.box == pytest.approx((60, 56, 420, 224), abs=6)
        assert found.rows[1][2].box == pytest.approx((300, 112, 420, 168), abs=6)

    def test_rules_between_rows_only(self, reader):
        rows = [["12", "40", "345"], ["55", "7", "60"], ["8", "91", "2"]]
        assert texts(reader.read(table(rows, down=False).picture)) == [rows]

    def test_the_record_has_the_contract(self, reader):
        record = json.loads(json.dumps(reader.read(table(ROWS).picture).to_dict()))
        assert set(record) == {"text", "lines", "refused", "tables"}
        assert set(record["tables"][0]) == {"box", "rows"}
        assert set(record["tables"][0]["rows"][0][0]) == {"text", "written", "confidence", "box"}
        assert set(record["lines"][0]["numbers"][0]) == {"text", "written", "confidence", "box"}

    def test_what_is_refused_leaves_its_cell_empty(self, reader):
        reading = reader.read(table(ROWS).picture, min_confidence=1.0)
        assert all(cell.text == "" for row in reading.tables[0].rows for cell in row if cell.confidence < 1)
        sure = sum(bool(cell.text) for row in reading.tables[0].rows for cell in row)
        assert sure + len(reading.refused) == 6

    def test_writing_beside_a_table_is_read_too(self, reader):
        sheet = table(ROWS)
        sheet.picture = np.vstack([sheet.picture, np.full((150, sheet.picture.shape[1], 3), 240, np.uint8)])
        sheet.write("2718", 60, 300, 50)
        assert reader.read(sheet.picture).text.split("\n") == ["12345", "760", "891", "2718"]


class TestRulesInOneDirection:
    @pytest.mark.parametrize("frame", [False, True])
    @pytest.mark.parametrize("down", [False, True])
    def test_a_table(self, reader, down, frame):
        sheet = table(FULL_ROWS, 180, down=down, across=not down)
        reading = reader.read((framed(sheet, 180) if frame else sheet).picture)
        # Without a frame there may be empty columns beside the outer rules.
        assert [[text for text in row if text] for row in texts(reading)[0]] == FULL_ROWS

    @pytest.mark.parametrize("turns", [1, 2, 3])
    def test_a_turned_page(self, reader, turns):
        sheet = table([*FULL_ROWS, *FULL_ROWS], 180, down=False)
        reading = reader.read(np.ascontiguousarray(np.rot90(sheet.picture, turns)))
        assert texts(reading) == [[*FULL_ROWS, *FULL_ROWS]]

    def test_rows_that_nobody_filled_in(self, reader):
        rows = [["12", "53"], ["", ""], ["407", "72"], ["8", "91"]]
        assert texts(reader.read(framed(table(rows, across=False)).picture)) == [rows]


class TestWithoutForms:
    def test_the_page_stays_as_it_is(self, reader):
        canvas, _ = sheet_of(SHEET_LINES, 48)
        picture = picture_of(canvas, noise_sigma=2)
        forms = read_forms(picture, page_picture(picture), reader.line_networks, reader.digit_network, 0.4)
        assert forms.outlines == ()
        page = binarize(picture)
        assert without_forms(page, forms.outlines) is page

    @pytest.mark.parametrize(
        "name", ["aiano/1.jpg", "tbnr/IMG_8851.JPG", "sparsha/img.jpg", "webcam_numbers/numbers.jpg"]
    )
    def test_photos_without_a_form(self, name):
        if not (PHOTOS / name).is_file():
            pytest.skip(f"{PHOTOS / name} is absent")
        picture = next(iter(read_pages(PHOTOS / name)))
        assert find_forms(picture)[0] == []

    def test_ink_of_a_form_is_taken_from_the_page(self):
        picture = table(ROWS).picture
        page = binarize(picture)
        rest = without_forms(page, [np.array([(60, 56), (420, 56), (420, 224), (60, 224)], float)])
        assert not rest.mask[56:224, 60:420].any()
        assert not rest.grey[60:220, 64:416].any()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("envelopes_codes/enveloppe14_code.png", "44640"), ("envelopes_codes/enveloppe10_code.png", "22630")],
)
def test_real_post_codes(reader, name, expected):
    if not (PHOTOS / name).is_file():
        pytest.skip(f"{PHOTOS / name} is absent")
    assert reader.read(PHOTOS / name).text == expected
