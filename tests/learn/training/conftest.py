from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from helpers.recipes import small_recipe
from inkdigits.data.dataset import Dataset
from inkdigits.data.load import load
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.train import train
from inkdigits.recipes import Recipe
from inkdigits.runs.folder import RunFolder


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """Four hundred real digits to learn from and 120 to be measured on."""
    return load("uci").limited(400, 120)


@pytest.fixture
def small() -> Recipe:
    """A recipe with all that a checkpoint has to keep: dropout, batch norm, augmentation, early stopping."""
    return small_recipe()


@pytest.fixture
def train_small(digits: Dataset, tmp_path: Path) -> Callable[..., RunFolder]:
    """Train quickly: `train_small(recipe, "name", seed=…, resume=…)` -> its run folder."""

    def run(
        recipe: Recipe, name: str = "run", network: nn.Module | None = None, data: Dataset | None = None, **options: Any
    ) -> RunFolder:
        options = dict[str, Any](progress=False, device="cpu") | options
        return train(recipe, data or digits, TrainingOptions(Path(tmp_path) / name, **options), network)

    return run


@pytest.fixture
def two_threads() -> Iterator[None]:
    """Two threads for torch, whatever the tests before have set."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)
