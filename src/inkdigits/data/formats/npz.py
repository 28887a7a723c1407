"""Data sets in .npz files under the names that Keras, scikit-learn, MedMNIST and KMNIST use. Knows no downloads."""

import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import SIDE, Images
from inkdigits.data.formats.label_values import to_labels
from inkdigits.data.formats.parts import Part, PartName
from inkdigits.data.formats.pixels import to_images
from inkdigits.data.payload import MAX_BYTES

_EXPECTED = "pictures and labels as x_train, y_train or train_images, train_labels or arr_0, arr_1, and so on"

_SPLITS: Mapping[str, PartName] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
    "t10k": "test",
}
_PICTURES = {"x", "image", "images", "img", "imgs", "data", "features", "pixels"}
_LABELS = {"y", "label", "labels", "target", "targets", "lbl", "lbls"}

Arrays = dict[str, NDArray[Any]]


def read_npz(path: Path) -> dict[PartName, Part]:
    """Read a data set from an .npz file; pickled objects are never loaded.

    Args:
        path: The file, compressed or not. Its arrays are called as in Keras (x_train, y_train), as in MedMNIST
            (train_images, train_labels, val_images …), X and y, or arr_0 and up: pictures and labels are then told
            apart by their shapes, training comes before test.

    Returns:
        The training set, and the validation and test set if there are such.

    Raises:
        DataError: It is no .npz, arrays are missing, pickled or of the wrong shape or range.
    """
    arrays = read_arrays(path)
    pairs = _by_name(arrays, path) or _by_shape(arrays)
    if "train" not in pairs:
        raise _error(f"{path} has no training pictures and labels (it has {', '.join(arrays) or 'none'})", _EXPECTED)
    return {
        name: make_part(arrays[pictures], arrays[labels], f"{pictures} of {path}", f"{labels} of {path}")
        for name, (pictures, labels) in pairs.items()
    }


def has_labels(path: Path) -> bool:
    """Whether an .npz file has labels beside pictures; one with a single array has its labels in another file.

    Args:
        path: The file.

    Raises:
        DataError: It is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return len(archive.namelist()) != 1
    except (zipfile.BadZipFile, OSError) as error:
        raise _error(f"{path} can't be read as .npz ({error})", _EXPECTED) from error


def read_npz_pair(images: Path, labels: Path) -> Part:
    """Read pictures and labels from one .npz file each, as KMNIST has them.

    Args:
        images: The file of pictures.
        labels: The file of labels.

    Returns:
        The pictures with their labels.

    Raises:
        DataError: A file has other than one array, or they don't fit together.
    """
    return make_part(_only(images), _only(labels), str(images), str(labels))


def read_npz_images(path: Path) -> Images:
    """Read pictures from an .npz file that may have no labels.

    Args:
        path: The file; of several arrays of pictures, that of the test set is taken, or else the first.

    Returns:
        (N, 28, 28), uint8, 0 … 255.

    Raises:
        DataError: It has no array of pictures.
    """
    arrays = read_arrays(path)
    found = [name for name, array in arrays.items() if _is_pictures(array)]
    if not found:
        raise _error(f"{path} has no pictures (it has {', '.join(arrays) or 'none'})", f"an array (N, {SIDE}, {SIDE})")
    name = next((name for name in found if _split_of(name) == "test"), found[0])
    return to_images(arrays[name], f"{name} of {path}")[0]


def make_part(images: NDArray[Any], labels: NDArray[Any], images_name: str, labels_name: str) -> Part:
    """Check that pictures and labels fit together, and bring them to the form of a data set.

    Args:
        images: (N, …), any dtype and range that `to_images` takes, 0 … 255 or 0 … 1.
        labels: (N, …), any dtype that `to_labels` takes, any value.
        images_name: What to call the pictures in an error.
        labels_name: What to call the labels in an error.

    Returns:
        The pictures with their labels.

    Raises:
        DataError: They don't fit.
    """
    pictures, notes = to_images(images, images_name)
    numbers = to_labels(labels, labels_name)
    if len(pictures) != len(numbers):
        raise _error(
            f"{images_name} has {len(pictures):,} pictures and {labels_name} {len(numbers):,} labels",
            "one label a picture",
        )
    return Part(pictures, numbers, labels_name, notes)


def read_arrays(path: Path) -> Arrays:
    """Return the arrays of an .npz file by their names.

    Args:
        path: The file.

    Returns:
        Arrays of any shape and dtype, any value, by name.

    Raises:
        DataError: It is damaged, too large, or holds pickled objects.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MAX_BYTES:
            raise _error(f"{path} unpacks to {size:,} bytes", f"at most {MAX_BYTES:,}")
        with np.load(path, allow_pickle=False) as archive:
            return {name: _read(archive, name, path) for name in archive.files}
    except (zipfile.BadZipFile, EOFError, zlib.error, OSError, NotImplementedError) as error:
        raise _error(f"{path} can't be read as .npz ({error})", _EXPECTED) from error


def _read(archive: Any, name: str, path: Path) -> NDArray[Any]:
    try:
        return np.asarray(archive[name])
    except (ValueError, MemoryError) as error:  # pickled objects, a damaged or an absurd header
        raise _error(
            f"the array {name} of {path} can't be read ({error})", "plain numbers, not pickled objects"
        ) from error


def _words(name: str) -> list[str]:
    """Return the words of an array's name.

    Examples:
        >>> _words("X_train"), _words("trainImages")
        (['x', 'train'], ['train', 'images'])
    """
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)]


def _split_of(name: str) -> PartName | None:
    return next((_SPLITS[word] for word in _words(name) if word in _SPLITS), None)


def _by_name(arrays: Arrays, path: Path) -> dict[PartName, tuple[str, str]]:
    """Return the names of pictures and labels of each part, known by their words; empty if they are called otherwise.

    Raises:
        DataError: A part has pictures or labels without the other.
    """
    pictures: dict[PartName, str] = {}
    labels: dict[PartName, str] = {}
    for name in arrays:
        words = set(_words(name))
        for kind, found in ((_PICTURES, pictures), (_LABELS, labels)):
            if words & kind:
                found.setdefault(_split_of(name) or "train", name)
    for one, other, what in ((pictures, labels, "labels"), (labels, pictures, "pictures")):
        for part in one.keys() - other.keys():
            raise _error(f"{path} has no {what} for {one[part]} (it has {', '.join(arrays)})", _EXPECTED)
    return {part: (name, labels[part]) for part, name in pictures.items()}


def _by_shape(arrays: Arrays) -> dict[PartName, tuple[str, str]]:
    """Return the names of pictures and labels of training and test set by shape and order: arr_0, arr_1 and so on."""
    pictures = [name for name, array in arrays.items() if _is_pictures(array)]
    labels = [name for name in arrays if name not in pictures]
    if not pictures or len(pictures) != len(labels) or len(pictures) > 2:
        return {}
    parts: tuple[PartName, ...] = ("train", "test")
    return dict(zip(parts, zip(pictures, labels, strict=True), strict=False))


def _is_pictures(array: NDArray[Any]) -> bool:
    return array.ndim > 1 and array[0:1].size in (SIDE * SIDE, 3 * SIDE * SIDE)


def _only(path: Path) -> NDArray[Any]:
    arrays = read_arrays(path)
    if len(arrays) != 1:
        raise _error(f"{path} has the arrays {', '.join(arrays) or 'none'}", "one array")
    return next(iter(arrays.values()))


def _error(given: str, expected: str) -> DataError:
    return DataError(given, expected=expected, mend="save it again with numpy.savez")
