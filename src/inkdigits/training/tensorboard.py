"""A training as TensorBoard events: scalars, sample digits, the network's graph. Needs no TensorFlow."""

import warnings
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

from inkdigits.data.dataset import Split
from inkdigits.training.history import Record
from inkdigits.training.inference import device_of
from inkdigits.training.state import TrainingState


class TensorBoardEvents:
    """Writes what `tensorboard --logdir RUN` shows.

    Args:
        folder: Where the event files go.
        step: Where training starts; what an earlier sitting wrote beyond it is hidden.
    """

    def __init__(self, folder: Path, *, step: int = 0) -> None:
        self._writer = SummaryWriter(str(folder), purge_step=step + 1 if step else None)

    def describe(self, network: nn.Module, split: Split) -> None:
        """Write a grid of the first 64 training digits and the network's graph."""
        tiles = np.zeros((64, 28, 28), np.uint8)
        shown = split.images[:64]
        tiles[: len(shown)] = shown
        grid = tiles.reshape(8, 8, 28, 28).swapaxes(1, 2).reshape(1, 224, 224)
        self._writer.add_image("training digits", grid, 0)
        was_training = network.training
        with warnings.catch_warnings():
            # add_graph still stands on torch.jit.trace, which newer versions of torch call deprecated.
            warnings.simplefilter("ignore")
            network.eval()
            self._writer.add_graph(network, torch.zeros(1, 1, 28, 28, device=device_of(network)))
        network.train(was_training)

    def on_step(self, state: TrainingState) -> None:
        """Write nothing: a figure a record is enough to read and cheap to keep."""

    def on_record(self, record: Record) -> None:
        """Write the record's figures as scalars."""
        for name in ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"):
            value = getattr(record, name)
            if value is not None:
                self._writer.add_scalar(name, value, record.step)
        self._writer.flush()

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()
