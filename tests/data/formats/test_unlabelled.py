import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.files import draw_digit, idx_bytes
from inkdigits.core.errors import DataError
from inkdigits.data.formats.unlabelled import holds_many, read_pictures
from inkdigits.pictures.prepare import prepare_digit


def test_kaggles_test_table_is_numbered_from_one(tmp_path: Path, some_digits):
    header = ",".join(f"pixel{number}" for number in range(784))
    rows = some_digits.images.reshape(60, -1)
    np.savetxt(tmp_path / "test.csv", rows, fmt="%d", delimiter=",", header=header, comments="")
    pictures = read_pictures(tmp_path / "test.csv")
    assert pictures.ids[:2] == ("1", "2")
    assert np.array_equal(pictures.images, some_digits.images)
    assert pictures.readable.all()


def test_a_folder_of_pictures_without_classes(tmp_path: Path):
    folder = tmp_path / "scans"
    (folder / "more").mkdir(parents=True)
    for name in ("10.png", "9.png", "more/1.png"):
        Image.fromarray(draw_digit(3)).save(folder / name)
    Image.new("L", (40, 40), 240).save(folder / "blank.png")
    (folder / "notes.txt").write_text("three")
    pictures = read_pictures(folder)
    assert pictures.ids == ("9.png", "10.png", "blank.png", "more/1.png", "notes.txt")
    assert pictures.readable.tolist() == [True, True, False, True, False]
    assert np.array_equal(pictures.images[0], prepare_digit(draw_digit(3)))


@pytest.mark.parametrize("name", ["pictures.npz", "t10k-images-idx3-ubyte.gz"])
def test_arrays_without_labels(tmp_path: Path, some_digits, name):
    if name.endswith("npz"):
        np.savez(tmp_path / name, some_digits.images)
    else:
        (tmp_path / name).write_bytes(gzip.compress(idx_bytes(some_digits.images)))
    assert holds_many(tmp_path / name)
    pictures = read_pictures(tmp_path / name)
    assert np.array_equal(pictures.images, some_digits.images)
    assert len(pictures.ids) == 60


def test_of_a_whole_npz_the_test_pictures_are_taken(tmp_path: Path, some_digits):
    x, y = some_digits.images, some_digits.labels
    np.savez(tmp_path / "mnist.npz", x_train=x[:50], y_train=y[:50], x_test=x[50:], y_test=y[50:])
    assert np.array_equal(read_pictures(tmp_path / "mnist.npz").images, x[50:])


def test_what_is_missing_is_named(tmp_path: Path, picture_folder: Path):
    with pytest.raises(DataError, match="there is no file or folder"):
        read_pictures(tmp_path / "away.csv")
    shutil.rmtree(picture_folder)
    picture_folder.mkdir()
    with pytest.raises(DataError, match="holds no files"):
        read_pictures(picture_folder)
    np.savez(tmp_path / "labels.npz", np.arange(10))
    with pytest.raises(DataError, match="has no pictures"):
        read_pictures(tmp_path / "labels.npz")
    assert not holds_many(tmp_path / "seven.png")
