import json
from html import escape

import pytest

from inkdigits.api import Run, compare, train


@pytest.fixture(scope="module")
def softmax(tmp_path_factory):
    out = tmp_path_factory.mktemp("compared") / "softmax"
    return train("softmax", "uci", out=out, epochs=2, progress=False)


def test_the_sentence_comes_first_and_the_page_is_written(inkdigits, quick_run, softmax, tmp_path):
    page = tmp_path / "compare.html"
    done = inkdigits("compare", softmax.path, quick_run.path, "--out", page)
    assert done.status == 0
    assert done.stdout.startswith("quick reads better than softmax, beyond chance: ")
    assert "Recall of each class" in done.stdout
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert json.loads(page.with_suffix(".json").read_text("utf-8"))["sentence"] in done.stdout


def test_json_is_one_object(inkdigits, quick_run, softmax):
    done = inkdigits("compare", softmax.path, quick_run.path, "--split", "train", "--data", "uci", "--json")
    assert done.status == 1
    done = inkdigits("compare", softmax.path, quick_run.path, "--json")
    assert done.json["pairs"][0]["kind"] == "better"
    assert done.json["page"] is None
    assert done.json["examples"] == 359
    assert done.json["entrants"][0]["runs"][0]["path"] == str(softmax.path)


def test_errors_are_one_line(inkdigits, quick_run, softmax, tmp_path):
    for arguments, said in (
        ((softmax.path,), "at least two runs"),
        ((softmax.path, tmp_path), "is not a run"),
        ((softmax.path, quick_run.path, "--out", tmp_path / "page.pdf"), "ends in .html"),
    ):
        done = inkdigits("compare", *arguments)
        assert (done.status, done.stderr.count("\n")) == (1, 1)
        assert done.stderr.startswith("error: ")
        assert said in done.stderr


def test_python_has_the_same(quick_run, softmax, tmp_path):
    result = softmax.compare(quick_run)
    assert result.pairs[0].second == "quick"
    assert Run(softmax.path).compare(quick_run.path).sentence == result.sentence
    assert compare(softmax.path, quick_run.path, out=tmp_path / "page.html").sentence == result.sentence
    assert (tmp_path / "page.html").exists()
    assert escape(result.sentence) in result._repr_html_()
    assert list(result.frame()["name"]) == ["softmax", "quick"]
