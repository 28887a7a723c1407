import sys

import numpy as np
import pytest

from inkdigits.data.uci import load_uci
from inkdigits.errors import DataError


def test_the_digits_are_in_mnists_form():
    data = load_uci()
    assert (len(data.train), len(data.test)) == (1438, 359)
    assert data.train.class_counts(10).min() > 100
    for image in data.test.images[::20]:
        rows, columns = np.nonzero(image)
        assert image.max() == 255
        assert 17 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 20


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(DataError, match=r'pip install "inkdigits\[learn\]"'):
        load_uci()
