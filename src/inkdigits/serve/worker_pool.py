"""A few threads for long work, with a short queue. Knows nothing of the work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from inkdigits.serve.http.problems import ProblemError

Result = TypeVar("Result")


class WorkerPool:
    """Runs functions in threads.

    Args:
        threads: How many run at the same time.
        max_waiting: How many more may wait; the rest is refused.
    """

    def __init__(self, threads: int, max_waiting: int) -> None:
        self._max_jobs = threads + max_waiting
        self._jobs = 0
        self._executor = ThreadPoolExecutor(threads, "reader")

    @property
    def jobs(self) -> int:
        """How many functions run or wait."""
        return self._jobs

    async def run(self, work: Callable[[], Result], *, timeout_s: float) -> Result:
        """Run a function in a thread.

        Args:
            work: The function.
            timeout_s: How long it may wait and run.

        Returns:
            What the function returns.

        Raises:
            ProblemError: The queue is full, or the time is over. The thread then finishes its function before it takes
                another one.
        """
        if self._jobs >= self._max_jobs:
            raise ProblemError("busy", f"{self._jobs} pictures wait to be read; try again in a second")
        self._jobs += 1
        loop = asyncio.get_running_loop()
        job = self._executor.submit(work)
        job.add_done_callback(lambda _: self._on_done(loop))
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.wrap_future(job)
        except TimeoutError as error:
            raise ProblemError("busy", f"the picture was not read after {timeout_s:g} s; try again later") from error

    def _on_done(self, loop: asyncio.AbstractEventLoop) -> None:
        """Count a job as done once its thread is free, even if its client is long gone."""
        with suppress(RuntimeError):  # the server has stopped meanwhile
            loop.call_soon_threadsafe(self._release)

    def _release(self) -> None:
        self._jobs -= 1

    def close(self) -> None:
        """End the threads."""
        self._executor.shutdown(wait=False, cancel_futures=True)
