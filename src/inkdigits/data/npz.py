"""Keras's format of a data set: one .npz with x_train, y_train, x_test, y_test. Knows nothing of downloads."""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import SIDE
from inkdigits.data.dataset import Dataset, Provenance, Split, check_labels
from inkdigits.data.payload import MAX_BYTES, payload_sha256

_KEYS = ("x_train", "y_train", "x_test", "y_test")
_EXPECTED = f"the arrays x_train, x_test (N, {SIDE}, {SIDE}) of uint8 and y_train, y_test (N,) of integers"


def read_npz(path: Path) -> Dataset:
    """Read a data set in Keras's format; pickled objects are never loaded.

    Args:
        path: An .npz file, compressed or not.

    Returns:
        The data set, with the digits 0 … 9 as its classes.

    Raises:
        DataError: It is no .npz, an array is missing, pickled or of the wrong shape or dtype, or a label is no digit.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MAX_BYTES:
            raise _error(f"{path} unpacks to {size:,} bytes", f"at most {MAX_BYTES:,}")
        with np.load(path, allow_pickle=False) as archive:
            arrays = {key: _read(archive, key, path) for key in _KEYS}
    except (zipfile.BadZipFile, EOFError, zlib.error, OSError, NotImplementedError) as error:
        raise _error(f"{path} can't be read as .npz ({error})", _EXPECTED) from error
    return Dataset(
        str(path),
        train=_split(arrays, "train", path),
        test=_split(arrays, "test", path),
        provenance=Provenance(str(path), sha256={path.name: payload_sha256(path)}),
    )


def _read(archive: Any, key: str, path: Path) -> NDArray[Any]:
    if key not in archive.files:
        raise _error(f"{path} has no array {key} (it has {', '.join(archive.files) or 'none'})", _EXPECTED)
    try:
        return np.asarray(archive[key])
    except (ValueError, MemoryError) as error:  # pickled objects, a damaged or an absurd header
        raise _error(
            f"the array {key} of {path} can't be read ({error})", "plain numbers, not pickled objects"
        ) from error


def _split(arrays: dict[str, NDArray[Any]], name: str, path: Path) -> Split:
    images, labels = arrays[f"x_{name}"], arrays[f"y_{name}"]
    if images.dtype != np.uint8 or images.shape[1:] != (SIDE, SIDE):
        raise _error(f"x_{name} of {path} has shape {images.shape} and dtype {images.dtype}", _EXPECTED)
    if labels.dtype.kind not in "iu" or labels.ndim != 1:
        raise _error(f"y_{name} of {path} has shape {labels.shape} and dtype {labels.dtype}", _EXPECTED)
    if len(images) != len(labels):
        raise _error(f"{path} has {len(images):,} pictures and {len(labels):,} labels in {name}", "one label a picture")
    check_labels(labels, f"y_{name} of {path}")
    return Split(images, labels.astype(np.int64))


def _error(given: str, expected: str) -> DataError:
    return DataError(given, expected=expected, mend="save it again with numpy.savez")
