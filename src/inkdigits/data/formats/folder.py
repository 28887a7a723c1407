"""A folder of pictures, one sub-folder a class. Knows nothing of picture formats or how digits are prepared."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from inkdigits.core.errors import DataError, PictureError
from inkdigits.core.progress import track
from inkdigits.core.types import SIDE, Image
from inkdigits.data.dataset import Dataset, Provenance, Split
from inkdigits.data.formats.parts import PartName, with_validation
from inkdigits.data.holdout import with_test_set
from inkdigits.pictures.file_names import natural_key
from inkdigits.pictures.files import read_picture
from inkdigits.pictures.prepare import PREPARATION_VERSION, prepare_digit

_SYSTEM_FILES = {"thumbs.db", "desktop.ini", "__macosx"}
_LAYOUT = "one sub-folder a class, or train/ and test/ with one sub-folder a class each"
_SPLITS: Mapping[str, PartName] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}
_NAMED = 3
"""How many unreadable pictures are named in a message."""


def read_folder(path: Path, *, skip_bad: bool = False) -> Dataset:
    """Read a folder of pictures, each of one digit, and prepare them as pictures are prepared for reading.

    Args:
        path: The folder: in it one sub-folder a class (named as the class), or train/ and test/ with those, or
            training/ and testing/; a validation/ becomes the end of the training set. All this may lie in a single
            folder within. Class names that are numbers are sorted as numbers. Hidden files are skipped.
        skip_bad: Whether to leave out unreadable pictures, with a note, instead of raising an error.

    Returns:
        The data set, shuffled from a fixed seed: in a folder the digits come class by class.

    Raises:
        DataError: There is no sub-folder, test/ has a class that train/ lacks, or pictures are unreadable.
    """
    parts = _parts(path)
    classes = _class_names(parts["train"])
    files = {name: _files(part, classes) for name, part in parts.items()}
    bad: list[str] = []
    with track("Reading pictures", sum(map(len, files.values())), unit="pictures") as advance:
        splits = {name: _read(listed, bad, advance) for name, listed in files.items()}
    notes = [f"prepared from pictures (preparation {PREPARATION_VERSION}), order shuffled, seed 0"]
    if bad:
        count = f"{len(bad):,} of {sum(map(len, files.values())):,} pictures"
        if not skip_bad:
            raise DataError(
                f"{count} in {path} can't be read: {_first(bad)}",
                expected="readable pictures of one digit each",
                mend="mend or remove them, or leave them out with --skip-bad",
            )
        notes.append(f"{count} left out as unreadable: {_first(bad)}")
    if "validation" in splits:
        splits["train"], note = with_validation(splits["train"], splits["validation"])
        notes.append(note)
    provenance = Provenance(str(path), notes=tuple(notes))
    if "test" not in splits:
        return with_test_set(str(path), splits["train"], classes, provenance)
    return Dataset(str(path), train=splits["train"], test=splits["test"], classes=classes, provenance=provenance)


def _parts(folder: Path) -> dict[PartName, Path]:
    """Return the folders of the training set and, if there are such, of the others."""
    folders = [entry for entry in visible_entries(folder) if entry.is_dir()]
    named = {_SPLITS[entry.name.lower()]: entry for entry in folders if entry.name.lower() in _SPLITS}
    if "train" in named and len(named) > 1:
        return named
    # An archive often unpacks into one folder more: classes hold pictures and no folders.
    if len(folders) == 1 and any(entry.is_dir() for entry in visible_entries(folders[0])):
        return _parts(folders[0])
    return {"train": folder}


def visible_entries(folder: Path) -> list[Path]:
    """Return the entries of a folder without hidden and system files, sorted with 2 before 10.

    Args:
        folder: The folder.
    """
    return [
        entry
        for entry in sorted(folder.iterdir(), key=lambda entry: natural_key(entry.name))
        if not entry.name.startswith(".") and entry.name.lower() not in _SYSTEM_FILES
    ]


def _class_names(folder: Path) -> tuple[str, ...]:
    names = tuple(entry.name for entry in visible_entries(folder) if entry.is_dir())
    if not names:
        raise DataError(f"{folder} has no sub-folder", expected=_LAYOUT, mend="sort the pictures into sub-folders")
    return names


def _files(folder: Path, classes: tuple[str, ...]) -> list[tuple[Path, int]]:
    """Return every picture with its class number, shuffled from a fixed seed."""
    unknown = sorted(set(_class_names(folder)) - set(classes))
    if unknown:
        raise DataError(
            f"{folder} has the class {unknown[0]!r}, which the training set lacks",
            expected=f"the classes {', '.join(classes)}",
            mend="rename or remove that sub-folder",
        )
    listed = [
        (entry, label)
        for label, name in enumerate(classes)
        if (folder / name).is_dir()
        for entry in visible_entries(folder / name)
        if entry.is_file()
    ]
    if not listed:
        raise DataError(f"{folder} has no pictures in its sub-folders", expected=_LAYOUT, mend="add pictures")
    order = np.random.default_rng(0).permutation(len(listed))
    return [listed[position] for position in order]


def _read(listed: list[tuple[Path, int]], bad: list[str], advance: Callable[[int], None]) -> Split:
    """Return the prepared digits; pictures without one are added to `bad`."""
    images: list[Image] = []
    labels: list[int] = []
    for file, label in listed:
        image = prepare_file(file)
        if image is None:
            bad.append(str(file))
        else:
            images.append(image)
            labels.append(label)
        advance(1)
    return Split(np.array(images, np.uint8).reshape(-1, SIDE, SIDE), np.array(labels, np.int64))


def prepare_file(file: Path) -> Image | None:
    """Return a picture of one digit as the networks see it, or None if nothing in it can be read.

    Args:
        file: The picture.

    Returns:
        (28, 28), uint8, 0 is empty and 255 is ink.
    """
    try:
        return prepare_digit(read_picture(file))
    except PictureError:
        return None


def _first(bad: list[str]) -> str:
    shown = sorted(bad)[:_NAMED]
    return ", ".join(shown) + (f" and {len(bad) - len(shown):,} more" if len(bad) > len(shown) else "")
