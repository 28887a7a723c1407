"""A recipe -> the task that it trains on. Knows no optimiser and no loop."""

import torch

from inkdigits.data.dataset import Split
from inkdigits.learn.training.tasks.digits import DigitTask
from inkdigits.learn.training.tasks.lines import LineTask
from inkdigits.learn.training.tasks.task import Task
from inkdigits.recipes import Recipe


def make_task(recipe: Recipe, split: Split, *, seed: int, device: torch.device) -> Task:
    """Return what a recipe trains on: lines of digits, or single digits.

    Args:
        recipe: Which of them, and how.
        split: The digits to learn from.
        seed: Decides the order of the digits.
        device: Where to put the batches.
    """
    kind = LineTask if recipe.reads_lines else DigitTask
    return kind(recipe, split, seed=seed, device=device)
