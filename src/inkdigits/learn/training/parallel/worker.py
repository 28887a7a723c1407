"""The worker's side of a process that trains: it reports through a pipe. Knows nothing of other workers."""

import _thread
import os
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any, Literal, Protocol

import torch

from inkdigits.data.dataset import Dataset
from inkdigits.learn.training.listeners.listener import ProgressInfo
from inkdigits.learn.training.parallel.jobs import Job, train_group
from inkdigits.learn.training.state import TrainingState
from inkdigits.runs.history import Record

Message = tuple[Literal["info", "step", "record", "close", "result"], int, Any]
"""What a worker sends: the kind of message, the seed that it is about, and its content."""

_STEP_INTERVAL_S = 0.1
"""How often at most a worker says at which step it is: a bar moves no faster."""


def run_worker(connection: Connection, group: Sequence[Job], dataset: Dataset, threads: int) -> None:
    """Train a group in this process and send messages about it; another process started this one for that.

    Args:
        connection: The pipe to the process that started this one.
        group: As for `train_group`.
        dataset: What to learn from and be measured on.
        threads: How many to compute with.
    """
    with suppress(AttributeError, OSError):
        os.setsid()  # Ctrl-C at a terminal goes to the parent process only, which passes it on once
    threading.Thread(target=await_stop, args=(connection,), daemon=True).start()
    torch.set_num_threads(threads)
    try:
        for job, result in train_group(group, dataset, lambda info: PipeListener(connection, info)):
            _send(connection, ("result", job.options.seed, result))
    except (KeyboardInterrupt, BrokenPipeError):
        pass  # it was stopped before the first step, or the parent process is gone


def await_stop(connection: Connection) -> None:
    """Stop this process as Ctrl-C does when the pipe says so, and at once when the parent process is gone.

    Args:
        connection: The pipe to it.
    """
    try:
        connection.recv()
    except (EOFError, OSError):
        os._exit(1)
    _thread.interrupt_main()


class Sender(Protocol):
    """What takes messages: a pipe, or what stands for one."""

    def send(self, message: Message, /) -> None:
        """Take a message.

        Args:
            message: The message.
        """


class PipeListener:
    """Sends what a listener gets through a pipe.

    Args:
        connection: The pipe.
        info: The training.
    """

    def __init__(self, connection: Sender, info: ProgressInfo) -> None:
        self._connection, self._seed, self._told_at_s = connection, info.seed, 0.0
        _send(connection, ("info", self._seed, info))

    def on_step(self, state: TrainingState) -> None:
        """Send the state, without its records, unless one was sent a moment ago.

        Args:
            state: Where the training stands.
        """
        now_s = time.perf_counter()
        if now_s - self._told_at_s < _STEP_INTERVAL_S:
            return
        self._told_at_s = now_s
        _send(self._connection, ("step", self._seed, replace(state, records=())))

    def on_record(self, record: Record) -> None:
        """Send the record.

        Args:
            record: The figures.
        """
        _send(self._connection, ("record", self._seed, record))

    def close(self) -> None:
        """Send that the training has ended."""
        _send(self._connection, ("close", self._seed, None))


def _send(connection: Sender, message: Message) -> None:
    connection.send(message)
