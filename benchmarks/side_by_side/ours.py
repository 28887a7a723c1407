"""Inkdigits: `inkdigits.train` as a user calls it.

It writes its run folder, history, TensorBoard events and checkpoints as always. The time is the `seconds` of the run:
all steps with their records, but nothing before the first or after the last step.
"""

import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from inkdigits import Dataset, Run, load, train
from side_by_side.digits import FIRST_STEPS
from side_by_side.plan import bare_changes
from side_by_side.workload import Workload


class Contender:
    """`inkdigits.train`.

    Args:
        workload: What to train.
    """

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self.data = load(workload.data).limited(train=workload.digits)
        self._folder = tempfile.TemporaryDirectory()
        self._run: Run | None = None

    def set_up(self) -> None:
        """Train a few steps into another run folder, so that training does nothing for the first time."""
        size = self.workload.batch_size
        self._train("first", self.data.limited(train=FIRST_STEPS * size, test=size), bare_changes(FIRST_STEPS))

    def train(self) -> float:
        """Train, and return the seconds that the run reports."""
        # No contender stops early or skips digits, so that all take the same steps on the same digits.
        length = {"epochs": self.workload.epochs} if self.workload.epochs_are_passes else {"steps": self.workload.steps}
        changes = (
            {"early_stopping": False, "skip_first": 0.0, **length}
            if self.workload.watched
            else bare_changes(self.workload.steps)
        )
        self._run = self._train("run", self.data, changes)
        seconds: float = self._run.folder.metadata["seconds"]
        return seconds

    def test_accuracy(self) -> float:
        """Return the share of test digits that are classified right."""
        assert self._run is not None
        return self._run.evaluate("test").accuracy

    def made_with(self) -> dict[str, Any]:
        """Return versions, and the precision of the run."""
        assert self._run is not None
        environment = self._run.folder.read_json("environment.json")
        return {"inkdigits": version("inkdigits"), **{key: environment[key] for key in ("torch", "numpy", "precision")}}

    def _train(self, name: str, data: Dataset, changes: dict[str, Any]) -> Run:
        out = Path(self._folder.name) / name
        return train(
            self.workload.network, data, out=out, seed=self.workload.seed, changes=changes, device="cpu", progress=False
        )
