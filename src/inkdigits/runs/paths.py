"""Paths of run folders: free names, what may be replaced, what killed trainings left there.

Knows nothing of the files in a run folder.
"""

import glob
import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from inkdigits.core.atomic import remove_partial
from inkdigits.core.errors import RunError

RUNS = Path("runs")
"""The folder for run folders where none is named."""

OLD = ".old"
"""Ending of the name that a run has while another one takes its place."""


def is_run(path: Path) -> bool:
    """Tell whether a folder holds a run.

    Args:
        path: The folder, which need not be there.
    """
    return (path / "run.json").is_file() and (path / "recipe.toml").is_file()


def check_free(path: Path, *, overwrite: bool) -> None:
    """Refuse a path that a new run may not be put at.

    Args:
        path: The path; an empty folder there is removed.
        overwrite: Whether a run may be replaced.

    Raises:
        RunError: Something is in the way.
    """
    if not path.exists() and not path.is_symlink():
        return
    if not is_run(path):
        if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()
            return
        raise RunError(f"{path} exists and is not a run", expected="a new or empty folder", mend="choose another --out")
    if not overwrite:
        raise RunError(
            f"the run {path} exists",
            expected="a new folder",
            mend="choose another --out, go on with --resume, or replace it with --overwrite",
        )


def clean_up(path: Path) -> None:
    """Remove what killed trainings into a run folder left behind.

    Unfinished folders and partial files are removed. A run that was being replaced is restored.

    Args:
        path: The run folder, which need not be there.
    """
    for left in path.parent.glob(f".{glob.escape(path.name)}.*"):
        owner = left.name.removeprefix(f".{path.name}.").partition(".")[0]
        if not (left.is_dir() and owner.isdecimal()) or (_is_alive(int(owner)) and int(owner) != os.getpid()):
            continue
        if left.name.endswith(OLD) and not path.exists():
            left.rename(path)
        else:
            shutil.rmtree(left, ignore_errors=True)
    if is_run(path):
        remove_partial(path)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


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
        if path.name.removeprefix(f"{name}-").isdecimal() and is_run(path)
    }
    return numbers[max(numbers)] if numbers else runs / name


def _numbered_paths(name: str, runs: Path) -> Iterator[Path]:
    yield runs / name
    yield from (runs / f"{name}-{number}" for number in count(2))
