import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data import uci
from inkdigits.data.uci import load_uci


def test_the_digits_are_normalized_as_mnists_are():
    data = load_uci()
    assert (len(data.train), len(data.test)) == (1438, 359)
    assert data.train.class_counts(10).min() > 100
    for image in data.test.images[::20]:
        rows, columns = np.nonzero(image)
        assert image.max() == 255
        assert 17 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 20


def test_both_ways_of_reading_give_scikit_learns_digits(monkeypatch):
    own = load_uci()
    monkeypatch.setattr(Path, "is_file", lambda path: False)  # a version that keeps the file elsewhere
    theirs = load_uci()
    for split in ("train", "test"):
        mine, yours = getattr(own, split), getattr(theirs, split)
        assert np.array_equal(mine.images, yours.images)
        assert np.array_equal(mine.labels, yours.labels)
        assert mine.labels.dtype == np.int64


def test_scikit_learn_is_not_imported():
    program = "import sys; from inkdigits import load; load('uci'); assert not {'sklearn', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setattr(uci, "find_spec", lambda name: None)
    with pytest.raises(DataError, match=r'pip install "inkdigits\[learn\]"'):
        load_uci()
