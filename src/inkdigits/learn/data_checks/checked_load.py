"""Loads a data set and examines it. Knows no file formats and no checks of its own."""

import warnings
from typing import Unpack

from inkdigits.data import load as loading
from inkdigits.data.changes import DataChanges
from inkdigits.data.dataset import Dataset
from inkdigits.learn.data_checks.check import check_dataset
from inkdigits.learn.data_checks.finding import DataWarning, Finding


def load(source: loading.DataSource, **arguments: Unpack[loading.LoadArguments]) -> Dataset:
    """Load labelled digits, and warn of what looks wrong with them.

    Args:
        source: A name (`mnist`, `uci`, `pendigits`, `swiss-numbers`, `uji-penchars`), the path of IDX files, an .npz, a
            .csv, or a folder of these or of pictures; or pictures and labels `(x, y)` or `((x, y), (x_test, y_test))`
            in memory.
        **arguments: `data_dir`, where to look first for a data set that has a name; `skip_bad`, leave out the
            unreadable pictures of a folder instead of refusing it; `one_class`, take data whose digits are all of one
            class; `review`, a file of decisions on labels that `inkdigits review` made; and changes that mend what is
            wrong: `invert`, `transpose`, `mirror`, `flip`, `centre` (True), and `shift_labels` (a number added to each
            label).

    Returns:
        The data set. If the source has no test set, a sixth of each class is held back, and `provenance.notes`
        says so.

    Raises:
        DataError: The source is unknown, missing, damaged or in an unknown format, or has only one class.
        StorageError: MNIST was downloaded and can't be saved.

    Examples:
        >>> data = load("uci")
        >>> len(data.train), len(data.test), data.train.images.shape[1:]
        (1438, 359, (28, 28))
    """
    dataset, findings = load_with_findings(source, **arguments)
    for finding in findings:
        warnings.warn(f"{dataset.name}: {finding.describe()}", DataWarning, stacklevel=2)
    return dataset


def load_with_findings(
    source: loading.DataSource, **arguments: Unpack[loading.LoadArguments]
) -> tuple[Dataset, tuple[Finding, ...]]:
    """Load labelled digits and examine them; named data sets, whose content is known, only if they are changed.

    Args:
        source: As for `load`.
        **arguments: As for `load`.

    Returns:
        The data set, and what is wrong with it.

    Raises:
        DataError: As `load`.
    """
    dataset = loading.load(source, **arguments)
    is_changed = any(arguments.get(name) for name in DataChanges.__annotations__)
    is_known = isinstance(source, str) and source in loading.NAMES
    return dataset, () if is_known and not is_changed else check_dataset(dataset)
