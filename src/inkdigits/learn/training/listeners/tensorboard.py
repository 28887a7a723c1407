"""TensorBoard events of a training: scalars, sample digits, the network's graph. Needs no screen and no TensorFlow."""

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
    """Writes what `tensorboard --logdir RUN` shows.

    Events are optional. Where they can't be written, the user is told once and training goes on. A disk too full for
    the run itself shows when its next checkpoint is written.

    Args:
        folder: Where the event files go.
        initial_step: Where training starts; TensorBoard hides what an earlier session wrote beyond it.
    """

    def __init__(self, folder: Path, *, initial_step: int = 0) -> None:
        self._failed = False
        self._excepthook = threading.excepthook
        threading.excepthook = self._on_thread_error
        self._writer: SummaryWriter | None = None
        with self._best_effort():
            self._writer = SummaryWriter(str(folder), purge_step=initial_step + 1)

    def describe(self, network: nn.Module, split: Split, shape: Shape) -> None:
        """Write a grid of the first 64 training digits, and the network's graph.

        Args:
            network: What is trained.
            split: What it learns from.
            shape: Channels, height and width of its inputs.
        """
        tiles = np.zeros((64, 28, 28), np.uint8)
        first = split.images[:64]
        tiles[: len(first)] = first
        rows = tiles.reshape(8, 8, 28, 28).swapaxes(1, 2)  # (8, 28, 8, 28)
        grid = rows.reshape(1, 224, 224)  # (1, 8 * 28, 8 * 28)
        with self._best_effort(), evaluation_mode(network), warnings.catch_warnings():
            # add_graph needs torch.jit.trace, which newer versions of torch call deprecated.
            warnings.simplefilter("ignore")
            if self._writer:
                self._writer.add_image("training digits", grid, 0)
                pictures = torch.zeros(1, *shape, device=device_of(network))
                # To check a trace, torch imports torch.distributed and sympy: that takes longer than a short training.
                traced = torch.jit.trace(network, pictures, check_trace=False)  # type: ignore[no-untyped-call]
                self._writer.add_graph(traced, pictures)

    def on_step(self, state: TrainingState) -> None:
        """Write nothing: one point a record is enough.

        Args:
            state: Not used.
        """

    def on_record(self, record: Record) -> None:
        """Write the record's figures as scalars.

        Args:
            record: The figures.
        """
        with self._best_effort():
            for name in ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"):
                value = getattr(record, name)
                if value is not None and self._writer:
                    self._writer.add_scalar(name, value, record.step)
            if self._writer:
                self._writer.flush()

    def close(self) -> None:
        """Write what is left, and close the file."""
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
        """Show no traceback of the thread in which TensorBoard writes."""
        if isinstance(arguments.exc_value, OSError):
            self._give_up(arguments.exc_value)
        else:
            self._excepthook(arguments)

    def _give_up(self, error: OSError) -> None:
        if not self._failed:
            sys.stderr.write(f"TensorBoard events can't be written ({error.strerror or error}); training goes on\n")
        self._failed, self._writer = True, None
