import gzip
from pathlib import Path

import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.table import read_table

HEADER = ["label", *(f"pixel{number}" for number in range(784))]


def rows_of(digits):
    return [[str(label), *map(str, image.ravel())] for image, label in zip(digits.images, digits.labels, strict=True)]


def text_of(rows, header=None):
    return "".join(",".join(row) + "\n" for row in ([header] if header else []) + rows)


@pytest.mark.parametrize("header", [HEADER, None])
@pytest.mark.parametrize("name", ["train.csv", "train.csv.gz"])
def test_kaggle_format_is_read(tmp_path: Path, some_digits, header, name):
    content = text_of(rows_of(some_digits), header).encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    split = read_table(tmp_path / name)
    assert np.array_equal(split.images, some_digits.images)
    assert np.array_equal(split.labels, some_digits.labels)


def test_files_from_spreadsheets_are_understood(tmp_path: Path, some_digits):
    rows = [row[1:] + row[:1] for row in rows_of(some_digits[:3])]
    header = [f'"{name}"' for name in HEADER[1:] + HEADER[:1]]
    text = "\ufeff" + text_of(rows, header).replace("\n", "\r\n") + "\r\n"
    (tmp_path / "last.csv").write_text(text, newline="")
    split = read_table(tmp_path / "last.csv")
    assert np.array_equal(split.images, some_digits.images[:3])
    assert split.labels.tolist() == [0, 1, 2]


def test_more_lines_than_a_block_are_read(tmp_path: Path):
    line = ",".join(["3"] + ["0"] * 784)
    (tmp_path / "long.csv").write_text(f"{line}\n" * 2003)
    assert len(read_table(tmp_path / "long.csv")) == 2003


def change(line, column, value):
    def apply(rows):
        rows[line][column] = value

    return apply


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (change(1, 5, "x"), r"has 'x' in line 3, column 6 \(pixel4\); expected a whole number from 0 to 255"),
        (change(4, 784, "256"), r"has '256' in line 6, column 785 \(pixel783\)"),
        (change(0, 1, "-1"), r"has '-1' in line 2, column 2"),
        (change(0, 1, ""), r"has '' in line 2, column 2"),
        (change(0, 1, "0.5"), r"has '0\.5' in line 2, column 2"),
        (change(2, 0, "11"), r"has '11' in line 4, column 1 \(label\); expected a whole number from 0 to 9"),
        (lambda rows: rows[3].pop(), "has 784 columns in line 5; expected 785"),
        (lambda rows: [row.pop() for row in rows], "has 784 columns in line 2; expected 785"),
        (lambda rows: rows.clear(), "has no digits"),
    ],
)
def test_an_error_names_line_and_column(tmp_path: Path, some_digits, spoil, words):
    rows = rows_of(some_digits)
    spoil(rows)
    (tmp_path / "bad.csv").write_text(text_of(rows, HEADER))
    with pytest.raises(DataError, match=words):
        read_table(tmp_path / "bad.csv")


def test_without_a_header_lines_count_from_one(tmp_path: Path, some_digits):
    rows = rows_of(some_digits)
    rows[0][7] = "999"
    (tmp_path / "bad.csv").write_text(text_of(rows))
    with pytest.raises(DataError, match="has '999' in line 1, column 8; expected"):
        read_table(tmp_path / "bad.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (",".join(HEADER[1:]) + "\n", "has no column label .it starts with pixel0, pixel1, pixel2"),
        (",".join(HEADER[:-1]) + "\n", "has 784 columns; expected 785"),
        ("1,2,3\n", "has 3 columns; expected 785"),
        ("", "has no column label"),
    ],
)
def test_a_missing_column_is_named(tmp_path: Path, text, words):
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(DataError, match=words):
        read_table(tmp_path / "bad.csv")


def test_bytes_that_are_not_text_are_named(tmp_path: Path, some_digits):
    content = text_of(rows_of(some_digits)).encode() + b"\xff\xfe" + b",1" * 784
    (tmp_path / "bad.csv").write_bytes(content)
    with pytest.raises(DataError, match="in line 61, column 1"):
        read_table(tmp_path / "bad.csv")


def test_quoted_numbers_are_understood(tmp_path: Path, some_digits):
    rows = [[f'"{cell}"' for cell in row] for row in rows_of(some_digits)]
    (tmp_path / "quoted.csv").write_text(text_of(rows))
    assert np.array_equal(read_table(tmp_path / "quoted.csv").images, some_digits.images)


def test_a_number_of_many_figures_is_refused(tmp_path: Path, some_digits):
    rows = rows_of(some_digits)
    rows[2][3] = "0000000000999"
    (tmp_path / "bad.csv").write_text(text_of(rows, HEADER))
    with pytest.raises(DataError, match="can't be read between lines 2 and 61"):
        read_table(tmp_path / "bad.csv")
