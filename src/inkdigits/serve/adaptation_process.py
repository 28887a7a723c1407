"""A teaching in a process of its own: started, watched, stopped. Knows nothing of how networks learn.

The process says how far it is in lines of JSON on its standard output; see `inkdigits.learn.adaptation.__main__`.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.corrections.model_registry import ModelRegistry

_LEARN_HALF = ("torch", "onnx", "sklearn")

_PATIENCE_S = 5.0
"""How long a process may take to end once it was asked to."""

_LAST_WORDS = 2000
"""So much of what a failed process said at last is kept, in bytes."""


def learn_half_is_there() -> bool:
    """Tell whether what teaching needs is installed, without importing it."""
    return all(importlib.util.find_spec(name) is not None for name in _LEARN_HALF)


@dataclass(frozen=True)
class Progress:
    """How far a teaching is.

    Attributes:
        share: 0 … 1.
        message: What is being done, or what went wrong.
    """

    share: float = 0.0
    message: str | None = None


class Teacher:
    """Teaches one network at a time.

    Args:
        data_dir: Where the corrections are.
        networks: Where what is taught is put.
    """

    def __init__(self, data_dir: Path, networks: ModelRegistry) -> None:
        self.networks = networks
        self._data_dir = data_dir
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._progress = Progress()
        self._failed = False
        self._cancelled = False

    @property
    def is_running(self) -> bool:
        """Whether a teaching is under way."""
        return self._watch is not None and not self._watch.done()

    def status(self) -> dict[str, Any]:
        """Return `state`, `progress`, `message` and `result` as the page gets them."""
        stored = self.networks.state
        if self.is_running:
            state, progress = "running", self._progress
        elif self._failed:
            state, progress = "failed", self._progress
        elif stored.candidate:
            state, progress = "ready", Progress(1.0)
        else:
            state, progress = "idle", Progress()
        ready = state == "ready" and stored.candidate is not None
        return {
            "state": state,
            "progress": round(progress.share, 3),
            "message": progress.message,
            "result": stored.candidate.result if ready and stored.candidate else None,
        }

    async def start(self) -> None:
        """Begin; nothing may be under way."""
        assert not self.is_running
        self._progress, self._failed, self._cancelled = Progress(message="starting"), False, False
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "inkdigits.learn.adaptation",
            str(self._data_dir),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self._watch = asyncio.create_task(self._follow(self._process))

    async def stop(self) -> None:
        """End what is under way; nothing of it is kept."""
        self._cancelled = True
        process, watch = self._process, self._watch
        if process is None or watch is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(asyncio.shield(watch), _PATIENCE_S)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await watch

    def forget(self) -> None:
        """Forget that a teaching failed."""
        self._failed, self._progress = False, Progress()

    async def _follow(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        words = asyncio.create_task(_last_words(process.stderr))
        async for line in process.stdout:
            self._note(line)
        status, last = await process.wait(), await words
        if status != 0 and not self._cancelled:
            self._failed = True
            self._progress = Progress(self._progress.share, last or f"the teaching ended with status {status}")

    def _note(self, line: bytes) -> None:
        with suppress(ValueError, KeyError, TypeError):
            said = json.loads(line)
            self._progress = Progress(float(said["progress"]), str(said["message"]))


async def _last_words(stream: asyncio.StreamReader) -> str:
    """Read a stream to its end and return its last line."""
    kept = b""
    while chunk := await stream.read(4096):
        kept = (kept + chunk)[-_LAST_WORDS:]
    lines = kept.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("error: ") if lines else ""
