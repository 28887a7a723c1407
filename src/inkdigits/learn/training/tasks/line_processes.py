"""Lines composed in processes of their own, where a network learns faster than one core composes. Knows no torch.

    python -m inkdigits.learn.training.tasks.line_processes    is such a process

The standard input brings a composer and then, for each batch, its step; the standard output takes the batch. All is
pickled. A process ends when its input does, so it never outlives the training.
"""

import os
import pickle
import subprocess
import sys
import weakref
from contextlib import suppress
from queue import SimpleQueue
from typing import IO

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import RunError
from inkdigits.learn.synthesis.line import LineComposer

ComposedLines = tuple[NDArray[np.uint8], list[list[int]]]
"""Lines (N, 40, W), 0 is empty and 255 is ink, and the label ids of each."""


class BatchComposer:
    """Composes the batch of each step of a training, always the same one.

    Args:
        composer: Composes lines.
        size: How many lines a batch has.
        seed: Decides the lines, together with the step.
    """

    def __init__(self, composer: LineComposer, size: int, seed: int) -> None:
        self._composer, self._size, self._seed = composer, size, seed

    def compose(self, step: int) -> ComposedLines:
        """Return the batch of a step.

        Args:
            step: Its number, counted from 0.
        """
        return self._composer.batch(self._size, np.random.default_rng((self._seed, step)))


class LineProcesses:
    """Composes batches in several processes. As many threads may call `compose` at once; others wait for their turn.

    Args:
        composer: What each process gets a copy of.
        number: How many processes to start.
    """

    def __init__(self, composer: BatchComposer, number: int) -> None:
        payload = pickle.dumps(composer, pickle.HIGHEST_PROTOCOL)
        self._free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        processes = [_start() for _ in range(number)]
        weakref.finalize(self, _end, processes)
        for process in processes:
            _input(process).write(payload)
            self._free.put(process)

    def compose(self, step: int) -> ComposedLines:
        """Return the batch of a step, the same as `BatchComposer.compose`.

        Args:
            step: Its number, counted from 0.

        Raises:
            RunError: A process has ended, for want of memory perhaps.
        """
        process = self._free.get()
        try:
            pickle.dump(step, _input(process))
            _input(process).flush()
            lines: ComposedLines = pickle.load(_output(process))  # noqa: S301  a process of our own
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise RunError(
                "a process that composes lines has ended",
                expected="one that runs as long as the training",
                mend="free memory and go on with --resume, or take fewer processes with --threads",
            ) from error
        finally:
            self._free.put(process)
        return lines


def _start() -> "subprocess.Popen[bytes]":
    # Ctrl-C at a terminal is for the training, which ends after a whole step.
    return subprocess.Popen(  # noqa: S603  our own module
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        start_new_session=True,
    )


def _end(processes: "list[subprocess.Popen[bytes]]") -> None:
    for process in processes:
        with suppress(OSError):
            _input(process).close()
        process.kill()
        process.wait()
        _output(process).close()


def _input(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert process.stdin
    return process.stdin


def _output(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert process.stdout
    return process.stdout


def _serve(steps: IO[bytes], batches: IO[bytes]) -> None:
    """Compose what is asked for until the input ends."""
    with suppress(EOFError, BrokenPipeError):
        composer: BatchComposer = pickle.load(steps)  # noqa: S301  from the process that started this one
        while True:
            pickle.dump(composer.compose(pickle.load(steps)), batches, pickle.HIGHEST_PROTOCOL)  # noqa: S301  likewise
            batches.flush()


if __name__ == "__main__":
    import cv2

    cv2.setNumThreads(1)
    _serve(sys.stdin.buffer, sys.stdout.buffer)
