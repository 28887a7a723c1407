"""Digits from many requests, read in one call of the network. Knows nothing of HTTP.

While one call runs, what arrives waits and becomes the next one: alone a digit waits for nobody, and the more
there are, the larger the batches.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from inkdigits.core.types import Images, Probabilities
from inkdigits.serve.http.problems import ProblemError

Classify = Callable[[Images], Probabilities]
"""Digits (N, 28, 28) uint8 -> the probability of each class (N, classes) float32."""

_LARGEST = 256
"""Digits in one call of the network."""

_AT_ONCE = 8
"""So many digits are read within a millisecond: waking a thread for them and waiting for its answer takes longer."""


class DigitBatcher:
    """Gathers digits, and reads many in a thread of its own, a few at once.

    Args:
        classify: Reads a batch.
        most_waiting: How many digits may wait; more are refused.
        on_batch: Told how many digits each call had.
    """

    def __init__(self, classify: Classify, *, most_waiting: int, on_batch: Callable[[int], None]) -> None:
        self._classify, self._most_waiting, self._on_batch = classify, most_waiting, on_batch
        self._waiting: deque[tuple[Images, asyncio.Future[Probabilities]]] = deque()
        self._count = 0
        self._worker: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "digits")

    async def read(self, forms: Images) -> Probabilities:
        """Return the probability of each class, (N, classes) float32, for digits (N, 28, 28) uint8.

        Raises:
            ProblemError: Too many digits wait already.
        """
        if self._count + len(forms) > self._most_waiting:
            raise ProblemError("busy", f"{self._count:,} digits wait to be read; try again in a second")
        answer: asyncio.Future[Probabilities] = asyncio.get_running_loop().create_future()
        self._waiting.append((forms, answer))
        self._count += len(forms)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch = self._take()
            forms = np.concatenate([forms for forms, _ in batch]) if len(batch) > 1 else batch[0][0]
            try:
                if len(forms) <= _AT_ONCE:
                    probabilities = self._classify(forms)
                else:
                    probabilities = await loop.run_in_executor(self._thread, self._classify, forms)
            except Exception as error:
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            self._on_batch(len(forms))
            start = 0
            for own, answer in batch:
                if not answer.done():  # a client that went away has taken its question back
                    answer.set_result(probabilities[start : start + len(own)])
                start += len(own)

    def _take(self) -> list[tuple[Images, asyncio.Future[Probabilities]]]:
        """Take what waits, up to the largest batch, but at least one request's."""
        batch = [self._waiting.popleft()]
        count = len(batch[0][0])
        while self._waiting and count + len(self._waiting[0][0]) <= _LARGEST:
            batch.append(self._waiting.popleft())
            count += len(batch[-1][0])
        self._count -= count
        return batch

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)
