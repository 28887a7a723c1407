"""What the Learn page of one server works with. Knows nothing of HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path
from typing import Any

from inkdigits.core.types import Image, Probabilities
from inkdigits.read.onnx_model import OnnxModel, load_onnx_model
from inkdigits.read.single import classify
from inkdigits.runs.catalogue import RunCatalogue, read_metadata
from inkdigits.runs.live import LiveFolder
from inkdigits.serve.training.events import stream, training_state
from inkdigits.serve.training.process import TrainingProcesses
from inkdigits.serve.training.results import RunResults

TRAINING_OBSTACLES: Mapping[str, str] = {
    "read-only": "this server only reads; start one without --read-only",
    "not-local": "networks are trained only from the machine that the server runs on; start it without --host",
    "learn-missing": 'training needs the learn half: pip install "inkdigits[learn]"',
}
"""Why nothing can be trained, and what to do about it. Programs and the page's languages go by the keys."""

_POLL_S = 0.01
"""From one look for an answer to the next."""

_ANSWER_TIMEOUT_S = 10.0
"""How long a network that is evaluated may leave a question unanswered."""


class Learning:
    """Runs, the processes that train them, and their networks.

    Args:
        runs: The folder of the runs.

    Attributes:
        catalogue: The runs.
        processes: What trains them.
        results: Makes reports and network files.
    """

    def __init__(self, runs: Path) -> None:
        self.catalogue = RunCatalogue(runs)
        self.processes = TrainingProcesses(self.catalogue)
        self.results = RunResults()
        self._loaded: tuple[Path, float, OnnxModel] | None = None

    def state(self, name: str) -> dict[str, Any]:
        """Return how a training stands, as `training_state` does.

        Args:
            name: Of the run.

        Raises:
            RunError: There is no such run.
        """
        return training_state(self.processes.path(name), self.processes.failure(name))

    def stream(self, path: Path, offset: int, is_stopping: Callable[[], bool]) -> AsyncGenerator[str]:
        """Yield what a training writes, as `stream` of `events.py` does.

        Args:
            path: The run folder, which need not be there yet.
            offset: Where to begin.
            is_stopping: Whether the server is to end.
        """
        return stream(path, offset, lambda: self.processes.failure(path.name), is_stopping)

    async def read(self, name: str, digit: Image) -> dict[str, Any] | None:
        """Return what a run's network reads, also while it is trained.

        Args:
            name: Of the run.
            digit: A normalized digit, (28, 28), uint8, 0 is empty and 255 is ink.

        Returns:
            `probabilities` in the order of `classes`, and the `step` that the network has taken; None if the network
            did not answer in time.

        Raises:
            RunError: There is no such run, or its network can't be used.
        """
        path = self.catalogue.path(name)
        metadata = read_metadata(path)
        classes = metadata["dataset"]["classes"]
        if self.state(name)["state"] in ("training", "paused", "measuring"):
            answer = await self._ask(LiveFolder.of(path), digit)
            return answer and {"classes": classes, **answer}
        network = await self._network(path)
        probabilities: Probabilities = await asyncio.to_thread(classify, network, digit[None])
        return {
            "classes": list(network.metadata.classes),
            "probabilities": [round(float(share), 5) for share in probabilities[0]],
            "step": metadata["steps"],
        }

    async def _ask(self, live: LiveFolder, digit: Image) -> dict[str, Any] | None:
        question = live.ask(digit)
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT_S):
                while (answer := live.take_answer(question)) is None:
                    await asyncio.sleep(_POLL_S)
                return answer
        except TimeoutError:
            return None
        finally:
            live.withdraw(question)

    async def _network(self, run: Path) -> OnnxModel:
        path = await self.results.network(run)
        changed_s = path.stat().st_mtime
        if self._loaded is None or self._loaded[:2] != (path, changed_s):
            self._loaded = path, changed_s, await asyncio.to_thread(load_onnx_model, path)
        return self._loaded[2]
