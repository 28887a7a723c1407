"""Who wrote each digit of MNIST, as QMNIST traced it back. Knows nothing of the pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import Writers
from inkdigits.data.dataset import Dataset
from inkdigits.data.hands.arrays import read_arrays, write_arrays
from inkdigits.data.hands.source import Source, find, find_or_download
from inkdigits.data.payload import read_payload, sha256

MIRRORS = ("https://raw.githubusercontent.com/facebookresearch/qmnist/94061367ec2e099ea18c553c75727ecf849ddb9b/",)

DIGESTS: Mapping[str, str] = {
    "qmnist-train-labels-idx2-int.gz": "2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f",
    "qmnist-test-labels-idx2-int.gz": "9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06",
}
"""SHA-256 of each file, packed or unpacked: it is not known which was published, and none has been downloaded yet."""

LENGTHS = (60_000, 10_000)
"""Digits in MNIST's training and test set. QMNIST's test file has 60,000, of which the first 10,000 are MNIST's."""

_ARRAYS = ("train_writers", "test_writers", "train_series", "test_series")

_IDX2_INT = b"\x00\x00\x0c\x02"
"""The first bytes of an IDX file of whole numbers, in rows and columns."""

_SERIES, _WRITER = 1, 2
"""Columns of QMNIST's labels."""


@dataclass(frozen=True, slots=True, eq=False)
class MnistWriters:
    """Who wrote each digit, in MNIST's order.

    Attributes:
        train: (60000,), int16, numbers of persons as NIST gave them.
        test: (10000,), int16, likewise; nobody is in both.
        train_series: (60000,), int8: 0 to 3 for clerks of the Census Bureau, 4 for pupils.
        test_series: (10000,), int8, likewise.
    """

    train: Writers
    test: Writers
    train_series: NDArray[np.int8]
    test_series: NDArray[np.int8]


def mnist_writers_source(
    mirrors: Sequence[str] = MIRRORS,
    digests: Mapping[str, str] = DIGESTS,
    lengths: tuple[int, int] = LENGTHS,
) -> Source[MnistWriters]:
    """Return where the writers come from.

    Args:
        mirrors: URLs of folders with the two files.
        digests: SHA-256 of each file, training first.
        lengths: Digits in the training and the test set.
    """
    archives: dict[str, Callable[[bytes], NDArray[np.int32]]] = {
        name: partial(_unpack, name=name, digest=digest, length=length)
        for (name, digest), length in zip(digests.items(), lengths, strict=True)
    }
    return Source("mnist with writers", "mnist_writers.npz", archives, tuple(mirrors), _read, _write, _join)


def load_mnist_writers(data_dir: Path | None = None, *, source: Source[MnistWriters] | None = None) -> MnistWriters:
    """Return who wrote MNIST's digits.

    Args:
        data_dir: A folder to look in first, for `mnist_writers.npz` or QMNIST's two files.
        source: Where they come from; by default QMNIST on GitHub.

    Raises:
        DataError: They are not on this machine and can't be downloaded, or a file is damaged.
        StorageError: The cache can't be written.

    Source:
        C. Yadav, L. Bottou: Cold Case: The Lost MNIST Digits, NeurIPS 2019; BSD licence.
    """
    return find_or_download(source or mnist_writers_source(), data_dir).content


def with_writers(mnist: Dataset, data_dir: Path | None = None, *, download: bool = True) -> Dataset:
    """Return MNIST with the writers of its digits.

    Args:
        mnist: The whole of it, in its own order.
        data_dir: A folder to look in first.
        download: Whether to download what is not on this machine; otherwise writers may be missing.

    Raises:
        DataError: As `load_mnist_writers`.
        StorageError: The cache can't be written.
    """
    if mnist.train.writers is not None:
        return mnist
    if download:
        writers = load_mnist_writers(data_dir)
    else:
        found = find(mnist_writers_source(), data_dir)
        if found is None:
            return mnist
        writers = found.content
    return replace(
        mnist,
        train=replace(mnist.train, writers=writers.train),
        test=replace(mnist.test, writers=writers.test),
    )


def _unpack(content: bytes, name: str, digest: str, length: int) -> NDArray[np.int32]:
    """Return the series and the writer of the first digits of a file, (length, 2)."""
    payload = bytes(read_payload(content, name))
    if digest not in (sha256(content), sha256(payload)):
        raise DataError(
            f"other bytes (SHA-256 {sha256(content)[:12]}…)", expected=f"SHA-256 {digest}", mend="check the network"
        )
    rows, columns = (int(size) for size in np.frombuffer(payload, ">i4", 2, offset=4)) if len(payload) > 12 else (0, 0)
    fits = payload[:4] == _IDX2_INT and rows >= length and columns > _WRITER and len(payload) == 12 + 4 * rows * columns
    if not fits:
        raise DataError(
            f"{name} is no table of labels for {length:,} digits",
            expected="an IDX file of whole numbers in rows and columns",
            mend="download or copy it again",
        )
    table = np.frombuffer(payload, ">i4", offset=12).reshape(rows, columns)
    return table[:length, [_SERIES, _WRITER]].astype(np.int32)


def _join(tables: Sequence[NDArray[np.int32]]) -> MnistWriters:
    (train_series, train), (test_series, test) = (table.T for table in tables)
    return _writers(train, test, train_series, test_series)


def _writers(*columns: NDArray[np.integer[Any]]) -> MnistWriters:
    """Return writers and series in the dtypes of `MnistWriters`."""
    train, test, train_series, test_series = columns
    return MnistWriters(
        train.astype(np.int16), test.astype(np.int16), train_series.astype(np.int8), test_series.astype(np.int8)
    )


def _read(path: Path) -> MnistWriters:
    train, test, train_series, test_series = read_arrays(path, _ARRAYS)
    lengths = tuple(len(array) for array in (train, test, train_series, test_series))
    if lengths[:2] != lengths[2:] or train.ndim != 1:
        raise DataError(
            f"the arrays of {path} have lengths {lengths}",
            expected="a writer and a series for each digit",
            mend="download the file again, or remove it",
        )
    return _writers(train, test, train_series, test_series)


def _write(path: Path, writers: MnistWriters) -> None:
    write_arrays(
        path,
        train_writers=writers.train,
        test_writers=writers.test,
        train_series=writers.train_series,
        test_series=writers.test_series,
    )
