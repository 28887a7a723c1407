from pathlib import Path

import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.formats.npz import read_npz
from inkdigits.data.load import load


@pytest.fixture
def keras(some_digits):
    digits = some_digits
    return {
        "x_train": digits.images[:50],
        "y_train": digits.labels[:50].astype(np.uint8),
        "x_test": digits.images[50:],
        "y_test": digits.labels[50:].astype(np.uint8),
    }


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_keras_format_is_read(tmp_path: Path, keras, save):
    save(tmp_path / "mnist.npz", **keras)
    parts = read_npz(tmp_path / "mnist.npz")
    assert {name: len(part.labels) for name, part in parts.items()} == {"train": 50, "test": 10}
    assert np.array_equal(parts["test"].images, keras["x_test"])
    assert parts["test"].labels.dtype == np.int64
    assert parts["test"].notes == ()


@pytest.mark.parametrize(
    "names",
    [
        ("X_train", "y_train", "X_test", "y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("trainImages", "trainLabels", "testImages", "testLabels"),
        ("training_x", "training_y", "t10k_x", "t10k_y"),
        ("train_data", "train_targets", "test_data", "test_targets"),
        ("arr_0", "arr_1", "arr_2", "arr_3"),
    ],
)
def test_the_names_of_other_libraries_are_known(tmp_path: Path, keras, names):
    np.savez(tmp_path / "other.npz", **dict(zip(names, keras.values(), strict=True)))
    parts = read_npz(tmp_path / "other.npz")
    assert np.array_equal(parts["train"].images, keras["x_train"])
    assert parts["test"].labels.tolist() == keras["y_test"].tolist()


def test_arrays_without_names_may_come_pictures_first(tmp_path: Path, keras):
    np.savez(tmp_path / "split.npz", *(keras[name] for name in ("x_train", "x_test", "y_train", "y_test")))
    parts = read_npz(tmp_path / "split.npz")
    assert np.array_equal(parts["test"].images, keras["x_test"])
    assert parts["train"].labels.tolist() == keras["y_train"].tolist()


def test_medmnist_has_labels_in_a_column_and_a_validation_set(tmp_path: Path, some_digits):
    x, y = some_digits.images, some_digits.labels.astype(np.uint8)[:, None]
    arrays = {"train": slice(0, 40), "val": slice(40, 50), "test": slice(50, 60)}
    named = {f"{split}_images": x[part] for split, part in arrays.items()}
    named |= {f"{split}_labels": y[part] for split, part in arrays.items()}
    np.savez(tmp_path / "breastmnist.npz", **named)
    data = load(tmp_path / "breastmnist.npz")
    assert (len(data.train), len(data.test)) == (50, 10)
    assert data.train.labels.tolist() == y[:50, 0].tolist()
    assert "its own validation set (10) is the end of the training set" in data.provenance.notes


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (lambda x: x[..., None], None),
        (lambda x: x[:, None], None),
        (lambda x: x.reshape(-1, 784), None),
        (lambda x: np.repeat(x[..., None], 3, axis=3), "colours made grey"),
        (lambda x: x / 255, "0 to 1 scaled to 0 to 255"),
        (lambda x: x.astype(np.float64), None),
        (lambda x: x.astype(np.int64), None),
    ],
)
def test_pictures_of_other_shapes_and_ranges_become_the_same(tmp_path: Path, keras, change, note):
    np.savez(tmp_path / "digits.npz", x=change(keras["x_train"]), y=keras["y_train"])
    part = read_npz(tmp_path / "digits.npz")["train"]
    assert np.array_equal(part.images, keras["x_train"])
    assert note is None or note in part.notes[0]
    assert bool(part.notes) == bool(note)


@pytest.mark.parametrize(
    "change",
    [
        lambda y: y[:, None],
        lambda y: y.astype(np.float32),
        lambda y: y.astype(str),
        lambda y: np.eye(10, dtype=np.uint8)[y],
    ],
)
def test_labels_of_other_forms_become_the_same(tmp_path: Path, keras, change):
    np.savez(tmp_path / "digits.npz", x=keras["x_train"], y=change(keras["y_train"]))
    assert read_npz(tmp_path / "digits.npz")["train"].labels.tolist() == keras["y_train"].tolist()


def test_kmnist_has_a_file_for_pictures_and_one_for_labels(tmp_path: Path, some_digits):
    for name, part in (("train", slice(0, 40)), ("test", slice(40, 60))):
        np.savez_compressed(tmp_path / f"kmnist-{name}-imgs.npz", some_digits.images[part])
        np.savez_compressed(tmp_path / f"kmnist-{name}-labels.npz", some_digits.labels[part].astype(np.uint8))
    both = load(tmp_path)
    assert (len(both.train), len(both.test)) == (40, 20)
    assert np.array_equal(both.test.labels, some_digits.labels[40:])
    assert len(both.provenance.sha256) == 4
    one = load(tmp_path / "kmnist-train-imgs.npz")
    assert len(one.train) + len(one.test) == 40
    (tmp_path / "kmnist-train-labels.npz").unlink()
    with pytest.raises(DataError, match=r"no labels beside it; expected kmnist-train-labels\.npz"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x_test": None}, "has no pictures for y_test .it has x_train, y_train, y_test"),
        ({"y_train": None}, "has no labels for x_train"),
        ({"x_train": None, "y_train": None}, "has no training pictures and labels"),
        ({"y_test": np.array([7] * 10, dtype=object)}, "y_test of .* can't be read .*not pickled objects"),
        ({"x_train": np.zeros((50, 32, 32), np.uint8)}, r"x_train of .* has shape \(50, 32, 32\); expected 28x28"),
        ({"x_train": np.full((50, 28, 28), -1.0)}, "x_train of .* has values from -1 to -1; expected .* 0 to 255"),
        ({"x_train": np.full((50, 28, 28), np.nan)}, "not all of them finite"),
        ({"y_train": np.zeros((50, 10), np.uint8)}, r"y_train of .* has shape \(50, 10\)"),
        ({"y_train": np.full(50, 0.5)}, "y_train of .* dtype float64 and values that are not whole"),
        ({"y_train": np.array(["a"] * 50)}, "y_train of .* has words as labels"),
        ({"y_train": np.zeros(49, np.uint8)}, "50 pictures and y_train of .* 49 labels"),
    ],
)
def test_arrays_that_do_not_fit_are_named(tmp_path: Path, keras, change, words):
    arrays = {key: value for key, value in (keras | change).items() if value is not None}
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(DataError, match=words):
        read_npz(tmp_path / "bad.npz")


def test_damaged_and_foreign_files_are_named(tmp_path: Path, keras):
    path = tmp_path / "bad.npz"
    np.savez_compressed(path, **keras)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[200:260] = bytes(60)
    for content in (b"", b"no archive", whole[:-300], bytes(flipped)):
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"bad\.npz"):
            read_npz(path)


def test_a_decompression_bomb_is_refused_by_its_directory(tmp_path: Path, keras, monkeypatch):
    monkeypatch.setattr("inkdigits.data.formats.npz.MAX_BYTES", 1000)
    np.savez_compressed(tmp_path / "bomb.npz", **keras)
    with pytest.raises(DataError, match=r"bomb\.npz unpacks to .* bytes; expected at most 1,000"):
        read_npz(tmp_path / "bomb.npz")
