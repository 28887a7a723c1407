"""Folders of files as archives unpack them and as others save them."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.formats.folder import read_folder
from inkdigits.data.load import load
from inkdigits.data.mnist import load_mnist

PARTS = (("train", slice(0, 40)), ("t10k", slice(40, 60)))


@pytest.fixture
def kaggle_archive(tmp_path: Path, write_idx, some_digits) -> Path:
    """Each file in a folder of its own name, and some beside it once more with a dot in its name."""
    for name, part in PARTS:
        for kind, values in (("images-idx3", some_digits.images), ("labels-idx1", some_digits.labels)):
            file = f"{name}-{kind}-ubyte"
            write_idx(values[part], file, tmp_path / "archive" / file)
            if name == "t10k":
                write_idx(values[part], file.replace("-idx", ".idx"), tmp_path / "archive")
    return tmp_path / "archive"


def test_idx_files_in_folders_of_their_own_names(kaggle_archive: Path, some_digits):
    data = load(kaggle_archive)
    assert np.array_equal(data.train.images, some_digits.images[:40])
    assert np.array_equal(data.test.labels, some_digits.labels[40:])


def test_mnist_is_found_in_folders_of_its_files_names(kaggle_archive: Path):
    with pytest.raises(DataError, match="differs from MNIST's file of that name"):
        load_mnist(kaggle_archive)


@pytest.fixture
def emnist(tmp_path: Path, write_idx, some_digits) -> Path:
    """Two of EMNIST's six sets in one folder: digits, and letters with labels from 1."""
    folder = tmp_path / "gzip"
    letters = np.arange(60) % 26 + 1
    for name, part in (("train", slice(0, 40)), ("test", slice(40, 60))):
        for kind, labels in (("digits", some_digits.labels), ("letters", letters)):
            write_idx(some_digits.images[part], f"emnist-{kind}-{name}-images-idx3-ubyte.gz", folder)
            write_idx(labels[part], f"emnist-{kind}-{name}-labels-idx1-ubyte.gz", folder)
    lines = [f"{number} {64 + number} {96 + number}" for number in range(1, 27)]
    (folder / "emnist-letters-mapping.txt").write_text("\n".join(lines) + "\n")
    return folder


def test_one_of_several_sets_is_named_by_how_its_files_begin(emnist: Path):
    with pytest.raises(DataError, match=r"holds the IDX pictures emnist-digits-.*; name one of them: .*/emnist-digits"):
        load(emnist)
    data = load(emnist / "emnist-digits")
    assert (len(data.train), len(data.test)) == (40, 20)
    assert data.name == str(emnist / "emnist-digits")
    assert data.classes == tuple("0123456789")
    with pytest.raises(DataError, match="there is no data set or file"):
        load(emnist / "emnist-balanced")


def test_letters_are_classes_by_their_mapping_and_a_note_says_so(emnist: Path):
    data = load(emnist / "emnist-letters")
    assert data.classes == tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert data.train.labels[:3].tolist() == [0, 1, 2]
    assert "labels 1 to 26 are taken as 26 classes: A to Z" in data.provenance.notes


def test_without_a_mapping_classes_are_called_as_their_labels(emnist: Path):
    (emnist / "emnist-letters-mapping.txt").unlink()
    data = load(emnist / "emnist-letters")
    assert data.classes == tuple(str(number) for number in range(1, 27))
    assert "labels 1 to 26 are taken as 26 classes: with these numbers as names" in data.provenance.notes


def write_csv(path: Path, digits, *, labelled: bool = True):
    header = ",".join((["label"] if labelled else []) + [f"pixel{number}" for number in range(784)])
    values = digits.images.reshape(len(digits), -1)
    rows = np.column_stack([digits.labels, values]) if labelled else values
    np.savetxt(path, rows, fmt="%d", delimiter=",", header=header, comments="")


@pytest.mark.parametrize("prefix", ["", "fashion-mnist_", "mnist_"])
def test_a_folder_with_a_training_and_a_test_table(tmp_path: Path, some_digits, prefix):
    write_csv(tmp_path / f"{prefix}train.csv", some_digits[:40])
    write_csv(tmp_path / f"{prefix}test.csv", some_digits[40:])
    data = load(tmp_path)
    assert np.array_equal(data.train.images, some_digits.images[:40])
    assert np.array_equal(data.test.labels, some_digits.labels[40:])
    assert set(data.provenance.sha256) == {f"{prefix}train.csv", f"{prefix}test.csv"}


def test_kaggles_test_table_without_labels_is_for_predicting(tmp_path: Path, some_digits):
    write_csv(tmp_path / "train.csv", some_digits)
    write_csv(tmp_path / "test.csv", some_digits, labelled=False)
    (tmp_path / "sample_submission.csv").write_text("ImageId,Label\n1,0\n")
    data = load(tmp_path)
    assert (len(data.train), len(data.test)) == (50, 10)
    assert any("test.csv has no labels: inkdigits predict RUN" in note for note in data.provenance.notes)
    assert any("held back" in note for note in data.provenance.notes)


def test_a_folder_with_one_npz_and_nothing_else(tmp_path: Path, some_digits):
    np.savez(tmp_path / "mnist.npz", x_train=some_digits.images, y_train=some_digits.labels)
    assert len(load(tmp_path).train) == 50


@pytest.mark.parametrize(("train", "test"), [("training", "testing"), ("Train", "Test"), ("train", "valid")])
def test_training_and_testing_folders(picture_folder: Path, tmp_path: Path, train, test):
    for name in (train, test):
        shutil.copytree(picture_folder, tmp_path / "mnist_png" / name)
    data = read_folder(tmp_path / "mnist_png")
    assert data.classes == ("2", "7", "10")
    if test == "valid":
        assert (len(data.train), len(data.test)) == (30, 6)
        assert any("its own validation set (18)" in note for note in data.provenance.notes)
    else:
        assert (len(data.train), len(data.test)) == (18, 18)


def test_a_folder_around_the_classes_is_looked_through(picture_folder: Path, tmp_path: Path):
    outer = tmp_path / "archive"
    shutil.copytree(picture_folder, outer / "mnist_png" / "training")
    shutil.copytree(picture_folder, outer / "mnist_png" / "testing")
    assert read_folder(outer).classes == ("2", "7", "10")


def test_a_folder_with_a_single_class_is_refused(picture_folder: Path, tmp_path: Path):
    shutil.copytree(picture_folder / "7", tmp_path / "one" / "7")
    with pytest.raises(DataError, match="only digits of the class 7 to train on"):
        load(tmp_path / "one")
