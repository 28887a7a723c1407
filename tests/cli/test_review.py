import json

from inkdigits.data.load import load
from inkdigits.data.review import Decision, picture_id, write_decisions


def decide(split, index, action, new_label=""):
    uci = load("uci")
    digits = uci.train if split == "train" else uci.test
    label = str(digits.labels[index])
    return Decision(split, index, picture_id(digits.images[index]), label, action, new_label)


def test_review_finds_suspects_and_writes_a_page(inkdigits, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_decisions(tmp_path / "uci.review.csv", [decide("test", 7, "keep")])
    result = inkdigits("review", "uci", "--recipe", "softmax", "--networks", 2, "--json")
    assert result.status == 0
    assert result.stderr == ""
    record = result.json
    assert (record["split"], record["examples"]) == ("test", 359)
    assert record["seconds"] > 0
    assert len(record["suspects"]) >= max(100, record["likely_errors"])
    assert list(record["suspects"][0]) == ["index", "label", "suggested", "score"]
    scores = [each["score"] for each in record["suspects"]]
    assert scores == sorted(scores)
    page = (tmp_path / record["page"]).read_text()
    assert record["page"] == "uci-test-review.html"
    assert json.dumps(picture_id(load("uci").test.images[7])) in page
    assert record["decisions"] == "uci.review.csv"


def test_review_says_what_it_found_and_what_to_do_next(inkdigits, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = inkdigits("review", "uci", "--recipe", "softmax", "--networks", 2, "--split", "train", "--out", "p.html")
    assert result.status == 0
    assert "of 1,438 labels are probably wrong" in result.stdout
    assert "inkdigits train mlp-dropout --data uci --review uci.review.csv" in result.stdout
    assert (tmp_path / "p.html").exists()


def test_wrong_options_are_named(inkdigits, tmp_path):
    assert inkdigits("review", "uci", "--split", "validation").status == 2
    result = inkdigits("review", "uci", "--out", tmp_path / "page.pdf")
    assert (result.status, "expected a file that ends in .html" in result.stderr) == (1, True)
    result = inkdigits("review", "uci", "--decisions", tmp_path / "gone.csv")
    assert result.status == 1
    assert "error: there is no file" in result.stderr


def test_training_with_decisions_is_recorded_as_other_data(inkdigits, tmp_path):
    decisions = tmp_path / "decided.csv"
    write_decisions(decisions, [decide("train", 3, "leave out"), decide("test", 0, "leave out")])
    with_, without = tmp_path / "with", tmp_path / "without"
    assert inkdigits("train", "softmax", "--data", "uci", "--epochs", 1, "--out", without, "--json").status == 0
    trained = inkdigits(
        "train", "softmax", "--data", "uci", "--epochs", 1, "--out", with_, "--review", decisions, "--json"
    )
    assert trained.json["test"]["examples"] == 358
    one, other = (json.loads((run / "run.json").read_text())["dataset"] for run in (with_, without))
    assert one["sha256"] != other["sha256"]
    assert other["provenance"]["review"] is None
    assert {key: one["provenance"]["review"][key] for key in ("relabelled", "left_out", "kept")} == {
        "relabelled": 0,
        "left_out": 2,
        "kept": 0,
    }
    # The run finds its own data again, and another run can be measured on the corrected test set.
    assert inkdigits("evaluate", with_, "--json").json["examples"] == 358
    assert inkdigits("evaluate", without, "--json").json["examples"] == 359
    assert inkdigits("evaluate", without, "--review", decisions, "--json").json["examples"] == 358
    assert inkdigits("evaluate", without, "--review", decisions, "--split", "train").status == 2
    shown = inkdigits("data", "uci", "--review", decisions, "--json").json
    assert (shown["train"]["examples"], shown["provenance"]["review"]["left_out"]) == (1437, 2)


def test_without_cleanlab_it_says_what_to_install(inkdigits, tmp_path, monkeypatch):
    import sys

    monkeypatch.chdir(tmp_path)
    for name in [name for name in sys.modules if name.startswith(("cleanlab", "inkdigits.learn.evaluation.label"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cleanlab", None)
    result = inkdigits("review", "uci")
    assert result.status == 1
    assert 'pip install "inkdigits[learn,review]"' in result.stderr
