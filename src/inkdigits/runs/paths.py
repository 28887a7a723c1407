"""Where a run folder goes that nobody named: NAME, NAME-2, NAME-3 … in one folder. Knows nothing of what is in it."""

import glob
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from inkdigits.runs.folder import RunFolder

RUNS = Path("runs")
"""The folder for run folders where none is named."""


def free_run_path(name: str, runs: Path = RUNS) -> Path:
    """Return `runs/NAME`, or the first of `runs/NAME-2`, `-3` … that is free.

    Args:
        name: Of the recipe.
        runs: The folder of run folders.
    """
    return next(path for path in _numbered_paths(name, runs) if not path.exists())


def latest_run_path(name: str, runs: Path = RUNS) -> Path:
    """Return the run with the highest number of `runs/NAME`, `runs/NAME-2` …, or `runs/NAME` where there is none.

    Args:
        name: Of the recipe.
        runs: The folder of run folders.
    """
    numbers = {
        int(path.name.removeprefix(f"{name}-")): path
        for path in runs.glob(f"{glob.escape(name)}-*")
        if path.name.removeprefix(f"{name}-").isdecimal() and RunFolder(path).exists
    }
    return numbers[max(numbers)] if numbers else runs / name


def _numbered_paths(name: str, runs: Path) -> Iterator[Path]:
    yield runs / name
    yield from (runs / f"{name}-{number}" for number in count(2))
