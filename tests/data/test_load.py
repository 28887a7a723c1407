import hashlib
from pathlib import Path

import numpy as np
import pytest

from helpers.files import idx_bytes
from inkdigits.core.errors import DataError
from inkdigits.data.load import load


@pytest.fixture
def idx_folder(tmp_path: Path, write_idx, some_digits) -> Path:
    folder = tmp_path / "idx"
    for name, part in (("train", some_digits[:40]), ("t10k", some_digits[40:])):
        write_idx(part.images, f"{name}-images-idx3-ubyte", folder)
        write_idx(part.labels, f"{name}-labels-idx1-ubyte.gz", folder)
    return folder


def test_uci_by_its_name():
    assert load("uci").name == "uci"


@pytest.mark.mnist
def test_mnist_by_its_name_from_a_folder(mnist_folder: Path):
    assert len(load("mnist", data_dir=mnist_folder).train) == 60_000


def test_a_folder_with_two_idx_pairs(idx_folder: Path, some_digits):
    data = load(idx_folder)
    assert np.array_equal(data.train.images, some_digits.images[:40])
    assert np.array_equal(data.test.labels, some_digits.labels[40:])
    assert len(data.provenance.sha256) == 4
    assert data.provenance.notes == ()


def test_one_idx_file_holds_back_a_test_set(idx_folder: Path):
    data = load(str(idx_folder / "train-images-idx3-ubyte"))
    assert len(data.train) + len(data.test) == 40
    assert "held back" in data.provenance.notes[0]


def test_a_folder_with_one_idx_pair(tmp_path: Path, write_idx, some_digits):
    write_idx(some_digits.images, "my-images-idx3-ubyte.gz")
    write_idx(some_digits.labels, "my-labels-idx1-ubyte.gz")
    data = load(tmp_path)
    assert (len(data.train), len(data.test)) == (50, 10)


def test_a_plain_file_comes_before_its_gz(idx_folder: Path):
    (idx_folder / "train-images-idx3-ubyte.gz").write_bytes(b"never opened")
    assert len(load(idx_folder).train) == 40


def test_missing_labels_are_named(idx_folder: Path):
    (idx_folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match="no labels beside it; expected t10k-labels-idx1-ubyte or"):
        load(idx_folder)


def test_ambiguous_idx_pairs_are_listed(idx_folder: Path, some_digits):
    (idx_folder / "other-images-idx3-ubyte").write_bytes(idx_bytes(some_digits.images))
    with pytest.raises(DataError, match=r"holds the IDX pictures other-images-idx3-ubyte, t10k-images"):
        load(idx_folder)


def test_npz_csv_and_pictures_by_their_path(tmp_path: Path, some_digits, picture_folder: Path):
    x, y = some_digits.images, some_digits.labels
    np.savez(tmp_path / "digits.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    keras = load(tmp_path / "digits.npz")
    assert len(keras.test) == 60
    assert keras.provenance.sha256 == {"digits.npz": hashlib.sha256((tmp_path / "digits.npz").read_bytes()).hexdigest()}
    np.savetxt(tmp_path / "digits.csv", np.column_stack([y, x.reshape(60, -1)]), fmt="%d", delimiter=",")
    table = load(tmp_path / "digits.csv")
    assert (len(table.train), len(table.test)) == (50, 10)
    assert "held back" in table.provenance.notes[-1]
    assert set(table.provenance.sha256) == {"digits.csv"}
    assert load(picture_folder).classes == ("2", "7", "10")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("mnits", "there is no data set or file 'mnits'; expected mnist, uci, pendigits, .*; did you mean mnist"),
        ("UCI", "did you mean uci"),
        ("far/away.npz", "check the name or the path"),
    ],
)
def test_an_unknown_name_lists_what_is_possible(source, words):
    with pytest.raises(DataError, match=words):
        load(source)


def test_an_unknown_format_lists_what_is_possible(tmp_path: Path):
    (tmp_path / "digits.mat").write_bytes(b"MATLAB")
    with pytest.raises(
        DataError, match=r"digits\.mat has a name that matches no known format; expected .* an \.npz, a \.csv or"
    ):
        load(tmp_path / "digits.mat")
