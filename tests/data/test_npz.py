from pathlib import Path

import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.npz import read_npz


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
    data = read_npz(tmp_path / "mnist.npz")
    assert (len(data.train), len(data.test)) == (50, 10)
    assert np.array_equal(data.test.images, keras["x_test"])
    assert data.test.labels.dtype == np.int64


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x_test": None}, "has no array x_test .it has x_train, y_train, y_test"),
        ({"y_test": np.array([7] * 10, dtype=object)}, "y_test of .* can't be read .*not pickled objects"),
        ({"x_train": np.zeros((50, 784), np.uint8)}, r"x_train of .* has shape \(50, 784\)"),
        ({"x_train": np.zeros((50, 28, 28), np.float32)}, r"x_train of .* dtype float32"),
        ({"y_train": np.zeros((50, 10), np.uint8)}, r"y_train of .* has shape \(50, 10\)"),
        ({"y_train": np.zeros(50)}, "y_train of .* dtype float64"),
        ({"y_train": np.zeros(49, np.uint8)}, "50 pictures and 49 labels in train"),
        ({"y_test": np.array([3] * 9 + [12])}, "y_test of .* has the label 12 at position 9"),
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
    monkeypatch.setattr("inkdigits.data.npz.MAX_BYTES", 1000)
    np.savez_compressed(tmp_path / "bomb.npz", **keras)
    with pytest.raises(DataError, match=r"bomb\.npz unpacks to .* bytes; expected at most 1,000"):
        read_npz(tmp_path / "bomb.npz")
