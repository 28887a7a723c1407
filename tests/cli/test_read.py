import json
import struct
import subprocess
import sys

import numpy as np
import PIL.Image
import pytest

from helpers.imports import imported_by
from helpers.networks import digit_model, metadata_of, save
from helpers.writing import blank, picture_of, write


class TestText:
    def test_one_picture_is_just_its_text(self, inkdigits, sheet):
        done = inkdigits("read", sheet)
        assert (done.status, done.stdout, done.stderr) == (0, "3145\n80\n", "")

    def test_a_folder_in_the_order_that_people_count(self, inkdigits, folder):
        done = inkdigits("read", folder)
        assert done.status == 0
        assert done.stdout.splitlines() == [
            f"{folder / 'page-1.png'}: 27",
            f"{folder / 'page-2.png'}: 63",
            f"{folder / 'page-3.JPG'}: 94",
            f"{folder / 'page-10.png'}: 58",
        ]

    def test_of_several_files_each_is_named_and_has_one_line(self, inkdigits, sheet, folder):
        lines = inkdigits("read", sheet, folder / "page-1.png").stdout.splitlines()
        assert lines == [f"{sheet}: 3145 80", f"{folder / 'page-1.png'}: 27"]

    def test_every_page_of_a_pdf(self, inkdigits, sheet, folder, tmp_path):
        pages = [PIL.Image.open(path).convert("RGB") for path in (sheet, folder / "page-1.png")]
        pages[0].save(tmp_path / "form.pdf", save_all=True, append_images=pages[1:], resolution=150)
        done = inkdigits("read", tmp_path / "form.pdf")
        assert (done.status, done.stdout, done.stderr) == (0, "3145\n80\n27\n", "")
        assert inkdigits("read", tmp_path).stdout == done.stdout  # of a folder, too

    def test_nothing_readable_is_told_on_stderr(self, inkdigits, tmp_path):
        PIL.Image.new("L", (80, 60), 250).save(tmp_path / "blank.png")
        done = inkdigits("read", tmp_path / "blank.png")
        assert (done.status, done.stdout) == (0, "\n")
        assert done.stderr == f"{tmp_path / 'blank.png'}: nothing readable\n"

    def test_what_was_too_unsure_is_named(self, inkdigits, sheet):
        done = inkdigits("read", sheet, "--min-confidence", 1)
        assert done.stdout == "\n"
        assert f"{sheet}: nothing readable; 2 lines left out: 3145 (" in done.stderr
        assert "%, unsure)" in done.stderr
        assert done.stderr.endswith("(see them with --show OUT.png or --json)\n")

    def test_several_digits_are_no_single_one(self, inkdigits, tmp_path):
        canvas = blank(100, 160)
        write(canvas, "42", 20, 20, 60)
        PIL.Image.fromarray(picture_of(canvas)).save(tmp_path / "two.png")
        done = inkdigits("read", "--single", tmp_path / "two.png")
        assert done.stdout == "\n"
        assert "1 line left out: 42 (" in done.stderr
        assert "%, several-digits)" in done.stderr
        record = json.loads(inkdigits("read", "--single", "--json", tmp_path / "two.png").stdout)
        assert [line["reason"] for line in record["refused"]] == ["several-digits"]

    def test_a_single_digit(self, inkdigits, tmp_path):
        canvas = blank(100, 80)
        write(canvas, "6", 20, 20, 60)
        PIL.Image.fromarray(picture_of(canvas)).save(tmp_path / "six.png")
        assert inkdigits("read", "--single", tmp_path / "six.png").stdout == "6\n"

    def test_standard_input(self, inkdigits, sheet, standard_input):
        standard_input(sheet.read_bytes())
        assert inkdigits("read", "-").stdout == "3145\n80\n"
        standard_input(b"")
        done = inkdigits("read", "-")
        assert done.status == 1
        assert "the picture is empty" in done.stderr

    def test_results_come_as_they_are_read(self, sheet, folder):
        command = [sys.executable, "-m", "inkdigits", "read", str(folder / "page-1.png"), "-"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            # The second picture is not even sent when the first has been told.
            assert process.stdout.readline().decode().strip().endswith("page-1.png: 27")
            rest, _ = process.communicate(sheet.read_bytes(), timeout=60)
        assert rest.decode() == "-: 3145 80\n"
        assert process.returncode == 0


class TestJson:
    def test_one_line_a_file_with_the_keys_of_the_contract(self, inkdigits, sheet, folder):
        done = inkdigits("read", "--json", sheet, folder)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.stderr == ""
        assert [record["text"] for record in records] == ["3145\n80", "27", "63", "94", "58"]
        assert records[0]["file"] == str(sheet)
        for record in records:
            assert {"file", "text", "lines", "refused", "tables"} <= set(record)
            for line in record["lines"]:
                assert set(line) == {"text", "confidence", "box", "digits", "numbers"}
                assert line["text"] == "".join(digit["digit"] for digit in line["digits"])
                for digit in line["digits"]:
                    assert set(digit) - {"printed"} == {"digit", "confidence", "box", "alternatives"}
                    assert all(set(rival) == {"digit", "confidence"} for rival in digit["alternatives"])
                    left, top, right, bottom = digit["box"]
                    assert left < right
                    assert top < bottom

    def test_nothing_readable_is_a_record_too(self, inkdigits, tmp_path):
        PIL.Image.new("L", (80, 60), 250).save(tmp_path / "blank.png")
        for how in ([], ["--single"]):
            record = inkdigits("read", "--json", *how, tmp_path / "blank.png").json
            assert (record["text"], record["lines"]) == ("", [])

    def test_a_bad_file_has_its_line(self, inkdigits, sheet, tmp_path):
        (tmp_path / "broken.png").write_bytes(b"\x89PNG")
        done = inkdigits("read", "--json", tmp_path / "broken.png", sheet)
        assert done.status == 1
        bad, good = [json.loads(line) for line in done.stdout.splitlines()]
        assert bad["file"] == str(tmp_path / "broken.png")
        assert "is in no known picture format" in bad["error"]
        assert good["text"] == "3145\n80"


class TestBadFiles:
    def test_the_others_are_read_and_the_status_says_so(self, inkdigits, sheet, folder, tmp_path):
        (tmp_path / "broken.png").write_bytes(sheet.read_bytes()[:300])
        (tmp_path / "empty.png").write_bytes(b"")
        done = inkdigits("read", tmp_path / "none.png", folder / "page-1.png", tmp_path, sheet)
        assert done.status == 1
        assert done.stdout.splitlines() == [f"{folder / 'page-1.png'}: 27", f"{sheet}: 3145 80"]
        errors = done.stderr.splitlines()
        assert [line.partition(" ")[0] for line in errors] == ["error:"] * 3
        assert "none.png does not exist" in errors[0]
        assert "broken.png is damaged" in errors[1]
        assert "empty.png is empty" in errors[2]

    @pytest.mark.parametrize("fault", ["pixels", "samples"])
    def test_a_damaged_tiff_has_one_line(self, tmp_path, fault):
        rng = np.random.default_rng(1)
        image = PIL.Image.fromarray(rng.integers(0, 255, (200, 200), np.uint8))
        image.convert("RGB").save(tmp_path / "scan.tif", compression="tiff_lzw")
        content = bytearray((tmp_path / "scan.tif").read_bytes())
        if fault == "pixels":  # libtiff would print
            content[2000:2040] = rng.bytes(40)
        else:  # Pillow would log
            place = content.index(struct.pack("<HHI", 277, 3, 1)) + 8
            content[place : place + 2] = struct.pack("<H", 10_000)
        (tmp_path / "scan.tif").write_bytes(content)
        command = [sys.executable, "-m", "inkdigits", "read", str(tmp_path / "scan.tif")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"error: {tmp_path / 'scan.tif'} is ")

    def test_a_folder_without_pictures(self, inkdigits, sheet, tmp_path):
        (tmp_path / "notes.txt").write_text("no picture")
        done = inkdigits("read", tmp_path)
        assert done.status == 1
        assert done.stdout == ""
        assert done.stderr.startswith(f"error: {tmp_path} holds no pictures; expected ")
        both = inkdigits("read", tmp_path, sheet)
        assert both.status == 1
        assert "3145" in both.stdout

    def test_names_that_are_no_text(self, inkdigits, sheet, tmp_path):
        path = tmp_path / "sev\udce9n.png"
        path.write_bytes(sheet.read_bytes())
        done = inkdigits("read", "--json", path)
        assert done.status == 0
        assert json.loads(done.stdout.encode("utf-8"))["text"] == "3145\n80"

    def test_a_name_with_line_ends_stays_one_line_of_json(self, inkdigits, sheet, tmp_path):
        path = tmp_path / "a\nb.png"
        path.write_bytes(sheet.read_bytes())
        assert len(inkdigits("read", "--json", path).stdout.splitlines()) == 1

    def test_a_wrong_usage_is_exit_2(self, inkdigits, sheet):
        assert inkdigits("read").status == 2
        for value in ("-0.1", "1.5", "many"):
            assert inkdigits("read", sheet, "--min-confidence", value).status == 2
            assert inkdigits("read", sheet, "--max-error", value).status == 2
        both = inkdigits("read", sheet, "--min-confidence", "0.5", "--max-error", "0.1")
        assert both.status == 2
        assert "both given" in " ".join(both.stderr.replace("│", " ").split())

    def test_the_confidence_that_is_shown_is_the_one_that_is_asked_for(self, inkdigits, sheet):
        lines = json.loads(inkdigits("read", sheet, "--json", "--min-confidence", 0).stdout)["lines"]
        least = min(line["confidence"] for line in lines)
        for asked, kept in ((least, 0), (round(least + 0.0001, 4), 1)):
            record = json.loads(inkdigits("read", sheet, "--json", "--min-confidence", asked).stdout)
            assert len(record["refused"]) == kept

    def test_fewer_errors_than_can_be_expected(self, inkdigits, sheet):
        assert inkdigits("read", sheet, "--max-error", 0.5).stdout == "3145\n80\n"
        done = inkdigits("read", sheet, "--max-error", 0)
        assert (done.status, done.stdout) == (1, "")
        assert done.stderr.startswith("error: max_error is 0; expected at least 0.0")


class TestModel:
    def test_its_classes_are_what_is_read(self, inkdigits, sheet, tmp_path):
        model = save(digit_model(classes=2), tmp_path / "net.onnx", metadata_of(classes=["yes", "no"]))
        done = inkdigits("read", sheet, "--single", "--min-confidence", 0, "--model", model)
        assert done.stdout.strip() in {"yes", "no"}

    @pytest.mark.parametrize(
        ("metadata", "words"),
        [
            (None, "is an ONNX file without the metadata of Inkdigits"),
            (metadata_of(format=9), "has the format 9"),
            (metadata_of(preparation=999), "prepared by version 999"),
        ],
    )
    def test_a_foreign_one_is_a_clear_error(self, inkdigits, sheet, tmp_path, metadata, words):
        done = inkdigits("read", sheet, "--model", save(digit_model(), tmp_path / "net.onnx", metadata))
        assert (done.status, done.stdout) == (1, "")
        assert done.stderr.startswith(f"error: {tmp_path / 'net.onnx'} ")
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1

    def test_one_that_is_no_network(self, inkdigits, sheet):
        assert "is damaged or is no ONNX file" in inkdigits("read", sheet, "--model", sheet).stderr
        assert "does not exist" in inkdigits("read", sheet, "--model", "none.onnx").stderr


@pytest.mark.parametrize("arguments", [[], ["--single"], ["--jsno", "a.png"]])
def test_wrong_usage_is_answered_with_the_usage(inkdigits, arguments):
    done = inkdigits("read", *arguments)
    assert done.status == 2
    assert "Usage" in done.stderr


def test_neither_the_learn_half_nor_rich_is_imported(sheet):
    assert {"torch", "onnx", "sklearn", "matplotlib", "rich"} & imported_by("read", sheet) == set()


def test_a_closed_pipe_leaves_no_traceback(sheet):
    command = [sys.executable, "-m", "inkdigits", "read", str(sheet), "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(sheet.read_bytes())
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
