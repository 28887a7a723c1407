"""A reading without print: lines, numbers, signs, tables, forms."""

import numpy as np
import pytest

from inkdigits.read.candidates import Candidate
from inkdigits.read.printed.handwriting import without_print
from inkdigits.read.result import Cell, Digit, Line, Number, Reading, Sign, Table


def digits(text: str, printed: str, left: int = 0) -> tuple[Digit, ...]:
    """Return digits in a row; `printed` has a p for each that is print."""
    return tuple(
        Digit(name, 0.9, (left + 20 * place, 0, left + 20 * place + 10, 20), printed=kind == "p")
        for place, (name, kind) in enumerate(zip(text, printed, strict=True))
    )


def line(text: str, printed: str, **rest: object) -> Line:
    return Line(digits(text, printed), 0.5, (0, 0, 20 * len(text) - 10, 20), **rest)  # type: ignore[arg-type]


def test_a_reading_without_print_stays_as_it_is():
    reading = Reading((line("123", "..."),))
    assert without_print(reading) is reading


def test_printed_lines_are_refused_and_come_first():
    other = Line((), 0.0, (0, 0, 5, 5), "no-digits")
    rest = without_print(Reading((line("12", "pp"), line("34", "..")), (other,)))
    assert rest.text == "34"
    assert [(one.text, one.reason) for one in rest.refused] == [("12", "printed"), ("", "no-digits")]


def test_a_line_of_both_is_parted():
    rest = without_print(Reading((line("2024", "pp.."),)))
    (kept,), (refused,) = rest.lines, rest.refused
    assert (kept.text, kept.box, kept.numbers[0].text) == ("24", (40, 0, 70, 20), "24")
    assert kept.confidence == pytest.approx(0.81)  # two digits are likelier right than four
    assert (refused.text, refused.box, refused.reason) == ("20", (0, 0, 30, 20), "printed")


def test_numbers_are_left_out_whole_or_in_part():
    parts = (
        Number("12", 0.8, (0, 0, 30, 20), "1.2"),
        Number("34", 0.8, (40, 0, 70, 20)),
        Number("5", 0.9, (80, 0, 90, 20)),
    )
    rest = without_print(Reading((line("12345", "..pp.", parts=parts),)))
    assert rest.lines[0].numbers == (parts[0], parts[2])
    assert [number.text for number in rest.refused[0].numbers] == ["34"]
    mixed = without_print(Reading((line("12345", ".pp..", parts=parts),))).lines[0]
    assert [(number.text, number.written, number.box) for number in mixed.numbers] == [
        ("1", "1", (0, 0, 10, 20)),
        ("4", "4", (60, 0, 70, 20)),
        ("5", "5", (80, 0, 90, 20)),
    ]


def test_signs_stay_beside_their_digits():
    signs = tuple(Sign(sign, before, (0, 0, 1, 1)) for sign, before in (("-", 0), (".", 1), (",", 3)))
    rest = without_print(Reading((line("1234", "pp..", signs=signs),)))
    assert [(sign.sign, sign.before) for sign in rest.lines[0].signs] == [(",", 1)]
    assert [(sign.sign, sign.before) for sign in rest.refused[0].signs] == [("-", 0), (".", 1)]


def test_candidates_of_a_line_of_both_are_what_is_left():
    candidates = (Candidate("1234", 0.5), Candidate("1284", 0.2))
    rest = without_print(
        Reading((line("1234", "p...", candidates=candidates), line("12", "..", candidates=candidates)))
    )
    assert [one.text for one in rest.lines[0].candidates] == ["234"]
    assert rest.lines[1].candidates == candidates


def test_forms_are_those_of_the_digits_that_are_left():
    forms = np.arange(5, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8)
    rest = without_print(Reading((line("123", ".p."), line("45", "pp")), normalize_forms=lambda: forms))
    assert rest.forms[:, 0, 0].tolist() == [0, 2]


def test_cells_have_their_handwriting():
    own = digits("12", "pp") + digits("34", "..", 100) + digits("56", "p.", 200)
    cells = tuple(
        Cell(text, 0.9, (left, 0, left + 90, 30)) for text, left in (("12", 0), ("34", 100), ("56", 200), ("", 300))
    )
    rest = without_print(Reading((Line(own, 0.5, (0, 0, 230, 20)),), tables=(Table((0, 0, 390, 30), (cells,)),)))
    (row,) = rest.tables[0].rows
    assert [cell.text for cell in row] == ["", "34", "6", ""]
    assert row[1] is cells[1]
    assert [cell.box for cell in row] == [cell.box for cell in cells]


def test_a_cell_that_holds_something_else_stays_as_it_is():
    cell = Cell("99", 0.9, (0, 0, 90, 30))
    rest = without_print(Reading((line("12", "pp"),), tables=(Table((0, 0, 90, 30), ((cell,),)),)))
    assert rest.tables[0].rows == ((cell,),)
