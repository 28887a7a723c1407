"""The runs of a folder: their figures in a list, deleted and restored. Knows no weights, and nothing of training."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.core.atomic import storage_errors
from inkdigits.core.errors import RunError
from inkdigits.runs.lock import is_locked, lock_run
from inkdigits.runs.paths import free_run_path, is_run

_DELETED = ".deleted"
"""The folder of deleted runs, in that of the runs."""

_KEPT_S = 7 * 24 * 3600.0
"""How long a deleted run is kept."""


@dataclass(frozen=True)
class RunSummary:
    """The figures of a run.

    Attributes:
        name: Of its folder.
        recipe: The name of its recipe.
        data: The name of its data set.
        status: How its training stands: running, complete, interrupted or diverged.
        is_training: Whether a process trains it now.
        seed: Its seed.
        epochs: Passes over the training set so far.
        seconds: Time spent training.
        examples: Digits of the training set.
        accuracy: Share of the test digits read right; None before they are measured.
        errors: Test digits read wrong; likewise.
        test_digits: How many test digits were read; likewise.
        changed_s: When it changed last, in seconds since 1970.
    """

    name: str
    recipe: str
    data: str
    status: str
    is_training: bool
    seed: int
    epochs: float
    seconds: float
    examples: int
    accuracy: float | None
    errors: int | None
    test_digits: int | None
    changed_s: float


class RunCatalogue:
    """The runs in a folder.

    Args:
        folder: The folder; it need not be there.

    Attributes:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def summaries(self) -> list[RunSummary]:
        """Return the runs, the one that changed last first. Damaged ones are left out."""
        found = [summary for path in self._paths() if (summary := _summarize(path))]
        return sorted(found, key=lambda summary: -summary.changed_s)

    def path(self, name: str) -> Path:
        """Return the folder of a run.

        Args:
            name: Its name.

        Raises:
            RunError: There is no such run.
        """
        for path in self._paths():
            if path.name == name:
                return path
        raise RunError(f"there is no run {name} in {self.folder}", expected="one of the list", mend="choose another")

    def training(self) -> str | None:
        """Return the name of a run that is trained now, if there is one."""
        names = (path.name for path in self._paths() if _read(path / "run.json").get("status") == "running")
        return next((name for name in names if is_locked(self.folder / name)), None)

    def delete(self, name: str) -> str:
        """Delete a run; it is kept for a week.

        Args:
            name: Its name.

        Returns:
            What `restore` takes.

        Raises:
            RunError: There is no such run, or it is trained now.
            StorageError: The folder can't be written.
        """
        path, bin_ = self.path(name), self.folder / _DELETED
        with lock_run(path), storage_errors(path):
            bin_.mkdir(exist_ok=True)
            for old in bin_.iterdir():
                if time.time() - old.stat().st_mtime > _KEPT_S:
                    shutil.rmtree(old, ignore_errors=True)
            kept = free_run_path(name, bin_)
            path.rename(kept)
            kept.touch()  # from now on it is kept
        return kept.name

    def restore(self, deleted: str) -> str:
        """Take a deleted run back.

        Args:
            deleted: What `delete` returned.

        Returns:
            The run's name: another one than before if that is taken.

        Raises:
            RunError: It is not kept any more.
            StorageError: The folder can't be written.
        """
        kept = [path for path in _folders(self.folder / _DELETED) if path.name == deleted]
        if not kept:
            raise RunError(f"{deleted} is not kept any more", expected="a run deleted this week", mend="train it again")
        path = free_run_path(deleted, self.folder)
        with storage_errors(path):
            kept[0].rename(path)
        return path.name

    def _paths(self) -> Iterator[Path]:
        return (path for path in _folders(self.folder) if is_run(path))


def _folders(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError:
        return []


def _summarize(path: Path) -> RunSummary | None:
    values, test = _read(path / "run.json"), _read(path / "metrics.json").get("test") or {}
    try:
        dataset, status = values["dataset"], str(values["status"])
        return RunSummary(
            name=path.name,
            recipe=str(values["recipe"]),
            data=Path(dataset["name"]).name,
            status=status,
            is_training=status == "running" and is_locked(path),
            seed=int(values["seed"]),
            epochs=float(values["epochs"]),
            seconds=float(values["seconds"]),
            examples=int(dataset["train"]),
            accuracy=test.get("accuracy"),
            errors=test.get("errors"),
            test_digits=test.get("examples"),
            changed_s=(path / "run.json").stat().st_mtime,
        )
    except (KeyError, TypeError, ValueError, OSError):
        return None


def read_metadata(path: Path) -> dict[str, Any]:
    """Return `run.json` of a run folder, as far as it can be read.

    Args:
        path: The folder.
    """
    return _read(path / "run.json")


def read_records(path: Path) -> list[dict[str, Any]]:
    """Return the history of a run folder, as far as it can be read.

    Args:
        path: The folder.
    """
    records = _read(path / "history.json").get("records")
    return records if isinstance(records, list) else []


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
