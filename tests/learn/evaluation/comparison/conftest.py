"""Small runs on the `uci` digits: two recipes with three seeds each, and one on fewer test digits."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from inkdigits.data.load import load
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.parallel.jobs import seed_path
from inkdigits.learn.training.train import train
from inkdigits.recipes import load_recipe


@dataclass(frozen=True)
class SmallRuns:
    """Folders of seeds: `weak/softmax-seed1` …, `strong/mlp-100x2-seed1` …; and a run on other test digits."""

    weak: Path
    strong: Path
    other: Path


@pytest.fixture(scope="session")
def small_runs(tmp_path_factory: pytest.TempPathFactory) -> SmallRuns:
    folder = tmp_path_factory.mktemp("compared")
    data = load("uci")
    for place, recipe in (
        ("weak", load_recipe("softmax", {"epochs": 3})),
        ("strong", load_recipe("mlp-100x2", {"epochs": 3})),
    ):
        for seed in (1, 2, 3):
            options = TrainingOptions(seed_path(folder / place, recipe, seed), seed=seed, progress=False, threads=1)
            train(recipe, data, options)
    fewer = TrainingOptions(folder / "other", progress=False, threads=1)
    train(load_recipe("softmax", {"epochs": 1}), data.limited(train=200, test=100), fewer)
    return SmallRuns(folder / "weak", folder / "strong", folder / "other")
