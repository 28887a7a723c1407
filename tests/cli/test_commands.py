import json
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from helpers.files import draw_digit
from helpers.percentages import other_percentages


class TestRecipes:
    def test_the_list_has_the_parameter_counts(self, inkdigits):
        text = inkdigits("recipes").stdout
        for words in ("softmax", "7,850", "mlp-tanh", "311,650", "cnn", "3,274,634", "99.13"):
            assert words in text
        names = [recipe["name"] for recipe in inkdigits("recipes", "--json").json["recipes"]]
        assert names[:6] == ["softmax", "mlp-tanh", "mlp-100x2", "mlp-1000", "mlp-dropout", "cnn"]

    def test_one_recipe_in_full_with_its_picture(self, inkdigits, tmp_path):
        picture = tmp_path / "cnn.svg"
        done = inkdigits("recipes", "cnn", "--diagram", picture)
        assert "conv 5x5, 32 filters, same, relu" in done.stdout
        assert "32 × 28 × 28" in done.stdout
        assert "Source: TensorFlow's expert MNIST tutorial" in done.stdout
        assert "10,000 steps" in done.stdout
        assert ET.fromstring(picture.read_text("utf-8")).tag.endswith("svg")
        text = " ".join(done.stdout.split())
        assert "summed over the batch" in text
        assert "The first 8.3 % of the training set is not used." in text
        record = inkdigits("recipes", "cnn", "--json").json
        assert record["parameters"] == 3_274_634
        assert record["summary"][0] == {
            "layer": "conv 5x5, 32 filters, same, relu", "output_shape": [32, 28, 28], "parameters": 832,
        }  # fmt: skip

    def test_changes_show(self, inkdigits):
        record = inkdigits("recipes", "softmax", "--set", "layers.1.units=26", "--classes", 26, "--json").json
        assert record["parameters"] == 785 * 26
        text = inkdigits("recipes", "mlp-dropout", "--set", "shuffle_validation=true").stdout
        assert "a random 10 % of the training set" in text


class TestTrain:
    def test_json_ends_with_the_object_of_the_contract(self, inkdigits, tmp_path):
        done = inkdigits("train", "mlp-100x2", "--data", "uci", "--epochs", 2, "--out", tmp_path / "run", "--json")
        record = done.json
        assert set(record) == {"run", "recipe", "seed", "epochs", "seconds", "history", "test"}
        assert set(record["history"]) == {"loss", "accuracy", "val_loss", "val_accuracy"}
        assert {len(series) for series in record["history"].values()} == {2}
        assert set(record["test"]) == {"loss", "accuracy", "errors", "examples"}
        assert (record["recipe"], record["seed"], record["epochs"]) == ("mlp-100x2", 1, 2)
        assert done.stderr == ""

    def test_plain_lines_where_there_is_no_terminal(self, inkdigits, tmp_path):
        done = inkdigits("train", "softmax", "--data", "uci", "--set", "epochs=2", "--out", tmp_path / "run")
        lines = done.stderr.splitlines()
        assert lines[0] == "softmax"
        assert lines[1].startswith("epoch 1/2  loss ")
        assert lines[1].endswith(" examples/s")
        assert "val_accuracy" in lines[2]
        assert "test accuracy" in done.stdout
        assert other_percentages(done.stderr + done.stdout) == []
        assert str(tmp_path / "run") in done.stdout

    def test_runs_are_numbered_where_no_folder_is_named(self, inkdigits, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        command = ("train", "softmax", "--data", "uci", "--epochs", 1, "--json")
        assert inkdigits(*command).json["run"] == "runs/softmax"
        assert inkdigits(*command).json["run"] == "runs/softmax-2"
        longer = inkdigits(*command[:-3], "--epochs", 2, "--json", "--resume").json
        assert (longer["run"], longer["epochs"]) == ("runs/softmax-2", 2)

    def test_several_seeds_with_mean_and_spread(self, inkdigits, tmp_path):
        command = ("train", "softmax", "--data", "uci", "--epochs", 1, "--seed", 3, "--seeds", 2, "--out", tmp_path)
        done = inkdigits(*command)
        assert "softmax seed 4  epoch 1/1  loss " in done.stderr
        assert "over 2 seeds" in done.stdout
        assert "--resume" in inkdigits(*command).stderr
        record = inkdigits(*command, "--resume", "--json").json
        assert {"recipe", "seeds", "accuracy", "loss", "seconds", "runs"} == set(record)
        assert [run["seed"] for run in record["runs"]] == [3, 4]
        assert record["runs"][0]["run"] == str(tmp_path / "softmax-seed3")
        both = [run["test"]["accuracy"] for run in record["runs"]]
        assert record["accuracy"]["mean"] == pytest.approx(sum(both) / 2)
        assert record["accuracy"]["all"] == both
        alone = inkdigits(*command[:-4], "--out", tmp_path / "alone", "--json").json
        assert alone["history"]["loss"] == pytest.approx(record["runs"][0]["history"]["loss"], rel=1e-4)

    def test_the_best_weights_are_told_of(self, inkdigits, tmp_path):
        changes = ["--set", "early_stopping.patience=1", "--set", "early_stopping.restore_best=true"]
        changes += ["--set", "optimizer.learning_rate=0.05"]
        done = inkdigits("train", "mlp-dropout", "--data", "uci", *changes, "--out", tmp_path / "run")
        assert "are kept: the best on validation" in done.stdout


def test_evaluate(inkdigits, quick_run):
    record = inkdigits("evaluate", quick_run.path, "--json").json
    assert {"split", "examples", "loss", "accuracy", "errors", "confusion"} <= set(record)
    assert (record["split"], record["examples"]) == ("test", 359)
    assert sum(map(sum, record["confusion"])) == 359
    metrics = quick_run.folder.read_json("metrics.json")["test"]
    assert record["accuracy"] == pytest.approx(metrics["accuracy"])
    assert record["loss"] == pytest.approx(metrics["loss"], rel=1e-5)
    for split, examples in (("validation", 144), ("train", 1294)):
        assert inkdigits("evaluate", quick_run.path, "--split", split, "--json").json["examples"] == examples
    text = inkdigits("evaluate", quick_run.path).stdout
    assert "precision %" in text
    assert "expected calibration error" in text
    assert other_percentages(text) == []
    assert "Confusion" in text


class TestPredict:
    def test_a_digit_of_a_split(self, inkdigits, quick_run):
        record = inkdigits("predict", quick_run.path, "--split", "test", "--index", 115, "--json").json
        digit = quick_run.split("test")
        assert record["label"] == str(digit.labels[115])
        assert list(record["probabilities"]) == list("0123456789")
        assert sum(record["probabilities"].values()) == pytest.approx(1, abs=1e-5)
        assert record["confidence"] == max(record["probabilities"].values())
        text = inkdigits("predict", quick_run.path, "--index", 115).stdout
        assert "█" in text
        assert f"label {record['label']}: " in text

    def test_pictures_go_on_after_a_bad_one(self, inkdigits, quick_run, tmp_path):
        good, blank, broken = (tmp_path / name for name in ("good.png", "blank.png", "broken.png"))
        Image.fromarray(draw_digit(4)).save(good)
        Image.new("L", (60, 60), 255).save(blank)
        broken.write_bytes(b"nothing")
        done = inkdigits("predict", quick_run.path, broken, blank, good, "--json")
        assert done.status == 1
        errors = done.stderr.splitlines()
        assert len(errors) == 2
        assert "broken.png" in errors[0]
        assert "nothing readable in" in errors[1]
        assert json.loads(done.stdout)["file"] == str(good)

    def test_either_pictures_or_a_place(self, inkdigits, quick_run):
        assert inkdigits("predict", quick_run.path, "a.png", "--index", 1).status == 2


@pytest.mark.slow
def test_report(inkdigits, quick_run):
    record = inkdigits("report", quick_run.path, "--json").json
    page = (quick_run.path / "report.html").read_text("utf-8")
    assert record == {
        "run": str(quick_run.path),
        "report": str(quick_run.path / "report.html"),
        "bytes": len(page.encode()),
    }
    assert "Label, Prediction" in page
    assert 'class="network"' in page
    assert "--data uci --seed 1" in page
    assert inkdigits("report", quick_run.path, "--language", "ko").stdout.strip().endswith("report.ko.html")
    assert '<html lang="ko">' in (quick_run.path / "report.ko.html").read_text("utf-8")


def test_reproduce(inkdigits, tmp_path):
    out = tmp_path / "all"
    command = ("reproduce", "softmax", "mlp-tanh", "--data", "uci", "--seeds", 2, "--out", out)
    first = inkdigits(*command)
    assert "softmax seed 2: test accuracy" in first.stdout
    table = (out / "reproduce.md").read_text("utf-8")
    assert table in first.stdout
    assert "| mlp-tanh | 93.72 |" in table
    written = (out / "softmax-seed1" / "weights.safetensors").stat().st_mtime_ns
    again = inkdigits(*command, "--json").json
    assert (out / "softmax-seed1" / "weights.safetensors").stat().st_mtime_ns == written
    softmax = again["results"][0]
    assert softmax["seeds"] == 2
    both = softmax["accuracy"]["all"]
    assert softmax["accuracy"]["mean"] == pytest.approx(sum(both) / 2)
    assert softmax["accuracy"]["spread"] == pytest.approx(abs(both[0] - both[1]) / 2**0.5)
    assert softmax["accuracy"]["best"] == max(both)
    assert softmax["tutorial"] == {
        "accuracy": None, "loss": None, "accuracy_deviations": None, "loss_deviations": None
    }  # fmt: skip
    tanh = again["results"][1]
    for figure in ("accuracy", "loss"):
        ours = tanh[figure]
        distance = tanh["tutorial"][figure] - ours["mean"]
        assert tanh["tutorial"][f"{figure}_deviations"] == pytest.approx(distance / ours["spread"])
    assert f"| {tanh['tutorial']['accuracy_deviations']:+.1f} |" in table
    assert json.loads((out / "reproduce.json").read_text())["results"] == again["results"]


def test_reproduce_trains_the_same_networks_as_today(inkdigits, tmp_path):
    command = ("reproduce", "softmax", "--today", "--data", "uci", "--seeds", 1, "--out", tmp_path)
    done = inkdigits(*command)
    assert "softmax-today seed 1: test accuracy" in done.stdout
    table = (tmp_path / "today.md").read_text("utf-8")
    assert table in done.stdout
    assert table.startswith("| recipe | ours, mean % ± spread |")
    assert "tutorial" not in table
    assert not (tmp_path / "reproduce.md").exists()
    result = json.loads((tmp_path / "today.json").read_text())["results"][0]
    assert (result["recipe"], result["seeds"]) == ("softmax-today", 1)
    assert result["accuracy"]["mean"] > 0.9
