"""Digits from many requests, classified in one call of the network. Knows nothing of HTTP.

While one call runs, new digits wait and become the next batch. So a lone digit never waits for others, and batches grow
with the load.
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

_MAX_BATCH = 256
"""Digits in one call of the network."""

_MAX_INLINE = 8
"""A batch up to this size takes less than a millisecond: handing it to a thread and back would take longer."""


class DigitBatcher:
    """Collects digits of many requests into batches for the network.

    Large batches run in a thread of their own, small ones on the event loop.

    Args:
        classify: Classifies a batch.
        max_waiting: How many digits may wait; more are refused.
        on_batch: Called with the size of each batch.
    """

    def __init__(self, classify: Classify, *, max_waiting: int, on_batch: Callable[[int], None]) -> None:
        self._classify, self._max_waiting, self._on_batch = classify, max_waiting, on_batch
        self._queue: deque[tuple[Images, asyncio.Future[Probabilities]]] = deque()
        self._waiting = 0
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "digits")

    async def classify(self, images: Images) -> Probabilities:
        """Return the probability of each class, (N, classes), float32.

        Args:
            images: Normalized digits, (N, 28, 28), uint8, 0 is empty and 255 is ink.

        Raises:
            ProblemError: Too many digits are waiting.
        """
        if self._waiting + len(images) > self._max_waiting:
            raise ProblemError("busy", f"{self._waiting:,} digits wait to be read; try again in a second")
        result: asyncio.Future[Probabilities] = asyncio.get_running_loop().create_future()
        self._queue.append((images, result))
        self._waiting += len(images)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run_batches())
        return await result

    async def _run_batches(self) -> None:
        loop = asyncio.get_running_loop()
        while self._queue:
            batch = self._next_batch()
            images = np.concatenate([images for images, _ in batch]) if len(batch) > 1 else batch[0][0]  # (N, 28, 28)
            try:
                if len(images) <= _MAX_INLINE:
                    probabilities = self._classify(images)
                else:
                    probabilities = await loop.run_in_executor(self._thread, self._classify, images)
            except Exception as error:
                for _, result in batch:
                    if not result.done():
                        result.set_exception(error)
                continue
            self._on_batch(len(images))
            start = 0
            for own_images, result in batch:
                if not result.done():  # cancelled if its client went away
                    result.set_result(probabilities[start : start + len(own_images)])
                start += len(own_images)

    def _next_batch(self) -> list[tuple[Images, asyncio.Future[Probabilities]]]:
        """Take requests from the queue up to the largest batch, at least one."""
        batch = [self._queue.popleft()]
        count = len(batch[0][0])
        while self._queue and count + len(self._queue[0][0]) <= _MAX_BATCH:
            batch.append(self._queue.popleft())
            count += len(batch[-1][0])
        self._waiting -= count
        return batch

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)
