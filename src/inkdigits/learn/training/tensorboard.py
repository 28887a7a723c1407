"""A training as TensorBoard events: scalars, sample digits, the network's graph. Needs no TensorFlow."""

import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

from inkdigits.data.dataset import Split
from inkdigits.learn.networks.modules import device_of, evaluation_mode
from inkdigits.learn.training.state import TrainingState
from inkdigits.recipes.shapes import Shape
from inkdigits.runs.history import Record


class TensorBoardEvents:
    """Writes what `tensorboard --logdir RUN` shows, as far as the disk lets it.

    Events are a convenience: where they can't be written, that is said once and training goes on; whether the
    run itself can be kept is for its checkpoints to tell.

    Args:
        folder: Where the event files go.
        step: Where training starts; what an earlier session wrote beyond it is hidden.
    """

    def __init__(self, folder: Path, *, step: int = 0) -> None:
        self._failed = False
        self._excepthook = threading.excepthook
        threading.excepthook = self._on_thread_error
        self._writer: SummaryWriter | None = None
        with self._best_effort():
            self._writer = SummaryWriter(str(folder), purge_step=step + 1)

    def describe(self, network: nn.Module, split: Split, shape: Shape) -> None:
        """Write a grid of the first 64 training digits and the graph of a network for pictures of this shape."""
        tiles = np.zeros((64, 28, 28), np.uint8)
        shown = split.images[:64]
        tiles[: len(shown)] = shown
        grid = tiles.reshape(8, 8, 28, 28).swapaxes(1, 2).reshape(1, 224, 224)
        with self._best_effort(), evaluation_mode(network), warnings.catch_warnings():
            # add_graph still stands on torch.jit.trace, which newer versions of torch call deprecated.
            warnings.simplefilter("ignore")
            if self._writer:
                self._writer.add_image("training digits", grid, 0)
                pictures = torch.zeros(1, *shape, device=device_of(network))
                # Checking a trace imports torch.distributed and sympy, which takes longer than a short training.
                traced = torch.jit.trace(network, pictures, check_trace=False)  # type: ignore[no-untyped-call]
                self._writer.add_graph(traced, pictures)

    def on_step(self, state: TrainingState) -> None:
        """Write nothing: a figure a record is enough to read and cheap to keep."""

    def on_record(self, record: Record) -> None:
        """Write the record's figures as scalars."""
        with self._best_effort():
            for name in ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"):
                value = getattr(record, name)
                if value is not None and self._writer:
                    self._writer.add_scalar(name, value, record.step)
            if self._writer:
                self._writer.flush()

    def close(self) -> None:
        """Write what is left."""
        with self._best_effort():
            if self._writer:
                self._writer.close()
        threading.excepthook = self._excepthook

    @contextmanager
    def _best_effort(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._give_up(error)

    def _on_thread_error(self, arguments: threading.ExceptHookArgs) -> None:
        """Spare the user the traceback of the thread in which TensorBoard writes."""
        if isinstance(arguments.exc_value, OSError):
            self._give_up(arguments.exc_value)
        else:
            self._excepthook(arguments)

    def _give_up(self, error: OSError) -> None:
        if not self._failed:
            sys.stderr.write(f"TensorBoard events can't be written ({error.strerror or error}); training goes on\n")
        self._failed, self._writer = True, None
