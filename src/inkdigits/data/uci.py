"""The 1,797 handwritten digits that scikit-learn carries. Knows nothing of files or downloads."""

import numpy as np

from inkdigits.data.dataset import Dataset, Provenance, Split
from inkdigits.errors import DataError
from inkdigits.pictures.fit import fit_to_form

_TEST_SHARE = 5
_STRONGEST = 16


def load_uci() -> Dataset:
    """Return the UCI digits in MNIST's form; needs no network.

    The last fifth is the test set. The set is ordered roughly by writer, so these are mostly other people's
    digits than those learned from: the honest, harder way to divide it.

    Returns:
        1,438 training and 359 test digits.

    Raises:
        DataError: scikit-learn is not installed.

    Source:
        E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits. UCI Machine Learning Repository,
        1998 (its test part, 8x8 with 17 grey levels), doi:10.24432/C50P49; CC BY 4.0.
    """
    try:
        from sklearn.datasets import load_digits  # noqa: PLC0415  # half a second that other sources need not pay
    except ImportError as error:
        raise DataError(
            "the uci digits come with scikit-learn, which is not installed",
            expected="the learn half of Inkdigits",
            mend='run pip install "inkdigits[learn]"',
        ) from error
    source = load_digits()
    forms = [fit_to_form(image / _STRONGEST) for image in source.images]
    images = np.stack([form for form in forms if form is not None])
    digits = Split(images, source.target.astype(np.int64))
    first_test = len(digits) - len(digits) // _TEST_SHARE
    return Dataset(
        "uci",
        train=digits[:first_test],
        test=digits[first_test:],
        provenance=Provenance(
            "Optical Recognition of Handwritten Digits (UCI), as carried by scikit-learn",
            notes=("8x8 grey levels brought to the 28x28 form", "the last fifth is the test set (other writers)"),
        ),
    )
