"""A recipe -> the task that it trains on. Knows no optimiser and no loop."""

from pathlib import Path

import torch

from inkdigits.data.dataset import Split
from inkdigits.learn.training.tasks.digits import DigitTask
from inkdigits.learn.training.tasks.hands import load_hands
from inkdigits.learn.training.tasks.lines import LineTask
from inkdigits.learn.training.tasks.task import Task
from inkdigits.recipes import Recipe


def make_task(recipe: Recipe, split: Split, *, seed: int, device: torch.device, data_dir: Path | None = None) -> Task:
    """Return what a recipe trains on: lines of digits, or single digits.

    Args:
        recipe: Which of them, and how.
        split: The digits to learn from.
        seed: Decides the order of the digits.
        device: Where to put the batches.
        data_dir: Where to look first for the digits of other people, if the recipe learns from some.

    Raises:
        DataError: Digits of other people are not on this machine, and can't be downloaded.
    """
    kind = LineTask if recipe.reads_lines else DigitTask
    hands = load_hands(data_dir, recipe.hands_of) if recipe.hands else None
    return kind(recipe, split, seed=seed, device=device, hands=hands)
