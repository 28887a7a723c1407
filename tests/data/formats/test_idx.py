import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers.files import idx_bytes
from inkdigits.core.errors import DataError
from inkdigits.data.formats.idx import decode_idx, read_idx_part

values = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5))


@given(values)
def test_an_array_survives_being_written_and_read(array):
    assert np.array_equal(decode_idx(idx_bytes(array), "it"), array)


@given(values, st.data())
def test_a_mutated_file_is_refused_or_is_what_its_header_says(array, data):
    content = bytearray(idx_bytes(array))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))] + data.draw(st.binary(max_size=3))
    try:
        decoded = decode_idx(content, "it")
    except DataError:
        return
    assert idx_bytes(decoded) == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it starts with nothing"),
        (b"<html>", "it starts with 3c 68 74 6d"),
        (bytes([0, 0, 8, 9]) + bytes(40), "it starts with 00 00 08 09"),
        (bytes([0, 0, 13, 1, 0, 0, 0, 1]) + bytes(4), "it holds values of type float32; expected uint8"),
        (bytes([0, 0, 8, 3, 0, 0, 0]), "it ends within its header"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 3, 1, 2]), "it holds 2 values; expected 3 = 3 as its header says"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 1, 1, 2]), "it holds 2 values; expected 1 = 1"),
        (bytes([0, 0, 8, 4]) + b"\xff" * 16 + b"7", r"it holds 1 values; expected 4294967295 x .* as its header says"),
    ],
)
def test_an_error_says_what_is_wrong_with_a_file(content, words):
    with pytest.raises(DataError, match=words):
        decode_idx(content, "it")


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_pair_is_read_with_its_digests(write_idx, some_digits, suffix):
    images = write_idx(some_digits.images, f"images{suffix}")
    labels = write_idx(some_digits.labels, f"labels{suffix}")
    part, digests = read_idx_part(images, labels)
    assert np.array_equal(part.images, some_digits.images)
    assert np.array_equal(part.labels, some_digits.labels)
    assert part.images.flags.writeable
    assert set(digests) == {images.name, labels.name}
    assert {len(digest) for digest in digests.values()} == {64}


def test_counts_that_differ_are_named(write_idx, some_digits):
    with pytest.raises(DataError, match=r"images holds 60 pictures and .*labels 59 labels"):
        read_idx_part(write_idx(some_digits.images, "images"), write_idx(some_digits.labels[:-1], "labels"))


def test_files_of_the_wrong_kind_are_named(write_idx, some_digits):
    images, labels = write_idx(some_digits.images, "images"), write_idx(some_digits.labels, "labels")
    with pytest.raises(DataError, match=r"labels holds values of shape \(60,\); expected pictures"):
        read_idx_part(labels, images)
    with pytest.raises(DataError, match=r"images holds values of shape \(60, 28, 28\); expected labels"):
        read_idx_part(images, images)


@pytest.mark.mnist
def test_mnist_is_read(mnist_folder: Path):
    path = mnist_folder / "t10k-labels-idx1-ubyte.gz"
    if not path.is_file():
        pytest.skip("MNIST lies here unpacked")
    assert decode_idx(gzip.decompress(path.read_bytes()), "it")[:3].tolist() == [7, 2, 1]
