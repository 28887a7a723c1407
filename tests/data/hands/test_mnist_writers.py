import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from helpers.archives import idx_table
from helpers.mirror import serve
from inkdigits.core.errors import DataError
from inkdigits.data.dataset import Dataset, Split
from inkdigits.data.hands.mnist_writers import DIGESTS, load_mnist_writers, mnist_writers_source, with_writers
from inkdigits.data.load import load

TRAIN_NAME, TEST_NAME = DIGESTS
TRAIN = np.array([[5, 3, 2043, 7, 1, 9, 0, 0], [0, 4, 3012, 7, 1, 9, 0, 0], [4, 4, 3012, 8, 1, 9, 0, 0]])
TEST = np.array([[7, 0, 326, 7, 1, 9, 0, 0], [2, 4, 2400, 7, 1, 9, 0, 0], [1, 1, 9, 9, 9, 9, 0, 0]])
FILES = {TRAIN_NAME: gzip.compress(idx_table(TRAIN)), TEST_NAME: gzip.compress(idx_table(TEST))}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "digest_of", [sha256, lambda content: sha256(gzip.decompress(content))], ids=["packed", "unpacked"]
)
def test_both_tables_are_downloaded_and_their_first_digits_taken(digest_of):
    with serve(FILES) as good:
        digests = {name: digest_of(content) for name, content in FILES.items()}
        source = mnist_writers_source([good.address], digests, lengths=(3, 2))
        writers = load_mnist_writers(source=source)
        assert load_mnist_writers(source=source).train.tolist() == writers.train.tolist()
        assert sorted(good.requests) == sorted(FILES)
    assert (writers.train.tolist(), writers.test.tolist()) == ([2043, 3012, 3012], [326, 2400])
    assert (writers.train_series.tolist(), writers.test_series.tolist()) == ([3, 4, 4], [0, 4])
    assert (writers.train.dtype, writers.train_series.dtype) == (np.int16, np.int8)


@pytest.mark.parametrize(
    ("content", "lengths", "words"),
    [
        (idx_table(TRAIN), (4, 2), "no table of labels for 4 digits"),
        (idx_table(TRAIN)[:-1], (3, 2), "no table of labels"),
        (idx_table(TRAIN[:, :2]), (3, 2), "no table of labels"),
        (b"\0", (3, 2), "no table of labels"),
    ],
    ids=["too few", "cut short", "two columns", "no header"],
)
def test_a_file_that_is_no_such_table_is_refused(content, lengths, words):
    files = FILES | {TRAIN_NAME: gzip.compress(content)}
    digests = {name: sha256(packed) for name, packed in files.items()}
    with serve(files) as wrong, pytest.raises(DataError, match=words):
        load_mnist_writers(source=mnist_writers_source([wrong.address], digests, lengths))


def test_other_bytes_are_refused():
    with serve(FILES) as good, pytest.raises(DataError, match="other bytes"):
        load_mnist_writers(source=mnist_writers_source([good.address]))


def test_writers_of_other_digits_are_not_taken(tmp_path: Path, hands_folder: Path):
    ten = Split(np.zeros((10, 28, 28), np.uint8), np.arange(10))
    with pytest.raises(DataError, match=r"10 pictures and writers of shape \(60000,\)"):
        with_writers(Dataset("ten", ten, ten), hands_folder)
    assert with_writers(Dataset("ten", ten, ten), tmp_path, download=False).train.writers is None


@pytest.mark.mnist
def test_the_real_mnist_knows_its_writers(mnist_folder: Path, hands_folder: Path, tmp_path: Path):
    (tmp_path / "hands").symlink_to(hands_folder)
    for file in mnist_folder.iterdir():
        (tmp_path / file.name).symlink_to(file)
    data = load("mnist", data_dir=tmp_path)
    assert (len(set(data.train.writers.tolist())), len(set(data.test.writers.tolist()))) == (539, 297)
    assert not set(data.train.writers.tolist()) & set(data.test.writers.tolist())
