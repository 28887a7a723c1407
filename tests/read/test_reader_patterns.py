"""Reading with what the user knows: patterns, candidates, checks; lines, forms, single digits."""

import json

import numpy as np
import pytest

from helpers.forms import comb, table
from helpers.writing import blank, draw, picture_of, sheet_of, write
from inkdigits.core.errors import PatternError
from inkdigits.read.reader import Reader


@pytest.fixture(scope="module")
def picture():
    return picture_of(sheet_of(["31415926", "27182"], 48, gap=0.5)[0])


class TestLines:
    def test_the_text_that_fits_is_read(self, reader, picture):
        reading = reader.read(picture, pattern=r"\d{8}|\d{5}")
        assert reading.text == "31415926\n27182"
        assert all(line.candidates == () for line in reading.lines)
        assert "candidates" not in json.dumps(reading.to_dict())

    def test_a_digit_gives_way_to_one_that_fits(self, reader):
        """A 1 with so long a flag that it may be a 7."""
        canvas, (boxes,) = sheet_of(["314159"], 48, gap=0.5)
        left, top = boxes[1][:2]
        draw(canvas, [(left - 9, top + 14), (left + 4, top + 2)], 5)
        picture = picture_of(canvas)
        texts = {reader.read(picture, pattern=f"3{digit}4159", min_confidence=0).text for digit in "17"}
        assert texts == {"314159", "374159"}

    def test_lines_that_do_not_fit_are_refused_with_what_they_say(self, reader, picture):
        reading = reader.read(picture, pattern=r"\d{5}")
        assert reading.text == "27182"
        assert [(line.text, line.reason) for line in reading.refused] == [("31415926", "no-match")]

    def test_separators_match_where_networks_see_none(self, reader, picture):
        assert reader.read(picture, pattern=r"\d{2}[-./ ]\d{2}[-./ ]\d{4}|\d+").text == "31415926\n27182"

    def test_candidates_have_falling_probabilities(self, reader, picture):
        for line in reader.read(picture, best=5).lines:
            assert len(line.candidates) == 5
            shares = [candidate.confidence for candidate in line.candidates]
            assert line.candidates[0].text == line.text
            assert shares[0] == line.confidence
            assert shares == sorted(shares, reverse=True)
            assert sum(shares) <= 1.0001
            assert len({candidate.text for candidate in line.candidates}) == 5
            assert [one["text"] for one in line.to_dict()["candidates"]] == [one.text for one in line.candidates]

    def test_candidates_fit_the_pattern(self, reader, picture):
        reading = reader.read(picture, pattern=r"\d{7}[68]|\d{5}", best=3)
        assert all(one.text[-1] in "68" for one in reading.lines[0].candidates)
        assert all(len(one.text) == 5 for one in reading.lines[1].candidates)

    def test_a_check_chooses_among_candidates(self, reader, picture):
        def is_divisible(text):
            return int(text) % 7 == 0

        reading = reader.read(picture, check=is_divisible, min_confidence=0)
        assert reading.lines
        assert all(is_divisible(line.text) for line in reading.lines)
        assert reader.read(picture, check=lambda text: text in ("31415926", "27182")).text == "31415926\n27182"

    def test_a_check_that_nothing_passes(self, reader, picture):
        reading = reader.read(picture, check=lambda text: False)
        assert [(line.text, line.reason) for line in reading.refused] == [
            ("31415926", "check-failed"),
            ("27182", "check-failed"),
        ]

    def test_a_line_with_a_wide_gap_stays_one_line(self, reader):
        canvas = blank(140, 700)
        write(canvas, "31", 40, 40, 48)
        write(canvas, "27", 195, 40, 48)
        (line,) = reader.read(picture_of(canvas), pattern=r"\d{2} \d{2}").lines
        assert [number.text for number in line.numbers] == ["31", "27"]

    def test_wrong_arguments(self, picture):
        with pytest.raises(PatternError, match="at position 3"):
            Reader().read(picture, pattern=r"\d{")
        with pytest.raises(ValueError, match="best is 0"):
            Reader().read(picture, best=0)


class TestForms:
    def test_a_comb(self, reader):
        picture = comb("3140625").picture
        (line,) = reader.read(picture, pattern=r"\d{3}-?\d{4}", best=2).lines
        assert line.candidates[0].text == line.text == "3140625"
        assert [number.text for number in line.numbers] == ["3140625"]

    def test_a_comb_with_a_digit_that_does_not_fit(self, reader):
        reading = reader.read(comb("3140625").picture, pattern=r"\d{6}[0-46-9]", min_confidence=0)
        assert [(line.text, line.reason) for line in reading.refused] == [("3140625", "no-match")]

    def test_a_comb_of_another_length_is_refused(self, reader):
        reading = reader.read(comb("3140625").picture, pattern=r"\d{8}")
        assert [(line.text, line.reason) for line in reading.refused] == [("3140625", "no-match")]

    def test_each_cell_of_a_table(self, reader):
        rows = [["12", "", "345"], ["", "7", "60"], ["8", "91", ""]]
        reading = reader.read(table(rows).picture, pattern=r"\d{1,2}", best=2)
        assert [[cell.text for cell in row] for row in reading.tables[0].rows] == [["12", "", ""], *rows[1:]]
        assert [(line.text, line.reason) for line in reading.refused] == [("345", "no-match")]
        assert [line.candidates[0].text for line in reading.lines] == ["12", "760", "891"]

    def test_a_cell_of_one_digit(self, reader):
        rows = [["2", "4"], ["35", "7"], ["24", "53"]]
        reading = reader.read(table(rows).picture, pattern=r"[1-6]|\d\d", min_confidence=0)
        cells = [[cell.text for cell in row] for row in reading.tables[0].rows]
        assert [cells[0], cells[2]] == [rows[0], rows[2]]
        assert cells[1][1] in ("1", "2", "3", "4", "5", "6", "")


class TestSingle:
    def test_a_digit_that_fits(self, reader, seven):
        line = reader.read(seven, single=True, pattern="[1-7]", best=3).lines[0]
        assert line.text == "7"
        assert line.candidates[0].text == "7"
        assert {one.text for one in line.candidates} <= set("1234567")

    def test_another_digit_than_the_likeliest(self, reader, seven):
        reading = reader.read(seven, single=True, pattern="[0-6]", min_confidence=0)
        assert all(line.text in "0123456" for line in reading.lines)
        assert reader.read(seven, single=True, check=lambda text: text == "7").text == "7"

    def test_nothing_fits(self, reader, seven):
        (line,) = reader.read(seven, single=True, pattern=r"\d\d").refused
        assert (line.text, line.reason) == ("7", "no-match")


@pytest.fixture(scope="module")
def seven():
    canvas = blank(100, 80)
    write(canvas, "7", 22, 20, 60)
    return np.asarray(picture_of(canvas))
