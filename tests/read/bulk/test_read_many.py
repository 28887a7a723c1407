"""Many pictures into one file: values, sources, errors."""

import csv
import json
import tarfile

import pytest

import inkdigits
from helpers.files import draw_digit
from helpers.pictures import to_png
from helpers.sheets import save_sheet
from inkdigits.core.errors import InkdigitsError, PictureError
from inkdigits.read.bulk.row import COLUMNS

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


def png(label):
    return to_png(draw_digit(label))


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    """Two sheets, and a file that is no picture."""
    folder = tmp_path_factory.mktemp("sheets")
    save_sheet(folder / "1.png", "3145", "80")
    save_sheet(folder / "10.png", "27")
    (folder / "2.png").write_text("no picture")
    return folder


@pytest.fixture(scope="module")
def read_once(sheets, tmp_path_factory):
    """The same sheets in each format."""
    out = tmp_path_factory.mktemp("out")
    return [inkdigits.read_many(sheets, out / f"a{ending}", workers=1) for ending in (".jsonl", ".csv", ".parquet")]


class TestRows:
    def test_a_row_a_picture_in_order(self, read_once, sheets, rows):
        done = read_once[0]
        first, second, third = rows(done.out)
        assert (done.pictures, done.errors) == (3, 1)
        assert [one["source"] for one in (first, second, third)] == [str(sheets / f"{n}.png") for n in (1, 2, 10)]
        assert list(first) == list(COLUMNS)
        assert (first["text"], third["text"]) == ("3145\n80", "27")
        assert first["confidence"] == min(line["confidence"] for line in first["lines"]) > 0.5
        assert first["version"] == inkdigits.__version__
        assert len(first["networks"]) == 16
        assert second["error"].startswith(f"{sheets / '2.png'} is in no known picture format; expected")
        assert (second["text"], second["lines"], second["confidence"]) == ("", [], None)

    def test_the_same_as_reading_one_by_one(self, read_once, sheets, rows):
        alone = inkdigits.Reader().read(sheets / "1.png").to_dict()
        row = rows(read_once[0].out)[0]
        assert {name: row[name] for name in alone} == alone

    def test_every_format_holds_the_same(self, read_once, rows):
        jsonl, table, columns = (done.out for done in read_once)
        expected = [{**row, "seconds": 0} for row in rows(jsonl)]
        nested = ("lines", "refused", "tables")
        of_parquet = [
            {**row, "seconds": 0, **{name: json.loads(row[name]) for name in nested}}
            for row in parquet.read_table(columns).to_pylist()
        ]
        assert of_parquet == expected
        with table.open(newline="") as file:
            of_csv = list(csv.DictReader(file))
        assert [json.loads(row["lines"]) for row in of_csv] == [row["lines"] for row in expected]
        assert [row["text"] for row in of_csv] == [row["text"] for row in expected]

    def test_no_cell_is_a_formula(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "=1+1.png").write_bytes(png(1))
        done = inkdigits.read_many("=1+1.png", "a.csv", single=True)
        with done.out.open(newline="") as file:
            assert next(csv.DictReader(file))["source"] == "'=1+1.png"


class TestSources:
    def test_from_everywhere(self, digits, tmp_path, rows):
        fsspec = pytest.importorskip("fsspec")
        fsspec.filesystem("memory").pipe_file("/in-memory.png", png(3))
        packed, table = tmp_path / "a.tar.gz", tmp_path / "a.parquet"
        with tarfile.open(packed, "w:gz") as archive:
            for number in (1, 2, 3):
                archive.add(digits / f"digit-{number}.png", f"{number}.png")
        parquet.write_table(pyarrow.table({"image": [png(2), None, b"no picture", png(3)]}), table)
        everywhere = [packed, "memory:///in-memory.png", table, f"file://{digits}/digit-*.png"]
        done = inkdigits.read_many(everywhere, tmp_path / "a.jsonl", workers=2, single=True)
        found = {row["source"]: row["error"] for row in rows(done.out)}
        assert list(found)[:4] == [f"{packed}/1.png", f"{packed}/2.png", f"{packed}/3.png", "memory:///in-memory.png"]
        assert [bool(found[f"{table}#{number}"]) for number in (1, 2, 3, 4)] == [False, True, True, False]
        assert (done.pictures, done.errors) == (20, 2)

    def test_more_processes_give_the_same(self, digits, tmp_path, rows):
        one, two = (
            rows(inkdigits.read_many(digits, tmp_path / f"{workers}.jsonl", workers=workers, single=True).out)
            for workers in (1, 2)
        )
        assert [{**row, "seconds": 0} for row in one] == [{**row, "seconds": 0} for row in two]
        assert len(one) == 12


class TestErrors:
    def test_a_file_that_is_missing_is_a_row(self, digits, tmp_path, rows):
        done = inkdigits.read_many([tmp_path / "none.png", digits], tmp_path / "a.jsonl", single=True)
        assert (done.pictures, done.errors) == (13, 1)
        assert "none.png does not exist" in rows(done.out)[0]["error"]

    @pytest.mark.parametrize("name", ["answers", "answers.txt", "answers.xlsx"])
    def test_another_ending(self, digits, tmp_path, name):
        with pytest.raises(InkdigitsError, match=r"ends in \.jsonl, \.csv, \.parquet"):
            inkdigits.read_many(digits, tmp_path / name)

    def test_no_pictures_leave_nothing(self, tmp_path):
        (tmp_path / "empty").mkdir()
        with pytest.raises(PictureError, match="holds no pictures"):
            inkdigits.read_many(tmp_path / "empty", tmp_path / "a.jsonl")
        assert [path.name for path in tmp_path.iterdir()] == ["empty"]

    def test_a_model_that_is_none(self, digits, tmp_path):
        (tmp_path / "model.onnx").write_bytes(b"no network")
        with pytest.raises(InkdigitsError, match=r"model\.onnx is damaged or is no ONNX file"):
            inkdigits.read_many(digits, tmp_path / "a.jsonl", model=tmp_path / "model.onnx", workers=1)

    def test_the_folder_of_the_file_is_missing(self, digits, tmp_path):
        with pytest.raises(InkdigitsError, match="can't be written"):
            inkdigits.read_many(digits, tmp_path / "none" / "a.jsonl")
