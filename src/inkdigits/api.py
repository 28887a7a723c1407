"""The Python front door: load, train, and a run that answers questions. Does no work of its own."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from torch import nn

from inkdigits.data.dataset import Dataset
from inkdigits.data.load import load
from inkdigits.evaluation.trained import TrainedRun
from inkdigits.pictures.files import read_picture
from inkdigits.pictures.prepare import prepare_digit
from inkdigits.recipes import Recipe, load_recipe
from inkdigits.recipes.load import change_recipe
from inkdigits.training.inference import predict_probabilities
from inkdigits.training.run_folder import RunFolder
from inkdigits.training.train import TrainingOptions
from inkdigits.training.train import train as train_recipe
from inkdigits.types import Image, Images, Probabilities

__all__ = ["Run", "free_run_path", "latest_run_path", "load", "load_digit", "train"]

RUNS = Path("runs")


class Run(TrainedRun):
    """A training's outcome: history, figures, mistakes, report, and answers for new digits."""

    def predict(self, images: Images | Image) -> Probabilities:
        """Return the probability of each class.

        Args:
            images: (N, 28, 28) or one (28, 28), uint8, 0 is empty and 255 is ink.

        Returns:
            (N, classes), float32.
        """
        with self.computing():
            return predict_probabilities(self.network, images if images.ndim == 3 else images[None])

    def report(self) -> Path:
        """Write RUN/report.html, one page with everything, and return its path."""
        # Charts take 100 MB and most of a second to import, which training need not pay for.
        from inkdigits.report.collect import collect  # noqa: PLC0415
        from inkdigits.report.page import write_report  # noqa: PLC0415

        return write_report(collect(self), self.path)


def load_digit(source: str | Path | bytes) -> Image | None:
    """Read a picture of a single digit and bring it to its 28x28 form, None where nothing readable is there.

    Raises:
        PictureError: The picture can't be opened.
    """
    return prepare_digit(read_picture(source if isinstance(source, bytes) else Path(source)))


def train(
    recipe: str | Path | Recipe,
    data: str | Path | Dataset = "mnist",
    *,
    out: str | Path | None = None,
    seed: int = 1,
    changes: Mapping[str, Any] | None = None,
    network: nn.Module | None = None,
    device: str = "auto",
    data_dir: str | Path | None = None,
    skip_bad: bool = False,
    resume: bool = False,
    overwrite: bool = False,
    progress: bool = True,
    precision: str = "auto",
    threads: int | None = None,
) -> Run:
    """Train a network and return its run.

    Args:
        recipe: The name of a recipe, the path of a TOML file, or a recipe.
        data: The name or path of a data set, or one in memory.
        out: The run folder; by default a free one in `runs/`.
        seed: Decides weights, order of digits, dropout and augmentation.
        changes: Values of the recipe to change, by dotted key: `{"optimizer.learning_rate": 0.01}`.
        network: A module to train in place of the recipe's layers: from float32 (N, 1, 28, 28) in 0 … 1 to
            logits (N, classes).
        device: "auto", "cpu", "cuda" or "mps".
        data_dir: Where to look for MNIST first.
        skip_bad: Leave out the unreadable pictures of a folder instead of refusing it.
        resume: Go on with the run at `out`.
        overwrite: Replace the run at `out`.
        progress: Whether to show how it goes.
        precision: "fp32", "bf16", or "auto": bf16 where the processor multiplies it and the network gains by it.
        threads: How many to compute with; by default as many as torch takes.

    Raises:
        InkdigitsError: Anything that you can mend; its text says how.

    Examples:
        >>> import tempfile
        >>> out = tempfile.mkdtemp() + "/first"
        >>> run = train("softmax", "uci", out=out, changes={"epochs": 2}, progress=False)
        >>> len(run.history["accuracy"]), run.evaluate("test").examples
        (2, 359)
    """
    chosen = change_recipe(recipe, changes or {}) if isinstance(recipe, Recipe) else load_recipe(recipe, changes)
    folder = Path(data_dir) if data_dir else None
    dataset = data if isinstance(data, Dataset) else load(data, data_dir=folder, skip_bad=skip_bad)
    if out is None:
        out = latest_run_path(chosen.name) if resume else free_run_path(chosen.name)
    options = TrainingOptions(
        Path(out),
        seed=seed,
        device=device,
        resume=resume,
        overwrite=overwrite,
        data_dir=folder,
        skip_bad=skip_bad,
        progress=progress,
        precision=precision,
        threads=threads,
    )
    made = train_recipe(chosen, dataset, options, network)
    return Run(made.path, data=dataset, network=network)


def free_run_path(name: str, runs: Path = RUNS) -> Path:
    """Return `runs/NAME`, or the first of `runs/NAME-2`, `-3` … that is free."""
    return next(path for path in _numbered(name, runs) if not path.exists())


def latest_run_path(name: str, runs: Path = RUNS) -> Path:
    """Return the run with the highest number of `runs/NAME`, `runs/NAME-2` …, or `runs/NAME` where there is none."""
    numbers = {
        int(path.name.removeprefix(f"{name}-")): path
        for path in runs.glob(f"{glob.escape(name)}-*")
        if path.name.removeprefix(f"{name}-").isdecimal() and RunFolder(path).exists
    }
    return numbers[max(numbers)] if numbers else runs / name


def _numbered(name: str, runs: Path) -> Iterator[Path]:
    yield runs / name
    yield from (runs / f"{name}-{number}" for number in count(2))
