import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.files import draw_digit
from inkdigits.data.load import load


@pytest.fixture
def kaggle_test(tmp_path: Path, quick_run) -> Path:
    """The run's test digits as Kaggle has them: a header, pixels, no labels."""
    images = quick_run.split("test").images
    header = ",".join(f"pixel{number}" for number in range(784))
    path = tmp_path / "test.csv"
    np.savetxt(path, images.reshape(len(images), -1), fmt="%d", delimiter=",", header=header, comments="")
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_without_labels_is_answered(inkdigits, quick_run, kaggle_test, tmp_path):
    out = tmp_path / "answers.csv"
    out.write_text("older")
    done = inkdigits("predict", quick_run.path, kaggle_test, "--out", out)
    assert done.stdout == f"359 answers: {out}\n"
    assert "Predicting: done, 359 pictures" in done.stderr
    assert out.read_text().startswith("id,label,confidence\n1,")
    rows = read(out)
    assert [row["id"] for row in rows] == [str(number) for number in range(1, 360)]
    expected = quick_run.probabilities("test")
    assert [int(row["label"]) for row in rows] == expected.argmax(axis=1).tolist()
    np.testing.assert_allclose([float(row["confidence"]) for row in rows], expected.max(axis=1), rtol=1e-3, atol=1e-5)
    assert list(tmp_path.glob(".*.part")) == []


def test_a_folder_is_answered_and_what_is_unreadable_has_no_label(inkdigits, quick_run, tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in ("2.png", "10.png"):
        Image.fromarray(draw_digit(4)).save(folder / name)
    (folder / "broken.png").write_bytes(b"nothing")
    out = tmp_path / "answers.csv"
    done = inkdigits("predict", quick_run.path, folder, "--out", out)
    assert done.status == 1
    assert done.stderr.splitlines()[-1].startswith("error: 1 of 3 pictures can't be read: broken.png; expected")
    rows = read(out)
    assert [row["id"] for row in rows] == ["2.png", "10.png", "broken.png"]
    assert [bool(row["label"]) for row in rows] == [True, True, False]
    assert rows[2]["confidence"] == ""
    done = inkdigits("predict", quick_run.path, folder, "--out", out, "--skip-bad", "--json")
    assert (done.status, done.json) == (0, {"out": str(out), "pictures": 3, "unreadable": 1})
    assert [row["id"] for row in read(out)] == ["2.png", "10.png"]


def test_several_sources_in_one_table(inkdigits, quick_run, kaggle_test, tmp_path):
    picture = tmp_path / "four.png"
    Image.fromarray(draw_digit(4)).save(picture)
    out = tmp_path / "answers.csv"
    inkdigits("predict", quick_run.path, picture, kaggle_test, "--out", out)
    ids = [row["id"] for row in read(out)]
    assert (ids[0], ids[1], len(ids)) == ("four.png", f"{kaggle_test}/1", 360)


def test_pictures_the_wrong_way_round_are_turned_on_request(inkdigits, quick_run, tmp_path):
    images = quick_run.split("test").images
    np.savez(tmp_path / "turned.npz", images.swapaxes(1, 2))
    out = tmp_path / "answers.csv"
    inkdigits("predict", quick_run.path, tmp_path / "turned.npz", "--out", out, "--transpose")
    assert [int(row["label"]) for row in read(out)] == quick_run.probabilities("test").argmax(axis=1).tolist()


def test_a_run_on_changed_data_reminds_of_the_change(inkdigits, tmp_path):
    uci = load("uci")
    np.savez(tmp_path / "turned.npz", x=uci.train.images.swapaxes(1, 2), y=uci.train.labels)
    run = tmp_path / "run"
    command = ("train", "softmax", "--data", tmp_path / "turned.npz", "--transpose", "--epochs", 1, "--json")
    inkdigits(*command, "--out", run)
    answer = ("predict", run, tmp_path / "turned.npz", "--out", tmp_path / "answers.csv")
    assert f"note: {run} was trained with --transpose; add it if these need it too" in inkdigits(*answer).stderr
    assert "note:" not in inkdigits(*answer, "--transpose").stderr


def test_what_is_missing_is_said(inkdigits, quick_run, kaggle_test, tmp_path):
    assert "add --out answers.csv" in inkdigits("predict", quick_run.path, kaggle_test).stderr
    assert inkdigits("predict", quick_run.path, "--out", tmp_path / "a.csv").status == 2
    done = inkdigits("predict", quick_run.path, tmp_path / "away.csv", "--out", tmp_path / "a.csv")
    assert (done.status, done.stderr.startswith("error: there is no file or folder")) == (1, True)
    assert not (tmp_path / "a.csv").exists()
    done = inkdigits("predict", quick_run.path, kaggle_test, "--out", tmp_path / "no" / "a.csv")
    assert (done.status, "can't be written" in done.stderr) == (1, True)
