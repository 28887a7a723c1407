import numpy as np

from inkdigits.data.dataset import Dataset, Split
from inkdigits.learn.data_checks.duplicates import DuplicateGroup, find_duplicates


def test_equal_pictures_are_found_those_with_different_labels_first(some_digits):
    images, labels = some_digits.images.copy(), some_digits.labels.copy()
    images[11] = images[1]  # both are labelled 1
    images[12] = images[3]  # labelled 2 and 3
    images[20] = images[21] = 0  # nothing is in them
    test = Split(images[[40, 3, 7]].copy(), np.array([labels[40], 9, labels[7]]))
    test.images[0, 5, 5] ^= 1
    groups = find_duplicates(Dataset("some", Split(images, labels), test))
    assert groups == [
        DuplicateGroup((3, 12), (1,), True),
        DuplicateGroup((1, 11), (), False),
        DuplicateGroup((7,), (2,), False),
    ]
