"""The Python interface: train a network, and a run with its results. Does no work of its own."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Any, Unpack

from torch import nn

from inkdigits.core.types import Image, Images, Probabilities
from inkdigits.data.changes import DataChanges, change_dataset
from inkdigits.data.dataset import Dataset
from inkdigits.data.load import LoadArguments
from inkdigits.learn.data_checks.checked_load import load
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.networks.diagram import diagram_file
from inkdigits.learn.training.options import TrainArguments, TrainingArguments, TrainingOptions
from inkdigits.learn.training.tasks.inference import predict_probabilities
from inkdigits.learn.training.train import train as train_recipe
from inkdigits.pictures.files import read_picture
from inkdigits.pictures.prepare import prepare_digit
from inkdigits.recipes import Recipe, load_recipe
from inkdigits.recipes.load import change_recipe
from inkdigits.runs.paths import free_run_path, latest_run_path

__all__ = ["Run", "load", "load_digit", "train"]


class Run(TrainedRun):
    """A trained network with its history, metrics, mistakes, report, and predictions for new digits."""

    def predict(self, images: Images | Image) -> Probabilities:
        """Return the probability of each class.

        Args:
            images: (N, 28, 28) or one (28, 28), uint8, 0 is empty and 255 is ink.

        Returns:
            (N, classes), float32.
        """
        with self.autocast():
            return predict_probabilities(self.network, images if images.ndim == 3 else images[None])

    def report(self) -> Path:
        """Return the path of RUN/report.html, after writing it: one page with everything about the run."""
        # Matplotlib takes 100 MB and most of a second to import, which training does not need.
        from inkdigits.learn.report.collect import collect_content  # noqa: PLC0415
        from inkdigits.learn.report.page import write_report  # noqa: PLC0415

        return write_report(collect_content(self), self.path)


def load_digit(source: str | Path | bytes) -> Image | None:
    """Return a picture of a single digit as the networks see it, or None where nothing readable is there.

    Args:
        source: A file, or its bytes.

    Returns:
        (28, 28), uint8, 0 is empty and 255 is ink.

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
    **options: Unpack[TrainArguments],
) -> Run:
    """Train a network.

    Args:
        recipe: The name of a recipe, the path of a TOML file, or a recipe.
        data: The name or path of a data set, or one in memory.
        out: The run folder; by default a free one in `runs/`.
        changes: Values of the recipe to change, by dotted key: `{"optimizer.learning_rate": 0.01}`.
        network: A module to train in place of the recipe's layers: from float32 (N, 1, 28, 28) in 0 … 1 to
            logits (N, classes).
        **options: Fields of `TrainingOptions`: `seed` (1); `device` ("auto", "cpu", "cuda" or "mps"); `data_dir`, where
            to look for MNIST first; `skip_bad`, leave out the unreadable pictures of a folder instead of refusing it;
            `resume` the run at `out`; `overwrite` it; `progress`, whether to show a progress bar; `precision` ("fp32",
            "bf16", or "auto": bf16 where the processor multiplies it and the network gains by it); `threads` to
            compute with, by default torch's own number. And the arguments of `load`: `invert`, `transpose`,
            `mirror`, `flip`, `centre`, `shift_labels` change the data; `one_class` takes data of a single class.

    Returns:
        The finished run, or after Ctrl-C the run as far as it came.

    Raises:
        InkdigitsError: An error that you can correct; its text says how.

    Examples:
        >>> import tempfile
        >>> out = tempfile.mkdtemp() + "/first"
        >>> run = train("softmax", "uci", out=out, changes={"epochs": 2}, progress=False)
        >>> len(run.history["accuracy"]), run.evaluate("test").examples
        (2, 359)
    """
    unknown = options.keys() - TrainArguments.__annotations__.keys()
    if unknown:
        raise TypeError(f"train() got an unexpected keyword argument {min(unknown)!r}")
    changed = change_recipe(recipe, changes or {}) if isinstance(recipe, Recipe) else load_recipe(recipe, changes)
    if isinstance(data, Dataset):
        data = change_dataset(data, **_chosen(options, DataChanges))
    else:
        data = load(data, **_chosen(options, LoadArguments))
    if out is None:
        out = latest_run_path(changed.name) if options.get("resume") else free_run_path(changed.name)
    files = diagram_file(changed, len(data.classes)) if network is None else {}
    training = TrainingOptions(Path(out), files=files, **_chosen(options, TrainingArguments))
    folder = train_recipe(changed, data, training, network)
    return Run(folder.path, data=data, network=network)


def _chosen(options: Mapping[str, Any], kind: type) -> Any:
    """Return the options that are keys of a TypedDict."""
    return {name: value for name, value in options.items() if name in kind.__annotations__}


def _signature_with_options() -> Signature:
    """Return the signature of `train` with the options one by one, as `help` and editors show it."""
    shown = signature(train)
    fields = signature(TrainingOptions).parameters
    options = [fields[name].replace(kind=Parameter.KEYWORD_ONLY) for name in TrainingArguments.__annotations__]
    options += [
        Parameter(name, Parameter.KEYWORD_ONLY, default=0 if name == "shift_labels" else False, annotation=kind)
        for name, kind in LoadArguments.__annotations__.items()
        if name not in fields
    ]
    own = [parameter for parameter in shown.parameters.values() if parameter.kind is not Parameter.VAR_KEYWORD]
    return shown.replace(parameters=[*own, *options])


train.__signature__ = _signature_with_options()  # type: ignore[attr-defined]
