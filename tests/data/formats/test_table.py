import gzip
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.dataset import Split
from inkdigits.data.formats.table import read_any_table, read_table
from inkdigits.data.load import load

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
    part = read_table(tmp_path / name)
    assert np.array_equal(part.images, some_digits.images)
    assert np.array_equal(part.labels, some_digits.labels)


def test_files_from_spreadsheets_are_understood(tmp_path: Path, some_digits):
    rows = [row[1:] + row[:1] for row in rows_of(some_digits[:3])]
    header = [f'"{name}"' for name in HEADER[1:] + HEADER[:1]]
    text = "\ufeff" + text_of(rows, header).replace("\n", "\r\n") + "\r\n"
    (tmp_path / "last.csv").write_text(text, newline="")
    part = read_table(tmp_path / "last.csv")
    assert np.array_equal(part.images, some_digits.images[:3])
    assert part.labels.tolist() == [0, 1, 2]


def test_more_lines_than_a_block_are_read(tmp_path: Path):
    line = ",".join(["3"] + ["0"] * 784)
    (tmp_path / "long.csv").write_text(f"{line}\n" * 2003)
    assert len(read_table(tmp_path / "long.csv").labels) == 2003


def change(line, column, value):
    def apply(rows):
        rows[line][column] = value

    return apply


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (change(1, 5, "x"), r"has 'x' in line 3, column 6 \(pixel4\); expected a number from 0 to 255"),
        (change(4, 784, "256"), r"has '256' in line 6, column 785 \(pixel783\)"),
        (change(0, 1, "-1"), r"has '-1' in line 2, column 2"),
        (change(0, 1, ""), r"has '' in line 2, column 2"),
        (change(0, 1, "-0.5"), r"has '-0\.5' in line 2, column 2"),
        (change(0, 1, "nan"), "has 'nan' in line 2, column 2"),
        (
            change(2, 0, "1.5"),
            r"has '1\.5' in line 4, column 1 \(label\); expected a label: a whole number from 0 to 999",
        ),
        (change(2, 0, "1000"), "has '1000' in line 4, column 1"),
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
        (",".join(HEADER[1:]) + "\n" + ",".join(["0"] * 784) + "\n", "has no column of labels; expected label and 784"),
        (",".join(HEADER[:-1]) + "\n", "has 784 columns; expected 785"),
        ("1,2,3\n", "has 3 columns; expected 785"),
        ("", "has no digits"),
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


def padded(digits):
    """Digits with an empty margin of two pixels, as real ones have."""
    images = digits.images.copy()
    images[:, :2] = images[:, -2:] = images[:, :, :2] = images[:, :, -2:] = 0
    return Split(images, digits.labels)


def test_without_a_header_the_label_may_be_last(tmp_path: Path, some_digits):
    digits = padded(some_digits)
    rows = [row[1:] + row[:1] for row in rows_of(digits)]
    (tmp_path / "last.csv").write_text(text_of(rows))
    part = read_table(tmp_path / "last.csv")
    assert np.array_equal(part.images, digits.images)
    assert np.array_equal(part.labels, digits.labels)
    assert part.notes == ("the last of 785 columns is taken for the label",)


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("header", [HEADER, None])
def test_semicolons_and_tabs_are_understood(tmp_path: Path, some_digits, delimiter, header):
    (tmp_path / "d.csv").write_text(text_of(rows_of(some_digits), header).replace(",", delimiter))
    part = read_table(tmp_path / "d.csv")
    assert np.array_equal(part.images, some_digits.images)
    assert np.array_equal(part.labels, some_digits.labels)


@pytest.mark.parametrize(("delimiter", "point"), [(",", "."), (";", ",")])
def test_fractions_from_0_to_1_are_scaled(tmp_path: Path, some_digits, delimiter, point):
    rows = [
        [str(label), *(f"{value / 255:.5f}".replace(".", point) for value in image.ravel())]
        for image, label in zip(some_digits.images, some_digits.labels, strict=True)
    ]
    (tmp_path / "scaled.csv").write_text("".join(delimiter.join(row) + "\n" for row in rows))
    part = read_table(tmp_path / "scaled.csv")
    assert np.array_equal(part.images, some_digits.images)
    assert any("0 to 1 scaled to 0 to 255" in note for note in part.notes)


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 2, 0)], ids=["id, label", "id, last", "label, id last"])
@pytest.mark.parametrize("named", [True, False])
def test_an_id_column_is_no_pixel(tmp_path: Path, some_digits, order, named):
    digits = padded(some_digits)
    cells = [([str(100 + number)], row[:1], row[1:]) for number, row in enumerate(rows_of(digits))]
    header = (["id"], ["label"], HEADER[1:])
    rows = [[*chain(*(parts[place] for place in order))] for parts in ([header, *cells] if named else cells)]
    (tmp_path / "ids.csv").write_text(text_of(rows))
    table = read_any_table(tmp_path / "ids.csv")
    assert np.array_equal(table.images, digits.images)
    assert table.labels.tolist() == digits.labels.tolist()
    assert table.ids == tuple(str(100 + number) for number in range(60))


def test_other_columns_than_pixels_are_named_and_left_aside(tmp_path: Path, some_digits):
    rows = [[str(number), row[0], "ABC"[number % 3], *row[1:]] for number, row in enumerate(rows_of(some_digits))]
    (tmp_path / "dacon.csv").write_text(text_of(rows, ["id", "digit", "letter", *map(str, range(784))]))
    part = read_table(tmp_path / "dacon.csv")
    assert np.array_equal(part.images, some_digits.images)
    assert np.array_equal(part.labels, some_digits.labels)
    assert part.notes == ("not used: the columns letter",)


@pytest.mark.parametrize(
    "names",
    [
        [str(number) for number in range(785)],
        ["0", *(f"0.{number}" for number in range(1, 785))],
    ],
    ids=["numbered", "made from a line"],
)
def test_a_header_of_numbers_is_no_digit(tmp_path: Path, some_digits, names):
    (tmp_path / "named.csv").write_text(text_of(rows_of(some_digits), names))
    part = read_table(tmp_path / "named.csv")
    assert len(part.labels) == 60
    assert np.array_equal(part.labels, some_digits.labels)


def test_a_table_without_labels_says_what_to_do_with_it(tmp_path: Path, some_digits):
    rows = [row[1:] for row in rows_of(padded(some_digits))]
    (tmp_path / "test.csv").write_text(text_of(rows, HEADER[1:]))
    with pytest.raises(DataError, match=r"has no column of labels; .*inkdigits predict RUN FILE --out answers\.csv"):
        read_table(tmp_path / "test.csv")
    assert read_any_table(tmp_path / "test.csv").labels is None
    (tmp_path / "bare.csv").write_text(text_of([[str(n), *row] for n, row in enumerate(rows)]))
    bare = read_any_table(tmp_path / "bare.csv")
    assert bare.labels is None
    assert bare.ids[:2] == ("0", "1")


def test_one_class_is_refused_unless_asked_for(tmp_path: Path, some_digits):
    threes = padded(Split(some_digits.images, np.full(60, 3)))
    rows = [row[1:] + row[:1] for row in rows_of(threes)]
    (tmp_path / "threes.csv").write_text(text_of(rows))
    with pytest.raises(DataError, match=r"only digits of the class 3 to train on; .*--one-class"):
        load(tmp_path / "threes.csv")
    data = load(tmp_path / "threes.csv", one_class=True)
    assert set(data.train.labels.tolist()) == {3}
    assert data.provenance.changes == {"one_class": True}
