"""What `run.json` says of a training before it starts. Knows nothing of how it is trained."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import nn

from inkdigits.data.dataset import Dataset, fingerprint
from inkdigits.data.load import NAMES
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.recipes import Recipe
from inkdigits.runs.folder import FORMAT


def describe_run(
    recipe: Recipe, dataset: Dataset, options: TrainingOptions, network: nn.Module | None
) -> dict[str, Any]:
    """Return the JSON-ready content of `run.json` for a training that is about to start.

    Args:
        recipe: What is trained.
        dataset: What is learned from.
        options: Seed, and where the data was looked for.
        network: The user's own module; None where the recipe's layers are trained.
    """
    return {
        "format": FORMAT,
        "status": "running",
        "recipe": recipe.name,
        "network": type(network).__qualname__ if network else None,
        "seed": options.seed,
        "dataset": {
            "name": _absolute_name(dataset.name),
            "data_dir": dataset.provenance.folder or _absolute_folder(options.data_dir),
            "skip_bad": options.skip_bad,
            "classes": list(dataset.classes),
            "train": len(dataset.train),
            "test": len(dataset.test),
            "sha256": fingerprint(dataset),
            "provenance": asdict(dataset.provenance),
        },
        "steps": 0,
        "epochs": 0.0,
        "seconds": 0.0,
    }


def _absolute_name(name: str) -> str:
    """Make a path absolute; `mnist` is the data set even where there is a folder of that name."""
    return str(Path(name).absolute()) if name not in NAMES and Path(name).exists() else name


def _absolute_folder(folder: Path | str | None) -> str | None:
    return str(Path(folder).absolute()) if folder else None
