"""`inkdigits teach`, and reading with what it taught."""

import json
import shutil

import PIL.Image
import pytest

from helpers.odd_lines import odd_lines, save_lines
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.corrections.store import CorrectionStore
from inkdigits.data.load import load
from inkdigits.read.models.chosen import SHIPPED_MODELS


@pytest.fixture
def short(monkeypatch):
    """Let an adaptation be a matter of seconds: too short to learn anything."""
    monkeypatch.setattr("inkdigits.learn.adaptation.adapt.COMPOSED", 10)
    monkeypatch.setattr("inkdigits.learn.adaptation.adapt.DIGIT_STEPS", 2)
    monkeypatch.setattr("inkdigits.learn.adaptation.adapt.line_steps", lambda lines: 2)
    monkeypatch.setattr("inkdigits.learn.adaptation.lines.task.KNOWN_LINES", 10)


@pytest.fixture
def accepted(tmp_path):
    registry = ModelRegistry(tmp_path / "user")
    with registry.stage({"mnist": {"new": 0.99}}) as folder:
        for file in SHIPPED_MODELS.glob("*.onnx"):
            shutil.copy(file, folder / file.name)
    registry.accept()
    return registry


@pytest.mark.slow
def test_lines_are_taught_shown_used_and_taken_back(inkdigits, tmp_path, short):
    user, uci = tmp_path / "user", load("uci")
    labels = save_lines(odd_lines(uci.train, 6, seed=1), tmp_path / "given")
    labels.write_text(labels.read_text() + "gone.png,12\n")
    options = ("--data", "uci", "--data-dir", user)
    done = inkdigits("teach", "--lines", labels, *options, "--yes")
    assert done.status == 0, done.stderr
    assert "6 lines are kept with your corrections, 0 were there before" in done.stdout
    assert "lines held back: " in done.stdout
    assert "uci test: " in done.stdout
    assert "in use: networks adapted on 20" in done.stdout
    assert "left out: labels.csv, line 8: " in done.stderr
    again = inkdigits("teach", "--lines", labels, *options, "--json")
    assert again.json["kept_lines"]["known"] == 6
    assert (again.json["waits"], again.json["in_use"]) == (True, str(user / "taught" / "taught-0001"))
    back = inkdigits("teach", "--undo", "--data-dir", user)
    assert "in use: the shipped networks" in back.stdout


@pytest.mark.slow
def test_a_folder_of_digits_is_taught(inkdigits, tmp_path, short):
    uci = load("uci")
    for number in range(20):
        folder = tmp_path / "mine" / str(uci.train.labels[number])
        folder.mkdir(parents=True, exist_ok=True)
        PIL.Image.fromarray(255 - uci.train.images[number]).save(folder / f"{number}.png")
    model = ("--model", SHIPPED_MODELS / "digits.onnx", "--model", SHIPPED_MODELS / "lines-2.onnx")
    done = inkdigits("teach", tmp_path / "mine", "--data", "uci", "--data-dir", tmp_path / "user", *model, "--json")
    assert done.json["kept_digits"] == {"new": 20}
    assert done.json["corrections"]["examples"] == 4
    assert len(CorrectionStore(tmp_path / "user").list()) == 20


def test_reading_says_which_networks_read(inkdigits, sheet, accepted, tmp_path):
    done = inkdigits("read", sheet, "--adapted", "--data-dir", tmp_path / "user")
    assert (done.status, done.stdout) == (0, "3145\n80\n")
    assert done.stderr == f"read with the networks adapted {accepted.current.described}\n"
    shown = inkdigits("read", sheet, "--adapted", "--data-dir", tmp_path / "user", "--json").json
    assert shown["reader"] == {"adapted": "taught-0001", "date": accepted.current.date}
    assert "reader" not in inkdigits("read", sheet, "--json").json


def test_many_pictures_are_read_with_them_too(inkdigits, sheet, accepted, tmp_path):
    options = ("--adapted", "--data-dir", tmp_path / "user", "--workers", 1)
    assert inkdigits("read", sheet, "--out", tmp_path / "adapted.jsonl", *options).status == 0
    assert inkdigits("read", sheet, "--out", tmp_path / "shipped.jsonl", "--workers", 1).status == 0
    rows = [json.loads((tmp_path / f"{name}.jsonl").read_text()) for name in ("adapted", "shipped")]
    assert rows[0]["text"] == rows[1]["text"] == "3145\n80"
    assert rows[0]["networks"] != rows[1]["networks"]


def test_without_adapted_networks_reading_with_them_is_an_error(inkdigits, sheet, tmp_path):
    done = inkdigits("read", sheet, "--adapted", "--data-dir", tmp_path)
    assert done.status == 1
    assert done.stderr.startswith("error: no adapted networks are in use in ")
    assert inkdigits("read", sheet, "--data-dir", tmp_path).status == 2


def test_each_kind_may_have_its_own_network(inkdigits, sheet):
    models = ("--model", SHIPPED_MODELS / "digits.onnx", "--model", SHIPPED_MODELS / "lines-1.onnx")
    assert inkdigits("read", sheet, *models).stdout == "3145\n80\n"


@pytest.mark.parametrize("name", ["labels.csv", "folder"])
def test_what_is_not_there_is_told(inkdigits, tmp_path, name):
    option = ("--lines",) if name.endswith("csv") else ()
    done = inkdigits("teach", *option, tmp_path / name, "--data-dir", tmp_path / "user")
    assert done.status == 1
    assert done.stderr.startswith("error: ")
