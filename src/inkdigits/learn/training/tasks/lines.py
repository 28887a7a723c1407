"""Lines of digits, trained with CTC. Knows no optimiser and no loop."""

from __future__ import annotations

import math
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from inkdigits.data.dataset import Split
from inkdigits.learn.networks.modules import device_of, evaluation_mode
from inkdigits.learn.synthesis.line import LineComposer
from inkdigits.learn.synthesis.line_writer import OtherPeople
from inkdigits.learn.training.tasks.hands import Hands
from inkdigits.learn.training.tasks.inference import Score, as_input
from inkdigits.learn.training.tasks.line_processes import BatchComposer, ComposedLines, LineProcesses
from inkdigits.learn.training.tasks.task import Batch
from inkdigits.read.decoding.ctc import greedy_decode
from inkdigits.recipes import Recipe
from inkdigits.recipes.shapes import has_signs

_SCORED_LINES = 1024
"""How many lines composed of a split a network is measured on: always the same ones."""

_SCORE_BATCH_SIZE = 32

_MAX_PROCESSES = 12
"""More processes than this compose faster than any GPU learns lines one batch after the other."""


class LineTask:
    """Lines of digits, composed for each step while the steps before are learned.

    Args:
        recipe: Batch size.
        split: The digits that lines are composed of.
        seed: Decides the lines.
        device: Where to put the batches.
        hands: Digits of other writers, if the recipe learns from a share of them.
        processes: How many processes compose lines; by default one for each thread but one where a GPU learns, and
            otherwise none: a thread does, since the cores are busy with learning.
    """

    def __init__(
        self,
        recipe: Recipe,
        split: Split,
        *,
        seed: int,
        device: torch.device,
        hands: Hands | None = None,
        processes: int | None = None,
    ) -> None:
        self._batch_size, self._device = recipe.batch_size, device
        self._examples = len(split)
        self._signs = recipe.reads_lines and has_signs(recipe.layers)
        others = OtherPeople(hands.pen_writers(), hands.picture_writers(), recipe.hands) if hands else None
        lines = LineComposer(split.images, split.labels, split.writers, others, signs=self._signs)
        if processes is None:
            processes = 0 if device.type == "cpu" else min(torch.get_num_threads() - 1, _MAX_PROCESSES)
        composer = BatchComposer(lines, recipe.batch_size, seed)
        self._composer = LineProcesses(composer, processes) if processes else composer
        self._threads = ThreadPoolExecutor(max(processes, 1), thread_name_prefix="lines")
        # While one batch of each process is learned, the next one is composed.
        self._ahead = 2 * max(processes, 1)
        self._prefetched: dict[int, Future[ComposedLines]] = {}

    @property
    def steps_per_epoch(self) -> int:
        """How many batches show as many lines as there are digits."""
        return math.ceil(self._examples / self._batch_size)

    def batch(self, step: int) -> Batch:
        """Return lines (N, 1, 40, W) with the label ids of each.

        Args:
            step: The number of the step, counted from 0.
        """
        self._prefetched = {
            number: self._prefetched.get(number) or self._threads.submit(self._composer.compose, number)
            for number in range(step, step + self._ahead)
        }
        lines, label_ids = self._prefetched[step].result()
        return Batch(as_input(torch.from_numpy(lines).to(self._device)), label_ids, len(label_ids))

    def loss(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return the batch's mean CTC loss a digit: a float32 scalar, at least 0.

        Args:
            logits: (N, T, C), float32, any finite value; the last class is the blank.
            batch: The lines.
        """
        return ctc_loss(logits, batch.targets)

    def correct(self, logits: Tensor, batch: Batch) -> int:
        """Return how many lines were read without an error.

        Args:
            logits: (N, T, C), float32, any finite value; the last class is the blank.
            batch: The lines.
        """
        return count_correct(logits, batch.targets)

    def score(self, network: nn.Module, split: Split) -> Score:
        """Return how well a network does on lines composed of a split.

        Args:
            network: From float32 (N, 1, 40, W) to logits (N, T, C).
            split: The digits that lines are composed of.
        """
        return score_lines(network, split, signs=self._signs)


def ctc_loss(logits: Tensor, label_ids: list[list[int]]) -> Tensor:
    """Return the loss of connectionist temporal classification, Graves et al., 2006.

    Args:
        logits: (N, T, C), float32 or bfloat16, any finite value; the last class is the blank.
        label_ids: The class numbers of each line.

    Returns:
        The mean over the lines of minus the logarithm of their probability, divided by their lengths: a float32 scalar,
        at least 0.
    """
    log_probabilities = functional.log_softmax(logits.float(), dim=2).transpose(0, 1)  # (T, N, C)
    lengths = torch.tensor([len(line) for line in label_ids])
    targets = torch.tensor([label for line in label_ids for label in line], dtype=torch.long)  # (sum of lengths,)
    steps = torch.full((len(label_ids),), log_probabilities.shape[0], dtype=torch.long)
    return functional.ctc_loss(
        log_probabilities,
        targets.to(logits.device),
        steps,
        lengths,
        blank=log_probabilities.shape[2] - 1,
        zero_infinity=True,
    )


def count_correct(logits: Tensor, label_ids: list[list[int]]) -> int:
    """Return how many lines greedy decoding reads without an error.

    Args:
        logits: (N, T, C), float32 or bfloat16, any finite value; the last class is the blank.
        label_ids: The class numbers of each line.
    """
    lines = logits.cpu().double().numpy()
    return sum(greedy_decode(line) == tuple(labels) for line, labels in zip(lines, label_ids, strict=True))


def score_lines(network: nn.Module, split: Split, *, signs: bool) -> Score:
    """Return how well a network does on the same thousand lines each time, composed of a split's digits.

    Args:
        network: From float32 (N, 1, 40, W) to logits (N, T, C).
        split: The digits that lines are composed of.
        signs: Whether the network has classes for signs.

    Returns:
        Mean loss, share of lines read without an error, number of the others, number of lines.
    """
    composer = LineComposer(split.images, split.labels, split.writers, signs=signs)
    device = device_of(network)
    loss, correct = 0.0, 0
    with evaluation_mode(network), torch.inference_mode():
        for number in range(_SCORED_LINES // _SCORE_BATCH_SIZE):
            lines, label_ids = composer.batch(_SCORE_BATCH_SIZE, np.random.default_rng(number))
            logits = network(as_input(torch.from_numpy(lines).to(device)))
            loss += float(ctc_loss(logits, label_ids)) * len(label_ids)
            correct += count_correct(logits, label_ids)
    errors = _SCORED_LINES - correct
    return Score(loss / _SCORED_LINES, 1 - errors / _SCORED_LINES, errors, _SCORED_LINES)
