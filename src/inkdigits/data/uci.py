"""The 1,797 handwritten digits in scikit-learn's package. Knows nothing of data files or downloads."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import Labels
from inkdigits.data.dataset import Dataset, Provenance, Split
from inkdigits.pictures.normalize import normalize_digit

_ONE_IN = 5
"""One digit in this many is a test digit."""

_MAX_LEVEL = 16


def load_uci() -> Dataset:
    """Return the UCI digits, normalized as MNIST's are; needs no network.

    The last fifth is the test set. The digits are ordered roughly by writer, so training and test set have mostly
    different writers: the more honest and harder split.

    Returns:
        1,438 training and 359 test digits.

    Raises:
        DataError: scikit-learn is not installed.

    Source:
        E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits. UCI Machine Learning Repository,
        1998 (its test part, 8x8 with 17 grey levels), doi:10.24432/C50P49; CC BY 4.0.
    """
    images, labels = _read()
    normalized = [normalize_digit(image / _MAX_LEVEL) for image in images]
    digits = Split(np.stack([image for image in normalized if image is not None]), labels)  # (1797, 28, 28)
    first_test = len(digits) - len(digits) // _ONE_IN
    return Dataset(
        "uci",
        train=digits[:first_test],
        test=digits[first_test:],
        provenance=Provenance(
            "Optical Recognition of Handwritten Digits (UCI), as carried by scikit-learn",
            notes=("8x8 grey levels brought to the 28x28 form", "the last fifth is the test set (other writers)"),
            writers="Most of the test digits are by people who wrote none of the training digits.",
        ),
    )


def _read() -> tuple[NDArray[np.float64], Labels]:
    """Return the pictures, (1797, 8, 8), 0 … 16, and their labels.

    Importing scikit-learn takes 2 s, so its file is read without it; it is imported only if the file is elsewhere.
    """
    found = find_spec("sklearn")
    if not found:
        raise DataError(
            "the uci digits come with scikit-learn, which is not installed",
            expected="the learn half of Inkdigits",
            mend='run pip install "inkdigits[learn]"',
        )
    for place in found.submodule_search_locations or ():
        path = Path(place, "datasets", "data", "digits.csv.gz")
        if path.is_file():
            rows = np.loadtxt(path, delimiter=",")
            return rows[:, :-1].reshape(-1, 8, 8), rows[:, -1].astype(np.int64)
    from sklearn.datasets import load_digits  # noqa: PLC0415  as above

    digits = load_digits()
    return digits.images, digits.target.astype(np.int64)
