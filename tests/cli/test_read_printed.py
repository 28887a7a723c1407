"""`inkdigits read --handwritten`: print is left out."""

import json
from pathlib import Path

import pytest
from PIL import Image

from helpers.print import handwritten_line, printed_line, stacked
from helpers.writing import picture_of


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A printed number above a handwritten one."""
    path = tmp_path_factory.mktemp("printed") / "form.png"
    Image.fromarray(picture_of(stacked(printed_line("4071982"), handwritten_line("3650482")))).save(path)
    return path


def test_print_is_left_out(inkdigits, form):
    assert inkdigits("read", form).stdout == "4071982\n3650482\n"
    done = inkdigits("read", "--handwritten", form)
    assert (done.status, done.stdout) == (0, "3650482\n")
    assert "4071982 (" in done.stderr
    assert "printed" in done.stderr


def test_json_says_what_is_print(inkdigits, form):
    printed, written = json.loads(inkdigits("read", "--json", form).stdout)["lines"]
    assert [digit["printed"] for digit in printed["digits"]] == [True] * 7
    assert all("printed" not in digit for digit in written["digits"])
    record = json.loads(inkdigits("read", "--json", "--handwritten", form).stdout)
    assert [(line["text"], line["reason"]) for line in record["refused"]] == [("4071982", "printed")]


def test_in_many_pictures(inkdigits, form, tmp_path):
    out = tmp_path / "answers.jsonl"
    assert inkdigits("read", form, "--out", out, "--workers", 1, "--handwritten").status == 0
    row = json.loads(out.read_text())
    assert (row["text"], [line["reason"] for line in row["refused"]]) == ("3650482", ["printed"])
