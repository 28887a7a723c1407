"""Lines composed of digits, and how CTC teaches them. Knows no optimiser and no loop."""

from __future__ import annotations

import math
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from inkdigits.data.dataset import Split
from inkdigits.learn.networks.modules import device_of, evaluation_mode
from inkdigits.learn.synthesis.line import LineComposer
from inkdigits.learn.training.tasks.inference import Score, as_input
from inkdigits.learn.training.tasks.task import Batch
from inkdigits.recipes import Recipe

Composed = tuple[NDArray[np.uint8], list[list[int]]]

_MEASURED = 1024
"""How many lines of a split measure a network: always the same."""

_MEASURED_TOGETHER = 32


class LineTask:
    """Lines of writing, composed anew for each step while the step before is learned.

    Args:
        recipe: Batch size.
        split: The digits that lines are composed of.
        seed: What the lines start from.
        device: Where to put the batches.
    """

    def __init__(self, recipe: Recipe, split: Split, *, seed: int, device: torch.device) -> None:
        self._batch_size, self._seed, self._device = recipe.batch_size, seed, device
        self._examples = len(split)
        self._composer = LineComposer(split.images, split.labels)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="lines")
        self._ahead: dict[int, Future[Composed]] = {}

    @property
    def steps_per_epoch(self) -> int:
        """How many batches show as many lines as there are digits."""
        return math.ceil(self._examples / self._batch_size)

    def batch(self, step: int) -> Batch:
        """Return strips (N, 1, 40, W) with the classes of each line."""
        ahead = {
            number: self._ahead.get(number) or self._worker.submit(self._compose, number) for number in (step, step + 1)
        }
        self._ahead = ahead
        strips, classes = ahead[step].result()
        return Batch(as_input(torch.from_numpy(strips).to(self._device)), classes, len(classes))

    def _compose(self, step: int) -> Composed:
        return self._composer.batch(self._batch_size, np.random.default_rng((self._seed, step)))

    def loss(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return the mean over the lines of minus the logarithm of their probability, a digit."""
        return ctc(logits, batch.targets)

    def correct(self, logits: Tensor, batch: Batch) -> int:
        """Return how many lines were read without a fault."""
        return sum(read == said for read, said in zip(best_paths(logits), batch.targets, strict=True))

    def score(self, network: nn.Module, split: Split) -> Score:
        """Measure a network on lines composed of a split."""
        return score_lines(network, split)


def ctc(logits: Tensor, classes: list[list[int]]) -> Tensor:
    """Connectionist temporal classification, Graves et al., 2006.

    Args:
        logits: (N, T, C); the last class is the blank.
        classes: What each line says.

    Returns:
        The mean over the lines of minus the logarithm of their probability, divided by their lengths.
    """
    steps = functional.log_softmax(logits.float(), dim=2).transpose(0, 1)
    lengths = torch.tensor([len(said) for said in classes])
    said = torch.tensor([sign for line in classes for sign in line], dtype=torch.long)
    sizes = torch.full((len(classes),), steps.shape[0], dtype=torch.long)
    return functional.ctc_loss(
        steps, said.to(logits.device), sizes, lengths, blank=steps.shape[2] - 1, zero_infinity=True
    )


def best_paths(logits: Tensor) -> list[list[int]]:
    """Return what the most likely class of each step spells, for (N, T, C)."""
    blank = logits.shape[2] - 1
    spelled = []
    for line in logits.argmax(dim=2).tolist():
        changes = [sign for sign, before in zip(line, [blank, *line], strict=False) if sign != before]
        spelled.append([sign for sign in changes if sign != blank])
    return spelled


def score_lines(network: nn.Module, split: Split) -> Score:
    """Measure a network on the same thousand lines each time, composed of a split's digits.

    Returns:
        Mean loss, share of lines read without a fault, number of others, number of lines.
    """
    composer = LineComposer(split.images, split.labels)
    device = device_of(network)
    loss, errors = 0.0, 0
    with evaluation_mode(network), torch.inference_mode():
        for number in range(_MEASURED // _MEASURED_TOGETHER):
            strips, classes = composer.batch(_MEASURED_TOGETHER, np.random.default_rng(number))
            logits = network(as_input(torch.from_numpy(strips).to(device)))
            loss += float(ctc(logits, classes)) * len(classes)
            errors += sum(read != said for read, said in zip(best_paths(logits), classes, strict=True))
    return Score(loss / _MEASURED, 1 - errors / _MEASURED, errors, _MEASURED)
