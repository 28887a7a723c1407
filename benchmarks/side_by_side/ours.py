"""Inkdigits: `inkdigits.train` as a user calls it.

Its run folder, history, TensorBoard events and checkpoints are made as always. Timed is what the run itself calls
its seconds: the steps with their records, without what comes before the first and after the last of them.
"""

import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from inkdigits import Dataset, Run, load, train
from side_by_side.digits import FIRST_STEPS
from side_by_side.plan import bare_changes
from side_by_side.task import Task


class Contender:
    """Inkdigits' own loop."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.data = load(task.data).limited(train=task.digits)
        self._folder = tempfile.TemporaryDirectory()
        self._run: Run | None = None

    def set_up(self) -> None:
        """Train a few steps into a run folder of their own, so that nothing is done for the first time later."""
        size = self.task.batch_size
        self._train("first", self.data.limited(train=FIRST_STEPS * size, test=size), bare_changes(FIRST_STEPS))

    def train(self) -> float:
        """Train, and return the seconds that the run noted."""
        # Early stopping is left out everywhere, so that all take as many steps.
        length = {"epochs": self.task.epochs} if self.task.epochs_are_passes else {"steps": self.task.steps}
        changes = {"early_stopping": False, **length} if self.task.watched else bare_changes(self.task.steps)
        self._run = self._train("run", self.data, changes)
        seconds: float = self._run.folder.note["seconds"]
        return seconds

    def test_accuracy(self) -> float:
        """Return the share of test digits that are read right."""
        assert self._run is not None
        return self._run.evaluate("test").accuracy

    def made_with(self) -> dict[str, Any]:
        """Return versions, and how the run says it was computed."""
        assert self._run is not None
        noted = self._run.folder.read_json("environment.json")
        return {"inkdigits": version("inkdigits"), **{key: noted[key] for key in ("torch", "numpy", "precision")}}

    def _train(self, name: str, data: Dataset, changes: dict[str, Any]) -> Run:
        out = Path(self._folder.name) / name
        return train(
            self.task.network, data, out=out, seed=self.task.seed, changes=changes, device="cpu", progress=False
        )
