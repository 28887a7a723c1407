"""A step's work on a GPU, captured once and replayed: Python then costs nothing a kernel. Knows no network and no loop.

A small network's kernels are done before Python has launched the next one. A CUDA graph launches all of them at once,
on the same memory each time; what Python did while it was captured is not done again. So whatever differs from step
to step must be in a tensor: pictures and targets are copied to where the graph reads them, and the learning rate is
one (see `Trainer`).

Never run on a GPU so far: tests replay captured steps on a processor, operation by operation.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from inkdigits.learn.training.engine.backward import StepResult
from inkdigits.learn.training.tasks.task import Batch

_WARM_UPS = 3
"""Steps of each batch size before it is captured: libraries choose their algorithms and take their memory in them."""

Work = Callable[[Batch], StepResult]
"""Learns from a batch."""

Capture = Callable[[Work, Batch], tuple[Callable[[], None], StepResult]]
"""Notes the kernels that work on a batch launches, without running them, and returns what does, and where its outcome
will be."""


class CapturedWork:
    """Work that is captured once for each batch size.

    Args:
        work: What to do with a batch. The first steps of each size are done as they come, on a stream of their own.
        capture: How to capture it.

    Attributes:
        refusal: Why nothing is captured; None where nothing speaks against it so far.
    """

    def __init__(self, work: Work, capture: Capture) -> None:
        self._work, self._capture = work, capture
        self._warm_ups: Counter[int] = Counter()
        self._captured: dict[int, _Captured] = {}
        self.refusal: str | None = None

    def __call__(self, batch: Batch) -> StepResult:
        """Learn from the batch."""
        size = len(batch.pictures)
        if not self.refusal and not isinstance(batch.targets, Tensor):
            self.refusal = "what is learned has no fixed shape"
        if self.refusal:
            return self._work(batch)
        if size not in self._captured:
            self._warm_ups[size] += 1
            if self._warm_ups[size] <= _WARM_UPS:
                return _beside(self._work, batch)
            still = replace(batch, pictures=batch.pictures.clone(), targets=batch.targets.clone())
            try:
                self._captured[size] = _Captured(still, *self._capture(self._work, still))
            except RuntimeError as error:
                self.refusal = f"the step can't be captured ({str(error).partition(chr(10))[0]})"
                return self._work(batch)
        return self._captured[size].replay(batch)


@dataclass(frozen=True)
class _Captured:
    """The work of one batch size.

    Attributes:
        batch: Where it reads.
        run: Launches it.
        outcome: Where it leaves how the batch went.
    """

    batch: Batch
    run: Callable[[], None]
    outcome: StepResult

    def replay(self, batch: Batch) -> StepResult:
        self.batch.pictures.copy_(batch.pictures)
        self.batch.targets.copy_(batch.targets)
        self.run()
        return self.outcome.kept()


def capture_cuda_graph(work: Work, batch: Batch) -> tuple[Callable[[], None], StepResult]:
    """Capture work on a batch as a CUDA graph.

    Raises:
        RuntimeError: It waits for the device, or does something else that no graph can hold.
    """
    with torch.cuda.device(batch.pictures.device):
        graph = torch.cuda.CUDAGraph()
        # Other threads (TensorBoard writes in one) may go on with theirs.
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):
            outcome = work(batch)
    return graph.replay, outcome


def _beside(work: Work, batch: Batch) -> StepResult:
    """Work on a stream of its own, as is asked for before a capture; elsewhere than on a GPU just work."""
    device = batch.pictures.device
    if device.type != "cuda":
        return work(batch)
    now, beside = torch.cuda.current_stream(device), torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    beside.wait_stream(now)
    with torch.cuda.stream(beside):
        outcome = work(batch)
    now.wait_stream(beside)
    return outcome
