"""Loads the data set of a command and warns on stderr of what is wrong with it. Knows no options."""

import sys
from typing import TYPE_CHECKING, Unpack

if TYPE_CHECKING:
    from inkdigits.data.dataset import Dataset
    from inkdigits.data.load import LoadArguments


def load_and_warn(source: str, **arguments: "Unpack[LoadArguments]") -> "Dataset":
    """Load a data set, and print a line on stderr for each thing that is wrong with it.

    Args:
        source: The name or path of a data set.
        **arguments: As for `inkdigits.load`.

    Returns:
        The data set.

    Raises:
        DataError: It can't be loaded.
    """
    from inkdigits.learn.data_checks.checked_load import load_with_findings

    dataset, findings = load_with_findings(source, **arguments)
    for finding in findings:
        sys.stderr.write(f"warning: {finding.describe(for_command=True)}\n")
    return dataset
