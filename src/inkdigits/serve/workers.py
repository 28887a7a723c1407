"""A few threads for what takes long, and a queue before them that is never long. Knows nothing of the work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from inkdigits.serve.http.problems import ProblemError

Result = TypeVar("Result")


class Workers:
    """Runs functions in threads.

    Args:
        threads: How many run at the same time.
        most_waiting: How many may wait beside those; more are refused.
    """

    def __init__(self, threads: int, most_waiting: int) -> None:
        self._places = threads + most_waiting
        self._taken = 0
        self._threads = ThreadPoolExecutor(threads, "reader")

    @property
    def taken(self) -> int:
        """How many run or wait."""
        return self._taken

    async def run(self, work: Callable[[], Result], *, within_s: float) -> Result:
        """Run `work` in a thread and return what it returns.

        Raises:
            ProblemError: Too many wait already, or it took too long; then its thread goes on to its end and only
                after that takes other work.
        """
        if self._taken >= self._places:
            raise ProblemError("busy", f"{self._taken} pictures wait to be read; try again in a second")
        self._taken += 1
        loop = asyncio.get_running_loop()
        job = self._threads.submit(work)
        job.add_done_callback(lambda _: self._leave(loop))
        try:
            async with asyncio.timeout(within_s):
                return await asyncio.wrap_future(job)
        except TimeoutError as error:
            raise ProblemError("busy", f"the picture was not read after {within_s:g} s; try again later") from error

    def _leave(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give the place back once the thread is free, however long its asker has been gone."""
        with suppress(RuntimeError):  # the server has stopped meanwhile
            loop.call_soon_threadsafe(self._give_back)

    def _give_back(self) -> None:
        self._taken -= 1

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)
