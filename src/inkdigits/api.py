"""The Python front door: load, train, and a run that answers questions. Does no work of its own."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Unpack

from torch import nn

from inkdigits.core.types import Image, Images, Probabilities
from inkdigits.data.dataset import Dataset
from inkdigits.data.load import load
from inkdigits.learn.evaluation.trained import TrainedRun
from inkdigits.learn.networks.diagram import diagram_file
from inkdigits.learn.training.options import TrainingArguments, TrainingOptions
from inkdigits.learn.training.tasks.inference import predict_probabilities
from inkdigits.learn.training.train import train as train_recipe
from inkdigits.pictures.files import read_picture
from inkdigits.pictures.prepare import prepare_digit
from inkdigits.recipes import Recipe, load_recipe
from inkdigits.recipes.load import change_recipe
from inkdigits.runs.folder import RunFolder

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
        from inkdigits.learn.report.collect import collect  # noqa: PLC0415
        from inkdigits.learn.report.page import write_report  # noqa: PLC0415

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
    changes: Mapping[str, Any] | None = None,
    network: nn.Module | None = None,
    **options: Unpack[TrainingArguments],
) -> Run:
    """Train a network and return its run.

    Args:
        recipe: The name of a recipe, the path of a TOML file, or a recipe.
        data: The name or path of a data set, or one in memory.
        out: The run folder; by default a free one in `runs/`.
        changes: Values of the recipe to change, by dotted key: `{"optimizer.learning_rate": 0.01}`.
        network: A module to train in place of the recipe's layers: from float32 (N, 1, 28, 28) in 0 … 1 to
            logits (N, classes).
        **options: Fields of `TrainingOptions`: `seed` (1); `device` ("auto", "cpu", "cuda" or "mps"); `data_dir`, where
            to look for MNIST first; `skip_bad`, leave out the unreadable pictures of a folder instead of refusing it;
            `resume`, go on with the run at `out`; `overwrite` it; `progress`, whether to show how it goes; `precision`
            ("fp32", "bf16", or "auto": bf16 where the processor multiplies it and the network gains by it); `threads`
            to compute with, by default as many as torch takes.

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
    if not isinstance(data, Dataset):
        data_dir = options.get("data_dir")
        data = load(data, data_dir=Path(data_dir) if data_dir else None, skip_bad=options.get("skip_bad", False))
    if out is None:
        out = latest_run_path(chosen.name) if options.get("resume") else free_run_path(chosen.name)
    files = diagram_file(chosen, len(data.classes)) if network is None else {}
    made = train_recipe(chosen, data, TrainingOptions(Path(out), files=files, **options), network)
    return Run(made.path, data=data, network=network)


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
