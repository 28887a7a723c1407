"""`inkdigits read --out`: what the command prints, its exit status, and which options go together."""

import json

import pytest


@pytest.fixture
def scans(folder, tmp_path):
    """A folder with a file that is no picture beside two that are."""
    scans = tmp_path / "scans"
    (scans / "more").mkdir(parents=True)
    (scans / "1.png").write_bytes((folder / "page-1.png").read_bytes())
    (scans / "2.png").write_text("no picture")
    (scans / "more" / "3.png").write_bytes((folder / "page-2.png").read_bytes())
    return scans


def test_bad_pictures_are_rows_and_exit_status_1(inkdigits, scans, tmp_path):
    done = inkdigits("read", scans, "--out", tmp_path / "a.jsonl", "--workers", 1)
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [row["text"] for row in rows] == ["27", "", "63"]
    assert done.status == 1
    assert done.stdout == f"3 pictures: {tmp_path / 'a.jsonl'}\n"
    assert "Reading: 3 pictures\n" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: 1 of 3 pictures could not be read; expected pictures; ")


def test_json_is_one_object(inkdigits, scans, tmp_path):
    (scans / "2.png").unlink()
    done = inkdigits("read", scans, "--out", tmp_path / "a.csv", "--json")
    assert done.status == 0
    assert {**done.json, "seconds": 0} == {"out": str(tmp_path / "a.csv"), "pictures": 2, "errors": 0, "seconds": 0}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--workers", "2"], "--workers is for many pictures: add --out answers.jsonl"),
        (["--resume"], "--resume is for many pictures"),
        (["--out", "a.jsonl", "--show", "seen.png"], "--out excludes --show and --table"),
        (["--out", "a.jsonl", "-"], "--out reads files and no standard input"),
    ],
)
def test_options_that_do_not_go_together(inkdigits, scans, arguments, message):
    done = inkdigits("read", scans, *arguments)
    assert done.status == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())


def test_another_ending_is_told_before_anything_is_read(inkdigits, tmp_path):
    done = inkdigits("read", tmp_path / "none.png", "--out", tmp_path / "a.xlsx")
    assert done.status == 1
    assert done.stderr == (
        f"error: --out {tmp_path / 'a.xlsx'}; expected a file that ends in .jsonl, .csv, .parquet; "
        f"name it {tmp_path / 'a.jsonl'}\n"
    )


def test_a_pattern_and_candidates_of_every_picture(inkdigits, scans, tmp_path):
    (scans / "2.png").unlink()
    out = tmp_path / "a.jsonl"
    assert inkdigits("read", scans, "--out", out, "--workers", 1, "--pattern", r"2\d", "--best", 2).status == 0
    fits, other = (json.loads(line) for line in out.read_text().splitlines())
    assert (fits["text"], fits["lines"][0]["candidates"][0]["text"]) == ("27", "27")
    assert (other["text"], [line["reason"] for line in other["refused"]]) == ("", ["no-match"])
    wrong = inkdigits("read", scans, "--out", tmp_path / "b.jsonl", "--pattern", r"2\w")
    assert (wrong.status, wrong.stderr.count("error: ")) == (1, 1)
    assert not (tmp_path / "b.jsonl").exists()
