"""A folder of pictures, one sub-folder a class. Knows nothing of file formats or how a digit is found."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from inkdigits.core.errors import DataError, PictureError
from inkdigits.core.progress import track
from inkdigits.core.types import SIDE, Image
from inkdigits.data.dataset import Dataset, Provenance, Split
from inkdigits.data.holdout import hold_back
from inkdigits.pictures.files import read_picture
from inkdigits.pictures.prepare import PREPARATION_VERSION, prepare_digit

_LEFT_BEHIND = {"thumbs.db", "desktop.ini", "__macosx"}
_LAYOUT = "one sub-folder a class, or train/ and test/ with one sub-folder a class each"
_NAMED = 3


def read_folder(path: Path, *, skip_bad: bool = False) -> Dataset:
    """Read a folder of pictures, each of one digit, through the one preparation.

    Args:
        path: The folder; in it one sub-folder a class (named as the class), or train/ and test/ with those.
            Class names that are numbers are sorted as numbers. Hidden files are passed over.
        skip_bad: Whether to leave out pictures that can't be read, which is noted, instead of refusing.

    Returns:
        The data set, in an order shuffled from a fixed seed (the last part of a folder is all of one class).

    Raises:
        DataError: No sub-folder, a class of test/ that train/ lacks, or pictures that can't be read.
    """
    parts = {name: path / name for name in ("train", "test")}
    if not all(part.is_dir() for part in parts.values()):
        parts = {"all": path}
    classes = _class_names(parts["train" if "train" in parts else "all"])
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
    if "all" in splits:
        splits["train"], splits["test"], note = hold_back(splits["all"], len(classes))
        notes.append(note)
    return Dataset(
        str(path),
        train=splits["train"],
        test=splits["test"],
        classes=classes,
        provenance=Provenance(str(path), notes=tuple(notes)),
    )


def _visible(folder: Path) -> list[Path]:
    return [
        entry
        for entry in sorted(folder.iterdir(), key=lambda entry: _natural(entry.name))
        if not entry.name.startswith(".") and entry.name.lower() not in _LEFT_BEHIND
    ]


def _natural(name: str) -> list[tuple[int, str]]:
    """Return a sort key under which 2 comes before 10.

    Examples:
        >>> sorted(["10", "2", "a10", "a9"], key=_natural)
        ['2', '10', 'a9', 'a10']
    """
    pieces = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(int(piece), "") if piece.isascii() and piece.isdigit() else (10**18, piece) for piece in pieces]


def _class_names(folder: Path) -> tuple[str, ...]:
    names = tuple(entry.name for entry in _visible(folder) if entry.is_dir())
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
        for entry in _visible(folder / name)
        if entry.is_file()
    ]
    if not listed:
        raise DataError(f"{folder} has no pictures in its sub-folders", expected=_LAYOUT, mend="add pictures")
    order = np.random.default_rng(0).permutation(len(listed))
    return [listed[position] for position in order]


def _read(listed: list[tuple[Path, int]], bad: list[str], advance: Callable[[int], None]) -> Split:
    images: list[Image] = []
    labels: list[int] = []
    for file, label in listed:
        image = _prepare(file)
        if image is None:
            bad.append(str(file))
        else:
            images.append(image)
            labels.append(label)
        advance(1)
    return Split(np.array(images, np.uint8).reshape(-1, SIDE, SIDE), np.array(labels, np.int64))


def _prepare(file: Path) -> Image | None:
    try:
        return prepare_digit(read_picture(file))
    except PictureError:
        return None


def _first(bad: list[str]) -> str:
    shown = sorted(bad)[:_NAMED]
    return ", ".join(shown) + (f" and {len(bad) - len(shown):,} more" if len(bad) > len(shown) else "")
