"""What takes part in a comparison: run folders, or folders of several seeds. Knows nothing of what is compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkdigits.core.errors import DataError, RunError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.runs.paths import is_run


@dataclass(frozen=True)
class Entrant:
    """One run, or several seeds of one recipe.

    Attributes:
        name: What to call it: as much of its path as tells it from the others.
        runs: Its runs, by seed; at least one.
    """

    name: str
    runs: tuple[TrainedRun, ...]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each run."""
        return tuple(int(run.folder.metadata["seed"]) for run in self.runs)

    def is_like(self, other: Entrant) -> bool:
        """Tell whether both were trained by one recipe on the same digits, so that only seeds differ.

        Args:
            other: The other one.
        """
        mine, theirs = self.runs[0], other.runs[0]
        same_data = mine.folder.metadata["dataset"]["sha256"] == theirs.folder.metadata["dataset"]["sha256"]
        same_module = mine.folder.metadata["network"] == theirs.folder.metadata["network"]
        return same_data and same_module and mine.recipe == theirs.recipe


def open_entrants(
    sources: Sequence[str | Path | TrainedRun],
    *,
    data: Dataset | str | Path | None = None,
    data_dir: Path | None = None,
    skip_bad: bool = False,
) -> tuple[Entrant, ...]:
    """Return what is to be compared.

    Args:
        sources: Each is a run, its folder, or a folder that `inkdigits train --seeds` made.
        data: Other data than the runs were trained on.
        data_dir: Where to look first for a data set that has a name.
        skip_bad: Whether to leave out unreadable pictures.

    Raises:
        RunError: A folder holds no run, one is given twice, or fewer than two are given.
    """
    opener = _Opener(data, data_dir, skip_bad)
    entrants = [each for source in sources for each in opener.entrants(source)]
    if len(entrants) < 2:
        raise RunError(
            f"only {entrants[0].name} to compare" if entrants else "nothing to compare",
            expected="at least two runs",
            mend="name another run",
        )
    paths = [run.path.resolve() for each in entrants for run in each.runs]
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice:
        raise RunError(f"{twice} is given twice", expected="different runs", mend="name another run")
    names = _short_names([each.name for each in entrants])
    return tuple(Entrant(name, each.runs) for name, each in zip(names, entrants, strict=True))


def _short_names(names: Sequence[str]) -> list[str]:
    """Return of each path as many last parts as tell it from the others.

    Examples:
        >>> _short_names(["runs/softmax", "runs/cnn", "old/cnn"])
        ['softmax', 'runs/cnn', 'old/cnn']
    """
    parts = [Path(name).parts for name in names]
    shortened = []
    for own in parts:
        tails = (own[-count:] for count in range(1, len(own)))
        tail = next((each for each in tails if sum(other[-len(each) :] == each for other in parts) == 1), own)
        shortened.append(str(Path(*tail)))
    return shortened


class _Opener:
    """Opens runs, and loads data that several of them share only once."""

    def __init__(self, data: Dataset | str | Path | None, data_dir: Path | None, skip_bad: bool) -> None:
        self._data, self._data_dir, self._skip_bad = data, data_dir, skip_bad
        self._loaded: dict[str, Dataset] = {}

    def entrants(self, source: str | Path | TrainedRun) -> Iterator[Entrant]:
        if isinstance(source, TrainedRun):
            yield Entrant(str(source.path), (source,))
            return
        path = Path(source)
        inside = () if is_run(path) or not path.is_dir() else sorted(filter(is_run, path.iterdir()))
        if not inside:
            yield Entrant(str(path), (self._open(path),))
            return
        runs = sorted((self._open(each) for each in inside), key=lambda run: int(run.folder.metadata["seed"]))
        names = list(dict.fromkeys(run.recipe.name for run in runs))
        for name in names:
            of_recipe = tuple(run for run in runs if run.recipe.name == name)
            yield Entrant(str(path) if len(names) == 1 else f"{path}/{name}", _check_seeds(of_recipe))

    def _open(self, path: Path) -> TrainedRun:
        run = TrainedRun(path, data=self._data, data_dir=self._data_dir, skip_bad=self._skip_bad)
        key = "given" if self._data is not None else run.folder.metadata["dataset"]["sha256"]
        if key in self._loaded:
            return TrainedRun(path, data=self._loaded[key])
        self._loaded[key] = run.dataset
        return run


def _check_seeds(runs: tuple[TrainedRun, ...]) -> tuple[TrainedRun, ...]:
    entrant = Entrant("", runs)
    unlike = next((run for run in runs if not entrant.is_like(Entrant("", (run,)))), None)
    if unlike:
        raise RunError(
            f"{unlike.path} and {runs[0].path} are called {unlike.recipe.name} but differ in recipe or data",
            expected="seeds of one recipe in a folder",
            mend="name the runs one by one",
        )
    repeated = next((seed for seed in entrant.seeds if entrant.seeds.count(seed) > 1), None)
    if repeated is not None:
        raise RunError(
            f"{runs[0].path.parent} holds seed {repeated} of {runs[0].recipe.name} twice",
            expected="each seed once",
            mend="name the runs one by one",
        )
    return runs


def check_same_digits(entrants: Sequence[Entrant], split: str) -> None:
    """Refuse entrants that can't be compared digit by digit.

    Args:
        entrants: What is compared.
        split: The split on which.

    Raises:
        DataError: They have different classes or digits.
        RunError: One reads lines, or has no such split.
    """
    runs = [run for each in entrants for run in each.runs]
    for run in runs:
        run.check_reads_digits()
    first = runs[0]
    for run in runs[1:]:
        if run.classes != first.classes:
            raise DataError(
                f"{run.path} knows the classes {', '.join(run.classes)}",
                expected=f"those of {first.path}: {', '.join(first.classes)}",
                mend="compare runs of the same classes",
            )
        mine, theirs = first.split(split), run.split(split)
        is_same = len(mine) == len(theirs) and np.array_equal(mine.labels, theirs.labels)
        if not is_same or not np.array_equal(mine.images, theirs.images):
            raise DataError(
                f"{first.path} and {run.path} have different {split} digits "
                f"({first.dataset.name}, {len(mine):,}; {run.dataset.name}, {len(theirs):,})",
                expected="the same digits in the same order",
                mend="choose digits for both with --data, or a split that they share",
            )
