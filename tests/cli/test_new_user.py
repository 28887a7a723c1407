"""What a new user types, and what used to mislead him or her."""

import re
import shlex
import subprocess
import sys

import pytest
from PIL import Image

from inkdigits.cli.commands import COMMANDS


def printed_command(stdout):
    return shlex.split(stdout.split("Next: ")[1].splitlines()[0])


@pytest.mark.slow
@pytest.mark.mnist
def test_the_printed_command_runs_in_a_new_shell(inkdigits, mnist_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("INKDIGITS_DATA", str(mnist_folder))
    run = tmp_path / "my runs" / "one"
    done = inkdigits("train", "mlp-tanh", "--out", run)
    monkeypatch.delenv("INKDIGITS_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
    command = printed_command(done.stdout)
    assert command[:2] == ["inkdigits", "report"]
    assert inkdigits(*command[1:]).status == 0
    page = (run / "report.html").read_text("utf-8")
    assert "MNIST (Y. LeCun" in page
    assert str(mnist_folder) not in page
    assert "inkdigits train mlp-tanh --data mnist --seed 1" in page
    assert "be compared with this run" not in page  # the tutorial's own recipe and data
    # The folder that is remembered may be gone: then the places of today are looked through.
    record = (run / "run.json").read_text("utf-8")
    (run / "run.json").write_text(record.replace(str(mnist_folder), "/nowhere"), "utf-8")
    monkeypatch.setenv("INKDIGITS_DATA", str(mnist_folder))
    assert inkdigits("evaluate", run, "--json").json["examples"] == 10_000


def test_a_report_shows_no_folder_of_this_machine(inkdigits, picture_folder, tmp_path):
    (picture_folder / "2" / "broken.png").write_bytes(b"no picture")
    changes = ("--epochs", 1, "--set", "optimizer.learning_rate=0.5")
    trained = inkdigits("train", "softmax", "--data", picture_folder, "--skip-bad", *changes, "--out", tmp_path / "run")
    assert trained.status == 0, trained.stderr
    assert inkdigits("report", tmp_path / "run").status == 0
    page = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert str(tmp_path) not in page
    assert "inkdigits train recipe.toml --data pictures --seed 1 --skip-bad" in page
    assert "Your own data: pictures" in page
    assert "broken.png" in page


@pytest.mark.slow
def test_own_classes_are_learned_evaluated_reported_exported(inkdigits, picture_folder, tmp_path):
    run = tmp_path / "run"
    done = inkdigits("train", "mlp-tanh", "--data", picture_folder, "--epochs", 3, "--out", run)
    assert done.status == 0, done.stderr
    assert len(inkdigits("evaluate", run, "--json").json["confusion"]) == 3
    assert inkdigits("report", run).status == 0
    page = (run / "report.html").read_text("utf-8")
    assert "dense 3, softmax" in page
    assert "it is for MNIST, this run for other data" in page
    assert "recipe is not the tutorial" in page  # three epochs, not one
    picture = next((picture_folder / "7").iterdir())
    assert set(inkdigits("predict", run, picture, "--json").json["probabilities"]) == {"2", "7", "10"}
    assert inkdigits("export", run, tmp_path / "three.onnx").status == 0


def test_own_classes_with_several_seeds_and_in_the_tables(inkdigits, picture_folder, tmp_path):
    options = ("--data", picture_folder, "--seeds", 2)
    assert inkdigits("train", "softmax", *options, "--epochs", 1, "--out", tmp_path / "seeds").status == 0
    assert inkdigits("reproduce", "mlp-tanh", *options, "--out", tmp_path / "all").status == 0
    assert inkdigits("recipes", "cnn", "--classes", 26, "--json").json["summary"][-1]["output_shape"] == [26]


def test_a_training_that_learned_nothing_says_so_and_why(inkdigits, tmp_path):
    rate = ("--set", "optimizer.learning_rate=1e8", "--set", "epochs=3")
    done = inkdigits("train", "mlp-100x2", "--data", "uci", *rate, "--out", tmp_path / "run")
    assert "nothing: " in done.stdout
    assert "The learning rate, 1e+08, is probably too high" in done.stdout
    assert "optimizer.learning_rate=0.001" in done.stdout
    assert max(len(word) for word in (done.stdout + done.stderr).split() if word[0].isdigit()) < 20
    seeds = inkdigits("train", "mlp-100x2", "--data", "uci", *rate, "--seeds", 2, "--out", tmp_path / "seeds")
    assert len(re.findall(r"seed [12]: Learned (almost )?nothing", seeds.stdout)) == 2
    well = inkdigits("train", "mlp-100x2", "--data", "uci", "--epochs", 4, "--out", tmp_path / "well")
    assert "othing" not in well.stdout


def test_constant_labels_are_told_of_although_all_is_read_right(inkdigits, picture_folder, tmp_path):
    """A perfect accuracy that means nothing."""
    for name in ("2", "7"):
        for picture in (picture_folder / name).iterdir():
            picture.rename(picture_folder / "10" / f"{name}-{picture.name}")
        (picture_folder / name).rmdir()
    done = inkdigits("train", "softmax", "--data", picture_folder, "--epochs", 1, "--out", tmp_path / "run")
    if done.status == 0:  # where data of one class is not refused before
        assert "Every training label is 10" in done.stdout
    else:
        assert "class" in done.stderr


@pytest.mark.parametrize(
    ("command", "name", "mended"),
    [
        (("recipes", "cnn", "--diagram"), "net.png", "net.svg"),
        (("data", "uci", "--samples"), "digits.svg", "digits.png"),
        (("data", "uci", "--samples"), "digits", "digits.png"),
    ],
)
def test_a_picture_is_what_its_ending_says_or_an_error(inkdigits, tmp_path, command, name, mended):
    done = inkdigits(*command, tmp_path / name)
    assert done.status == 1
    assert f"name it {tmp_path / mended}" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("ending", "kind"), [("jpg", "JPEG"), ("PNG", "PNG"), ("webp", "WEBP")])
def test_samples_in_the_format_of_the_ending(inkdigits, tmp_path, ending, kind):
    assert inkdigits("data", "uci", "--samples", tmp_path / f"digits.{ending}").status == 0
    with Image.open(tmp_path / f"digits.{ending}") as drawn:
        assert drawn.format == kind


def test_teaching_without_corrections_shows_an_error_and_no_progress(inkdigits, tmp_path):
    done = inkdigits("teach", "--data-dir", tmp_path, "--data", "uci")
    assert done.status == 1
    assert done.stderr.startswith("error: there are no corrections")
    assert done.stdout == ""


def test_predict_alone_says_what_to_add(inkdigits, quick_run):
    done = inkdigits("predict", quick_run.path)
    assert done.status == 2
    message = " ".join(done.stderr.replace("│", " ").split())
    assert "Add pictures" in message
    assert "--split test --index 0" in message


@pytest.mark.parametrize("command", [*COMMANDS, ""])
def test_flags_stand_alone_in_the_help(inkdigits, command):
    shown = inkdigits(*filter(None, [command]), "--help").stdout
    assert "--help" in shown
    assert "bool" not in shown


def test_without_a_network_the_error_begins_with_uci(tmp_path):
    environment = {"XDG_CACHE_HOME": str(tmp_path), "PATH": "/usr/bin", "https_proxy": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-m", "inkdigits", "train", "softmax"],
        capture_output=True, text=True, check=False, timeout=60, env=environment | {"PYTHONPATH": ":".join(sys.path)},
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("error: --data uci needs no network; MNIST is not on this machine")


@pytest.mark.slow
def test_the_report_says_how_the_data_was_changed(inkdigits, tmp_path):
    run = tmp_path / "run"
    done = inkdigits("train", "softmax", "--data", "uci", "--epochs", 1, "--invert", "--transpose", "--out", run)
    assert done.status == 0, done.stderr
    assert inkdigits("report", run).status == 0
    page = (run / "report.html").read_text("utf-8")
    assert "inkdigits train recipe.toml --data uci --seed 1 --invert --transpose" in page
