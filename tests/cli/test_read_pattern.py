"""`inkdigits read --pattern --best`."""

import json
import re


def test_lines_that_do_not_fit_are_left_out(inkdigits, sheet):
    done = inkdigits("read", sheet, "--pattern", r"\d{4}")
    assert (done.status, done.stdout) == (0, "3145\n")
    assert "80 (" in done.stderr
    assert "no-match" in done.stderr


def test_candidates_stand_in_a_row(inkdigits, sheet, folder):
    done = inkdigits("read", sheet, "--best", 2)
    assert done.status == 0
    first, second = done.stdout.splitlines()
    assert re.fullmatch(r"3145 \d+\.\d\s%\t\d+ \d+\.\d\s%", first)
    assert second.startswith("80 ")
    named = inkdigits("read", sheet, folder / "page-1.png", "--best", 1).stdout.splitlines()
    assert [line.rpartition(": ")[0] for line in named] == [str(sheet), str(sheet), str(folder / "page-1.png")]


def test_json_has_candidates_only_where_they_are_asked_for(inkdigits, sheet):
    asked = json.loads(inkdigits("read", sheet, "--json", "--best", 3, "--pattern", r"\d+").stdout)
    assert [len(line["candidates"]) for line in asked["lines"]] == [3, 3]
    assert asked["lines"][0]["candidates"][0] == {"text": "3145", "confidence": asked["lines"][0]["confidence"]}
    plain = json.loads(inkdigits("read", sheet, "--json").stdout)
    assert all("candidates" not in line for line in plain["lines"])
    assert [number["written"] for number in plain["lines"][0]["numbers"]] == ["3145"]


def test_a_wrong_pattern_is_one_line(inkdigits, sheet, folder):
    done = inkdigits("read", sheet, folder, "--pattern", r"\d{4")
    assert (done.status, done.stdout) == (1, "")
    assert done.stderr.startswith("error: the pattern '\\d{4' has a count without numbers or its `}` at position 3")
    assert done.stderr.count("\n") == 1


def test_how_many_candidates_has_limits(inkdigits, sheet):
    assert inkdigits("read", sheet, "--best", 0).status == 2
    assert inkdigits("read", sheet, "--best", 101).status == 2
