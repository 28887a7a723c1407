"""`inkdigits read --table`: tables as CSV."""

import json

import numpy as np
import PIL.Image

from helpers.forms import comb, table
from inkdigits.cli.table_csv import tables_of, write_tables
from inkdigits.read.result import Cell, Digit, Line, Number, Reading, Table

ROWS = [["12", "", "345"], ["", "7", "60"], ["8", "91", ""]]


def save(picture, path):
    PIL.Image.fromarray(picture).save(path)
    return path


def test_one_table_is_one_file(inkdigits, tmp_path):
    sheet, out = save(table(ROWS).picture, tmp_path / "form.png"), tmp_path / "marks.csv"
    done = inkdigits("read", sheet, "--table", out, "--json")
    assert done.status == 0
    assert out.read_text() == "12,,345\n,7,60\n8,91,\n"
    assert [len(row) for row in json.loads(done.stdout)["tables"][0]["rows"]] == [3, 3, 3]


def test_several_tables_are_numbered(inkdigits, tmp_path):
    paths = [save(table(rows).picture, tmp_path / f"{name}.png") for name, rows in (("a", ROWS), ("b", ROWS[::-1]))]
    assert inkdigits("read", *paths, "--table", tmp_path / "out.csv").status == 0
    assert (tmp_path / "out-1.csv").read_text() == "12,,345\n,7,60\n8,91,\n"
    assert (tmp_path / "out-2.csv").read_text() == "8,91,\n,7,60\n12,,345\n"
    assert not (tmp_path / "out.csv").exists()


def test_a_comb_is_a_row_of_its_numbers(inkdigits, tmp_path):
    out = tmp_path / "date.csv"
    assert inkdigits("read", save(comb("12 05 24").picture, tmp_path / "date.png"), "--table", out).status == 0
    assert out.read_text() == "12,05,24\n"


def test_nothing_to_write_is_an_error(inkdigits, tmp_path):
    blank = save(np.full((90, 120, 3), 240, np.uint8), tmp_path / "blank.png")
    done = inkdigits("read", blank, "--table", tmp_path / "out.csv")
    assert done.status == 1
    assert done.stderr.splitlines()[-1].startswith("error: nothing was read")
    assert not (tmp_path / "out.csv").exists()


def test_another_kind_of_file_is_refused(inkdigits, tmp_path):
    assert inkdigits("read", tmp_path / "form.png", "--table", tmp_path / "out.xlsx").status == 2


def test_what_is_written_stands_in_the_file_and_no_formula(tmp_path):
    box = (0, 0, 9, 9)
    line = Line((Digit("8", 0.9, box),) * 4, 0.8, box, parts=(Number("88", 0.9, box, "-8.8"), Number("8", 0.9, box)))
    table = Table(box, ((Cell("88", 0.9, box, "-8,8"), Cell("", 1.0, box), Cell("88", 0.9, box, "-8+8")),))
    assert tables_of(Reading((line,))) == [[["-8.8", "8"]]]
    (path,) = write_tables(tables_of(Reading((line,), tables=(table,))), tmp_path / "out.csv")
    assert path.read_text() == '"-8,8",,\'-8+8\n'
    assert table.to_dict()["rows"][0][0]["written"] == "-8,8"
