import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.files import draw_digit
from inkdigits.core.errors import DataError
from inkdigits.data.formats.folder import read_folder
from inkdigits.pictures.prepare import prepare_digit


def test_sub_folders_are_classes_sorted_as_numbers(picture_folder: Path):
    data = read_folder(picture_folder)
    assert data.classes == ("2", "7", "10")
    assert data.train.class_counts(3).tolist() == [5, 5, 5]
    assert data.test.class_counts(3).tolist() == [1, 1, 1]
    assert any("held back" in note for note in data.provenance.notes)


def test_pictures_are_prepared_as_for_reading(picture_folder: Path):
    data = read_folder(picture_folder)
    expected = {prepare_digit(draw_digit(7, 40 + 4 * number)).tobytes() for number in range(6)}
    found = {image.tobytes() for split in (data.train, data.test) for image in split.images[split.labels == 1]}
    assert found == expected


def test_the_order_is_shuffled_the_same_each_time(picture_folder: Path):
    first, second = read_folder(picture_folder), read_folder(picture_folder)
    assert np.array_equal(first.train.images, second.train.images)
    assert first.train.labels.tolist() != sorted(first.train.labels.tolist())


def test_train_and_test_folders_become_the_two_sets(picture_folder: Path, tmp_path: Path):
    shutil.copytree(picture_folder, tmp_path / "both" / "train")
    shutil.copytree(picture_folder / "7", tmp_path / "both" / "test" / "7")
    data = read_folder(tmp_path / "both")
    assert (len(data.train), len(data.test)) == (18, 6)
    assert set(data.test.labels.tolist()) == {1}
    assert not any("held back" in note for note in data.provenance.notes)


def test_a_class_that_only_the_test_set_has_is_named(picture_folder: Path, tmp_path: Path):
    shutil.copytree(picture_folder, tmp_path / "both" / "train")
    shutil.copytree(picture_folder / "7", tmp_path / "both" / "test" / "8")
    with pytest.raises(DataError, match="has the class '8', which the training set lacks; expected the classes 2, 7"):
        read_folder(tmp_path / "both")


@pytest.fixture
def spoilt_folder(picture_folder: Path) -> Path:
    (picture_folder / "2" / "notes.txt").write_text("two")
    (picture_folder / "7" / "empty.png").write_bytes(b"")
    for name in ("blank", "white"):
        Image.new("L", (40, 40), 240).save(picture_folder / "10" / f"{name}.png")
    return picture_folder


def test_unreadable_pictures_are_counted_and_named(spoilt_folder: Path):
    words = r"4 of 22 pictures in .*10/blank\.png, .*10/white\.png, .* and 1 more.*--skip-bad"
    with pytest.raises(DataError, match=words):
        read_folder(spoilt_folder)


def test_unreadable_pictures_are_left_out_on_request(spoilt_folder: Path):
    data = read_folder(spoilt_folder, skip_bad=True)
    assert len(data.train) + len(data.test) == 18
    assert any("4 of 22 pictures left out" in note and "blank.png" in note for note in data.provenance.notes)


def test_hidden_and_system_files_are_skipped(picture_folder: Path):
    (picture_folder / ".git").mkdir()
    (picture_folder / "__MACOSX").mkdir()
    for name in (".DS_Store", "Thumbs.db"):
        (picture_folder / "2" / name).write_bytes(b"x")
    assert read_folder(picture_folder).classes == ("2", "7", "10")


def test_a_folder_without_classes_or_pictures_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match="has no sub-folder; expected one sub-folder a class"):
        read_folder(tmp_path)
    (tmp_path / "3").mkdir()
    with pytest.raises(DataError, match="has no pictures in its sub-folders"):
        read_folder(tmp_path)


def test_progress_is_shown(picture_folder: Path, capfd):
    read_folder(picture_folder)
    assert "Reading pictures: done, 18 pictures in" in capfd.readouterr().err
