"""Whatever a user gets wrong: one line that names it, exit 1, and nothing lost."""

import gzip

import numpy as np
import pytest
from PIL import Image

from helpers.files import draw_digit, idx_bytes


@pytest.fixture
def refused(inkdigits):
    """Run a command that must fail as the contract says; returns its one error line."""

    def run(*arguments):
        done = inkdigits(*arguments)
        errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        assert done.status == 1, done
        assert len(errors) == 1
        assert "Traceback" not in done.stderr
        assert "; expected " in errors[0]
        return errors[0]

    return run


def pair(folder, images=None, labels=None):
    """Write an IDX pair; either may be given as raw bytes."""
    folder.mkdir(exist_ok=True)
    images = idx_bytes(np.zeros((20, 28, 28), np.uint8)) if images is None else images
    labels = idx_bytes(np.arange(20, dtype=np.uint8) % 10) if labels is None else labels
    (folder / "train-images-idx3-ubyte").write_bytes(images)
    (folder / "train-labels-idx1-ubyte").write_bytes(labels)
    return folder


class TestData:
    def test_truncated_gz(self, refused, tmp_path):
        whole = gzip.compress(idx_bytes(np.random.default_rng(0).integers(0, 255, (20, 28, 28), np.uint8)))
        folder = pair(tmp_path / "d", images=whole[: len(whole) // 2])
        assert "train-images-idx3-ubyte" in refused("data", folder)

    def test_wrong_magic(self, refused, tmp_path):
        folder = pair(tmp_path / "d", images=b"\x00\x00\x0b\x03" + bytes(500))
        assert "train-images-idx3-ubyte" in refused("data", folder)

    def test_label_out_of_range(self, refused, tmp_path):
        labels = idx_bytes(np.full(20, 11, np.uint8))
        assert "11" in refused("data", pair(tmp_path / "d", labels=labels))

    def test_counts_that_differ(self, refused, tmp_path):
        labels = idx_bytes(np.zeros(19, np.uint8))
        line = refused("data", pair(tmp_path / "d", labels=labels))
        assert "19" in line
        assert "20" in line

    def test_csv_with_a_missing_column(self, refused, tmp_path):
        columns = ["label", *(f"pixel{number}" for number in range(783))]
        path = tmp_path / "digits.csv"
        path.write_text(",".join(columns) + "\n" + ",".join(["0"] * 784) + "\n")
        assert "digits.csv" in refused("data", path)

    def test_npz_with_pickled_objects(self, refused, tmp_path):
        path = tmp_path / "digits.npz"
        evil = np.array([print], dtype=object)
        np.savez(path, x_train=evil, y_train=evil, x_test=evil, y_test=evil)
        assert "digits.npz" in refused("data", path)

    def test_an_unreadable_picture_is_named_and_left_out_only_when_asked(self, refused, inkdigits, tmp_path):
        for label in (3, 4):
            (tmp_path / "d" / str(label)).mkdir(parents=True)
            for number in range(6):
                Image.fromarray(draw_digit(label, 50 + number)).save(tmp_path / "d" / str(label) / f"{number}.png")
        (tmp_path / "d" / "3" / "broken.png").write_bytes(b"\x89PNG but no more")
        line = refused("data", tmp_path / "d")
        assert "broken.png" in line
        assert "--skip-bad" in line
        done = inkdigits("data", tmp_path / "d", "--skip-bad", "--json")
        assert done.status == 0
        assert done.json["train"]["examples"] + done.json["test"]["examples"] == 12
        assert any("1 " in note for note in done.json["provenance"]["notes"])
        train = ("train", "softmax", "--set", "layers.1.units=2", "--epochs", 1, "--data", tmp_path / "d")
        assert "--skip-bad" in refused(*train, "--out", tmp_path / "run")
        assert inkdigits(*train, "--out", tmp_path / "run", "--skip-bad").status == 0
        assert inkdigits("evaluate", tmp_path / "run", "--json").json["examples"] == 2

    def test_a_name_that_is_nothing(self, refused):
        assert "did you mean mnist?" in refused("data", "mnits")

    def test_training_on_bad_data_makes_no_run(self, refused, tmp_path):
        folder = pair(tmp_path / "d", labels=idx_bytes(np.full(20, 11, np.uint8)))
        refused("train", "softmax", "--data", folder, "--out", tmp_path / "run")
        assert not (tmp_path / "run").exists()


class TestRecipe:
    def test_layers_that_do_not_fit(self, refused, tmp_path):
        path = tmp_path / "own.toml"
        path.write_text(
            'name = "own"\ntitle = "Own"\nepochs = 1\n'
            'layers = [{ type = "dense", units = 10, activation = "softmax" }]\n[optimizer]\nname = "adam"\n'
        )
        line = refused("train", path, "--data", "uci", "--out", tmp_path / "run")
        assert "layers.0" in line
        assert "flatten" in line
        assert not (tmp_path / "run").exists()

    def test_a_misspelt_key(self, refused, tmp_path):
        line = refused(
            "train", "softmax", "--data", "uci", "--set", "optimizer.learing_rate=1", "--out", tmp_path / "r"
        )
        assert "did you mean learning_rate?" in line

    def test_selecting_on_the_test_set(self, refused, tmp_path):
        line = refused("train", "softmax", "--set", "early_stopping.patience=1", "--out", tmp_path / "r")
        assert "choosing by the test set" in line


class TestRun:
    def test_a_run_that_exists(self, refused, quick_run):
        before = (quick_run.path / "weights.safetensors").read_bytes()
        line = refused("train", "softmax", "--data", "uci", "--out", quick_run.path)
        assert "--overwrite" in line
        assert (quick_run.path / "weights.safetensors").read_bytes() == before

    def test_nan_loss(self, refused, tmp_path):
        rate = "optimizer.learning_rate=1e38"
        line = refused("train", "mlp-100x2", "--data", "uci", "--set", rate, "--out", tmp_path / "run")
        assert "--set optimizer.learning_rate=0.001," in line

    def test_data_that_has_changed_since(self, refused, inkdigits, tmp_path):
        folder = pair(tmp_path / "d")
        recipe = ("softmax", "--set", "epochs=1")
        assert inkdigits("train", *recipe, "--data", folder, "--out", tmp_path / "run").status == 0
        pair(folder, labels=idx_bytes(np.arange(20, dtype=np.uint8)[::-1] % 10))
        assert "has changed" in refused("evaluate", tmp_path / "run")
        assert inkdigits("evaluate", tmp_path / "run", "--data", folder, "--json").status == 0

    def test_files_that_are_missing_or_damaged(self, refused, quick_run, tmp_path):
        import shutil

        copy = tmp_path / "copy"
        shutil.copytree(quick_run.path, copy)
        (copy / "weights.safetensors").write_bytes(b"x" * 100)
        assert "weights.safetensors is damaged" in refused("evaluate", copy)
        (copy / "weights.safetensors").unlink()
        assert "weights.safetensors is missing" in refused("evaluate", copy)
        (copy / "run.json").write_text("{")
        assert "run.json is damaged" in refused("evaluate", copy)
        (copy / "run.json").write_text('{"format": 99}')
        assert "later version" in refused("evaluate", copy)

    def test_a_folder_that_is_no_run(self, refused, tmp_path):
        assert "is not a run" in refused("report", tmp_path)

    def test_splits_and_places_that_are_not_there(self, refused, quick_run):
        assert "has no best digits" in refused("evaluate", quick_run.path, "--split", "best")
        assert "a place from 0 to 358" in refused("predict", quick_run.path, "--index", 359)

    def test_an_unknown_device(self, refused, tmp_path):
        assert "tpu" in refused("train", "softmax", "--data", "uci", "--device", "tpu", "--out", tmp_path / "run")
