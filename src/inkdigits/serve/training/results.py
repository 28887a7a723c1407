"""What a run can be used for: its report, and its network as a file. Knows nothing of how they are made."""

from __future__ import annotations

import asyncio
import re
import sys
from contextlib import suppress
from pathlib import Path

from inkdigits.core.errors import RunError

_TAIL_BYTES = 2000
"""How much of the end of a process's standard error is kept."""

_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


class RunResults:
    """Makes reports and networks, each by a process of its own, one at a time."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def report(self, run: Path) -> Path:
        """Return the path of a run's report, after writing it anew.

        Args:
            run: The run folder.

        Raises:
            RunError: It can't be made.
        """
        async with self._lock:
            await _inkdigits("report", str(run))
        return run / "report.html"

    async def network(self, run: Path) -> Path:
        """Return the path of a run's network as an ONNX file, which is written if it isn't there or older.

        Args:
            run: The run folder.

        Raises:
            RunError: It can't be made.
        """
        path = run / "network.onnx"
        async with self._lock:
            if not path.exists() or path.stat().st_mtime < (run / "weights.safetensors").stat().st_mtime:
                await _inkdigits("export", str(run), str(path), "--overwrite")
        return path


def report_policy(html: str) -> str:
    """Return the content security policy that a report names for itself, and nothing else may be loaded.

    Args:
        html: The report.
    """
    found = _POLICY.search(html)
    return (found[1] if found else "default-src 'none'") + "; frame-ancestors 'none'"


async def _inkdigits(*arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "inkdigits",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, errors = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.terminate()
        raise
    if process.returncode:
        lines = errors[-_TAIL_BYTES:].decode("utf-8", "replace").strip().splitlines()
        last = lines[-1].removeprefix("error: ") if lines else f"status {process.returncode}"
        raise RunError(last, expected="a finished run whose data is here", mend="look at the run on the command line")
