"""Batches that mix a user's lines with composed ones, and their loss. Knows no optimiser and no files.

The user's lines, and lines composed of the user's digits, are learned by their text. On lines of other people the
network is held to the answers of the teacher, which is the network before the adaptation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inkdigits.core.types import LINE_HEIGHT, LINE_WIDTH_MULTIPLE
from inkdigits.data.dataset import Split
from inkdigits.learn.adaptation.data import LabelledImages
from inkdigits.learn.adaptation.lines.examples import LineExample
from inkdigits.learn.adaptation.lines.scores import compose_examples
from inkdigits.learn.adaptation.replay_task import distillation_kl
from inkdigits.learn.synthesis.handwriting.numbers import to_label_ids
from inkdigits.learn.synthesis.handwriting.people import PictureWriter
from inkdigits.learn.synthesis.line import LineComposer
from inkdigits.learn.synthesis.line_writer import OtherPeople
from inkdigits.learn.training.tasks.inference import Score, as_input
from inkdigits.learn.training.tasks.lines import count_correct, ctc_loss
from inkdigits.learn.training.tasks.task import Batch

_GIVEN, _OWN, _CLEAN, _ROUGH = 8, 4, 16, 4
"""How many of the user's lines a batch has, lines composed of the user's digits, and lines of other people: as readers
find them on a page, and as they are composed for training, with all that paper and cameras do to them."""

BATCH_SIZE = _GIVEN + _OWN + _CLEAN + _ROUGH

KNOWN_LINES = 240
"""So many lines of other people are composed on a page before training."""

_DISTILLATION_WEIGHT = 100.0
"""The weight of the distance from the teacher against the loss of what is new."""

_NEIGHBOURS = 6
"""The lines of a batch are among so many of about the same length, or a fifth of all: little of it is padding."""

_FILLED = 20
"""So many digits of other people stand in for a digit that the user's do not have."""

_PAPER_AROUND = 24
"""Pixels before and behind the writing in the image of a line."""


class LineReplayTask:
    """A user's lines among composed ones, as a `Task` of the training loop.

    Args:
        lines: What the network is to learn; may be none.
        digits: Digits in the same hand, to compose lines of.
        replay: Digits of other people, with writers if they are known.
        hard: Those among them that are easily forgotten.
        teacher: The network before the adaptation; it is not changed.
        signs: Whether the network has classes for signs.
        seed: Decides which lines are in which batch.
    """

    def __init__(
        self,
        lines: Sequence[LineExample],
        digits: LabelledImages,
        replay: Split,
        hard: Split,
        teacher: nn.Module,
        *,
        signs: bool,
        seed: int,
    ) -> None:
        self._lines, self._teacher, self._seed = lines, teacher, seed
        self._texts = [to_label_ids(line.text, signs=signs) for line in lines]
        self._widths = np.array([line.usual_view.width for line in lines])
        person = _person(digits, replay)
        alone = OtherPeople([], [person], 1.0, faithful=True)
        self._own = LineComposer(replay.images, replay.labels, replay.writers, alone, signs=signs)
        self._others = LineComposer(replay.images, replay.labels, replay.writers, signs=signs)
        self._known = compose_examples(hard, KNOWN_LINES, seed=seed)
        self._known_widths = np.array([line.usual_view.width for line in self._known])
        self._examples = len(replay)

    @property
    def steps_per_epoch(self) -> int:
        """How many batches show as many lines as there are digits to replay."""
        return -(-self._examples // BATCH_SIZE)

    def batch(self, step: int) -> Batch:
        """Return lines (N, 1, 40, W), the label ids of those to learn, and the teacher's answers to the others.

        Args:
            step: The number of the step, from 0.
        """
        generator = np.random.default_rng((self._seed, step))
        width = float(generator.choice(self._widths if len(self._lines) else self._known_widths))
        images, texts = self._given(width, generator)
        length = max(20.0, width - _PAPER_AROUND)
        own, own_texts = self._own.batch(_GIVEN + _OWN - len(images), generator, length=length)
        clean = [
            _view(self._known[number], generator) for number in _near(self._known_widths, width, _CLEAN, generator)
        ]
        rough, _ = self._others.batch(_ROUGH, generator, length=length)
        pictures = as_input(torch.from_numpy(_stack([*images, *own, *clean, *rough])))
        labels = [*texts, *own_texts]
        with torch.inference_mode():
            answers = self._teacher(pictures[len(labels) :])
        return Batch(pictures, (labels, answers.clone()), len(labels))

    def _given(self, width: float, generator: np.random.Generator) -> tuple[list[NDArray[np.uint8]], list[list[int]]]:
        """Return views of some of the user's lines of about a width, and their label ids."""
        if not self._lines:
            return [], []
        chosen = _near(self._widths, width, _GIVEN, generator)
        images = [vary_line(_view(self._lines[number], generator), generator) for number in chosen]
        return images, [self._texts[number] for number in chosen]

    def loss(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return the CTC loss of what is learned plus the distance from the teacher, a scalar, float32, at least 0.

        Args:
            logits: (N, T, C), float32, any finite values.
            batch: What they answer.
        """
        labels, teacher = batch.targets
        learned = ctc_loss(logits[: batch.examples], labels)
        answers, wanted = (each.float().flatten(0, 1) for each in (logits[batch.examples :], teacher))  # (N * T, C)
        return learned + _DISTILLATION_WEIGHT * distillation_kl(answers, wanted)

    def correct(self, logits: Tensor, batch: Batch) -> int:
        """Return how many of the lines to learn are read without an error.

        Args:
            logits: (N, T, C), float32, any finite values.
            batch: What they answer.
        """
        return count_correct(logits[: batch.examples], batch.targets[0])

    def score(self, network: nn.Module, split: Split) -> Score:
        """Return how well a network does on a batch that it didn't learn.

        Args:
            network: From float32 (N, 1, 40, W) to logits (N, T, C).
            split: Not used: lines are composed of the digits to replay.
        """
        batch = self.batch(-1 % 2**32)
        with torch.inference_mode():
            logits = network(batch.pictures).float()
        errors = batch.examples - self.correct(logits, batch)
        return Score(float(self.loss(logits, batch)), 1 - errors / batch.examples, errors, batch.examples)


def _near(widths: NDArray[Any], width: float, count: int, generator: np.random.Generator) -> NDArray[np.intp]:
    """Return the numbers of some lines of about a width."""
    near = np.argsort(np.abs(widths - width), kind="stable")[: max(_NEIGHBOURS, len(widths) // 5)]
    return np.asarray(generator.choice(near, count))


def _view(line: LineExample, generator: np.random.Generator) -> NDArray[np.uint8]:
    return line.views[generator.integers(len(line.views))]


def vary_line(image: NDArray[np.uint8], generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return a line as the same hand might have written it another time: tilted, slanted, wider, with another pen.

    Args:
        image: (40, W), uint8, 0 is paper and 255 is ink.
        generator: Draws everything.

    Returns:
        (40, W), uint8, 0 is paper and 255 is ink.
    """
    height, width = image.shape
    tilt, slant, wider = generator.normal(0, 0.012), generator.normal(0, 0.1), generator.uniform(0.92, 1.08)
    drop = generator.normal(0, 1.0)
    matrix = np.array(
        [
            [wider, -slant, slant * height / 2 + (1 - wider) * width / 2],
            [tilt, 1.0, drop - tilt * width / 2],
        ]
    )
    warped = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR)
    changed: NDArray[np.floating[Any]] = np.asarray(warped, np.float32)
    kind = generator.random()
    if kind < 0.2:
        thicker = cv2.dilate(changed, np.ones((2, 2), np.uint8))
        changed = changed + (np.asarray(thicker) - changed) * np.float32(generator.random())
    elif kind < 0.35:
        changed = (changed + np.asarray(cv2.erode(changed, np.ones((2, 2), np.uint8)))) / 2
    elif kind < 0.5:
        changed = np.asarray(cv2.GaussianBlur(changed, (0, 0), generator.uniform(0.3, 0.9)), np.float32)
    noise = generator.standard_normal(changed.shape, dtype=np.float32) * np.float32(255 * generator.uniform(0, 0.05))
    changed = changed * np.float32(generator.uniform(0.7, 1.1)) + noise
    return np.clip(np.round(changed), 0, 255).astype(np.uint8)


def _person(digits: LabelledImages, replay: Split) -> PictureWriter:
    """Return the user's hand; other people's digits stand in for those that it lacks."""
    of_class = []
    for label in range(10):
        own = digits.images[digits.labels == label]
        of_class.append(own if len(own) else replay.images[replay.labels == label][:_FILLED])
    return PictureWriter(tuple(of_class), tuple(np.ones(len(images)) for images in of_class))


def _stack(images: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Return line images of any width as one array, (N, 40, W)."""
    width = -(-max(image.shape[1] for image in images) // LINE_WIDTH_MULTIPLE) * LINE_WIDTH_MULTIPLE
    stacked = np.zeros((len(images), LINE_HEIGHT, width), np.uint8)
    for row, image in zip(stacked, images, strict=True):
        row[:, : image.shape[1]] = image
    return stacked
