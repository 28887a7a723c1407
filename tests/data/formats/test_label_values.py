import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.formats.label_values import label_values


@pytest.mark.parametrize(
    ("labels", "values"),
    [
        ([0, 1, 1], range(10)),
        ([5], range(10)),
        (list(range(1, 11)), range(1, 11)),
        (list(range(26)), range(26)),
        (list(range(62)), range(62)),
        ([1, 2, *range(1, 27)], range(1, 27)),
    ],
)
def test_ranges_of_labels_are_classes(labels, values):
    assert label_values(np.array(labels), "y") == tuple(values)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([*range(10), 12, 12], r"y has the label 12 at position 10 \(and 1 more\); expected labels from 0 to 9"),
        ([*range(10)] * 8 + [10], "y has the label 10 at position 80;"),
        ([0, 1, -1], "y has the label -1 at position 2"),
        (list(range(2, 13)), "y has the label 10 at position 8"),
        ([*range(10), 255], "y has the label 255"),
    ],
)
def test_a_slip_is_no_class(labels, words):
    with pytest.raises(DataError, match=words):
        label_values(np.array(labels), "y")
