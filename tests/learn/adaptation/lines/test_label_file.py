import numpy as np
import PIL.Image
import pytest

from helpers.sheets import save_sheet
from inkdigits.core.errors import DataError
from inkdigits.corrections.lines import LineStore
from inkdigits.learn.adaptation.lines.label_file import import_lines, read_label_file


@pytest.fixture
def labels(tmp_path):
    def write(*rows, name="labels.csv", head="file,text"):
        path = tmp_path / name
        path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
        return path

    return write


@pytest.fixture
def line(tmp_path):
    return save_sheet(tmp_path / "line.png", "3145")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_may_be_in_any_order_among_others(labels, tmp_path, delimiter):
    row = delimiter.join(["12.50", "note", "scans/a.png"])
    path = labels(row, "", head="\ufeff" + delimiter.join(["Text", "other", "FILE"]))
    (only,) = read_label_file(path)
    assert (only.number, only.file, only.text) == (2, tmp_path / "scans" / "a.png", "12.50")


@pytest.mark.parametrize(
    ("head", "rows", "message"),
    [
        ("picture,label", ["a.png,1"], "has the columns picture, label; expected the columns file and text"),
        ("", [], r"has the columns \(none\)"),
        ("file,text", [], "has no rows"),
    ],
)
def test_a_file_without_labels_is_told(labels, head, rows, message):
    with pytest.raises(DataError, match=message):
        read_label_file(labels(*rows, head=head))


def test_what_is_no_text_is_told(tmp_path):
    (tmp_path / "labels.csv").write_bytes(b"file,text\n\xff\xfe")
    with pytest.raises(DataError, match="not in UTF-8"):
        read_label_file(tmp_path / "labels.csv")
    with pytest.raises(DataError, match="can't be read"):
        read_label_file(tmp_path / "gone.csv")


def test_each_line_is_kept_once(labels, line, tmp_path):
    path, user = labels("line.png,3145"), tmp_path / "user"
    first, again = import_lines(path, user), import_lines(path, user)
    assert (first.added, first.known, first.problems) == (1, 0, ())
    assert (again.added, again.known) == (0, 1)
    ((kept, picture),) = LineStore(user).images()
    assert kept.text == "3145"
    assert picture.shape[0] < np.asarray(PIL.Image.open(line)).shape[0], "only the line is kept"


def test_what_can_not_be_used_is_listed_and_the_rest_is_kept(labels, line, tmp_path):
    save_sheet(tmp_path / "two.png", "27", "63")
    PIL.Image.new("L", (200, 100), 250).save(tmp_path / "blank.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    path = labels("gone.png,1", "two.png,27", "blank.png,1", "broken.png,1", "line.png,3a45", "line.png,3145")
    done = import_lines(path, tmp_path / "user")
    assert done.added == 1
    told = ("line 2: ", "line 3: two.png has 2 lines", "line 4: blank.png has no lines", "line 5: ", "line 6: the text")
    assert all(words in problem for problem, words in zip(done.problems, told, strict=True))
    assert LineStore(tmp_path / "user").list()[0].text == "3145"


def test_where_no_row_can_be_used_the_first_reason_is_told(labels, tmp_path):
    with pytest.raises(DataError, match=r"no row of .*labels\.csv can be used: labels.csv, line 2"):
        import_lines(labels("gone.png,1"), tmp_path / "user")
    assert LineStore(tmp_path / "user").list() == []


def test_signs_may_be_typed_as_they_look(labels, line, tmp_path):
    import_lines(labels("line.png,3 × 1 − 4\N{RIGHT SINGLE QUOTATION MARK}5"), tmp_path / "user")
    assert LineStore(tmp_path / "user").list()[0].text == "3 x 1 - 4'5"
