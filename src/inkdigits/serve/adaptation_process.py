"""An adaptation in a process of its own: started, monitored, stopped. Knows nothing of how networks learn.

The process reports its progress in lines of JSON on its standard output; see `inkdigits.learn.adaptation.__main__`.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.corrections.model_registry import ModelRegistry

STATES = ("idle", "running", "ready", "failed", "unavailable")
"""What `state` may be; the last one where there is an obstacle."""

OBSTACLES: Mapping[str, str] = {
    "read-only": "this server only reads; start one without --read-only",
    "other-classes": "the network in use reads other classes than the ten digits; use one for digits to teach it",
    "learn-missing": 'teaching needs the learn half: pip install "inkdigits[learn]"',
}
"""Why nothing can be taught, and what to do about it. Programs and the page's languages go by the keys."""

_LEARN_PACKAGES = ("torch", "onnx", "sklearn")

_TERMINATE_TIMEOUT_S = 5.0
"""How long a process may take to end after SIGTERM."""

_STDERR_TAIL_BYTES = 2000
"""How much of the end of a process's standard error is kept."""


def is_learn_extra_installed() -> bool:
    """Tell whether the packages that adaptation needs are installed, without importing them."""
    return all(importlib.util.find_spec(name) is not None for name in _LEARN_PACKAGES)


@dataclass(frozen=True)
class ProgressReport:
    """How far an adaptation is.

    Attributes:
        fraction: 0 … 1.
        message: What is being done, or what went wrong.
    """

    fraction: float = 0.0
    message: str | None = None


class AdaptationProcess:
    """Adapts one network at a time.

    Args:
        data_dir: Where the corrections are.
        registry: Where the adapted network is put.
        base: The networks that it starts from; none for the shipped ones.
    """

    def __init__(self, data_dir: Path, registry: ModelRegistry, base: Sequence[Path] = ()) -> None:
        self.registry, self.base = registry, base
        self._data_dir = data_dir
        self._process: asyncio.subprocess.Process | None = None
        self._monitor_task: asyncio.Task[None] | None = None
        self._progress = ProgressReport()
        self._failed = False
        self._cancelled = False

    @property
    def is_running(self) -> bool:
        """Whether an adaptation is under way."""
        return self._monitor_task is not None and not self._monitor_task.done()

    def status(self) -> dict[str, Any]:
        """Return `state`, `progress`, `message` and `result`, JSON-ready for the page."""
        registry_state = self.registry.state
        if self.is_running:
            state, progress = "running", self._progress
        elif self._failed:
            state, progress = "failed", self._progress
        elif registry_state.candidate:
            state, progress = "ready", ProgressReport(1.0)
        else:
            state, progress = "idle", ProgressReport()
        return {
            "state": state,
            "progress": round(progress.fraction, 3),
            "message": progress.message,
            "result": registry_state.candidate.result if state == "ready" and registry_state.candidate else None,
        }

    async def start(self) -> None:
        """Start the process; none may be running."""
        assert not self.is_running
        self._progress, self._failed, self._cancelled = ProgressReport(message="starting"), False, False
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "inkdigits.learn.adaptation",
            str(self._data_dir),
            *map(str, self.base),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self._monitor_task = asyncio.create_task(self._monitor(self._process))

    async def stop(self) -> None:
        """End the running process, if there is one. It stages nothing; the next process resumes it."""
        self._cancelled = True
        process, monitor_task = self._process, self._monitor_task
        if process is None or monitor_task is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(asyncio.shield(monitor_task), _TERMINATE_TIMEOUT_S)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await monitor_task

    def clear_failure(self) -> None:
        """Forget that an adaptation failed."""
        self._failed, self._progress = False, ProgressReport()

    async def _monitor(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        stderr_task = asyncio.create_task(_read_last_line(process.stderr))
        async for line in process.stdout:
            self._update_progress(line)
        status, last_line = await process.wait(), await stderr_task
        if status != 0 and not self._cancelled:
            self._failed = True
            message = last_line or f"the teaching ended with status {status}"
            self._progress = ProgressReport(self._progress.fraction, message)

    def _update_progress(self, line: bytes) -> None:
        with suppress(ValueError, KeyError, TypeError):
            report = json.loads(line)
            self._progress = ProgressReport(float(report["progress"]), str(report["message"]))


async def _read_last_line(stream: asyncio.StreamReader) -> str:
    """Read a stream to its end and return its last line."""
    tail = b""
    while chunk := await stream.read(4096):
        tail = (tail + chunk)[-_STDERR_TAIL_BYTES:]
    lines = tail.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("error: ") if lines else ""
