"""The Python interface: train a network, and a run with its results. Does no work of its own."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Any, TypeVar, Unpack, cast

import numpy as np
from torch import nn

from inkdigits.core.arguments import check_names
from inkdigits.core.types import Image, Probabilities
from inkdigits.data.changes import DataChanges, change_dataset
from inkdigits.data.dataset import Dataset
from inkdigits.data.load import DataSource, LoadArguments
from inkdigits.data.review import apply_review
from inkdigits.learn.data_checks.checked_load import load
from inkdigits.learn.evaluation.comparison import Comparison, compare_entrants, open_entrants
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.evaluation.verdict import Verdict, gather_evidence, judge
from inkdigits.learn.networks.diagram import diagram_file
from inkdigits.learn.training.options import TrainArguments, TrainingArguments, TrainingOptions
from inkdigits.learn.training.tasks.inference import predict_probabilities
from inkdigits.learn.training.train import train as train_recipe
from inkdigits.pictures.inputs import DigitSource, PictureSource, to_digits, to_picture
from inkdigits.pictures.prepare import prepare_digit
from inkdigits.recipes.aliases import suggest_key
from inkdigits.recipes.classes import fit_classes
from inkdigits.recipes.objects.arguments import RecipeArguments, RecipeSource, make_recipe, recipe_around_module
from inkdigits.runs.paths import free_run_path, latest_run_path

__all__ = ["Run", "compare", "load", "load_digit", "train"]


_Arguments = TypeVar("_Arguments", bound=Mapping[str, Any])


class Run(TrainedRun):
    """A trained network with its history, metrics, mistakes, report, and predictions for new digits."""

    def predict(self, images: DigitSource) -> Probabilities:
        """Return the probability of each class.

        Args:
            images: Digits that are normalized as in MNIST, white on black: an array, tensor or lists of shape (784,),
                (28, 28), (28, 28, C), (N, 784), (N, 28, 28), (N, C, 28, 28) or (N, 28, 28, C); bool, floats in
                0 … 1, or numbers in 0 … 255 or 0 … 65535. A path, bytes, an open file or a PIL image is a picture of
                one digit, dark or light, and is normalized. Or a list of these.

        Returns:
            (N, classes), float32, each row summing to 1.

        Raises:
            PictureError: The shape or range is not clear, or a picture can't be opened or holds no digit.
        """
        digits = to_digits(images)
        if not len(digits):
            return np.zeros((0, len(self.classes)), np.float32)
        with self.autocast():
            return predict_probabilities(self.network, digits)

    def verdict(self) -> Verdict:
        """Return what matters most about the training, in one sentence with remarks; every split is measured.

        Examples:
            run = Run("runs/softmax"); print(run.verdict().headline)
        """
        return judge(gather_evidence(self))

    def report(self, *, language: str = "en") -> Path:
        """Return the path of RUN/report.html, after writing it: one page with everything about the run.

        Args:
            language: "en", or "ko" for RUN/report.ko.html in Korean.

        Raises:
            ArgumentError: Another language.
        """
        # Matplotlib takes 100 MB and most of a second to import, which training does not need.
        from inkdigits.learn.report.collect import collect_content  # noqa: PLC0415
        from inkdigits.learn.report.languages import load_language  # noqa: PLC0415
        from inkdigits.learn.report.page import write_report  # noqa: PLC0415

        chosen = load_language(language)
        return write_report(collect_content(self, chosen), self.path, chosen)

    def export(
        self, path: str | Path, *, half: bool = False, temperature: float | None = None, overwrite: bool = False
    ) -> Path:
        """Write the network as one ONNX file, which `Reader(model=...)` and any ONNX Runtime can use.

        Args:
            path: The file; its name ends in .onnx.
            half: Whether to keep weights with 16 bits: half the size.
            temperature: What logits are divided by before they become probabilities; by default what fits the
                held-back digits.
            overwrite: Whether to replace a file that is there.

        Returns:
            The path.

        Raises:
            ExportError: There is a file at `path`, or ONNX Runtime computes something else than torch.

        Examples:
            Run("runs/cnn").export("cnn.onnx"); inkdigits.Reader("cnn.onnx").read("seven.jpg", single=True)
        """
        # As for reports: training does not need it.
        from inkdigits.learn.export.export import export_run  # noqa: PLC0415

        return export_run(self, Path(path), half=half, temperature=temperature, overwrite=overwrite).path

    def compare(self, *others: Path | str | TrainedRun, split: str = "test") -> Comparison:
        """Return which of this run and others reads better, and whether that is chance.

        Args:
            *others: Runs or run folders that were trained with the same test digits.
            split: "test", "validation" or "train".

        Examples:
            print(Run("runs/mlp-100x2").compare("runs/cnn").sentence)
        """
        return compare(self, *others, split=split)


def compare(
    *runs: Path | str | TrainedRun,
    split: str = "test",
    out: Path | str | None = None,
    data: Dataset | Path | str | None = None,
    data_dir: Path | None = None,
    skip_bad: bool = False,
) -> Comparison:
    """Return which of several runs reads better on the same digits, and whether that is chance.

    Single runs are compared digit by digit with McNemar's exact test. Folders with several seeds of a recipe each, as
    `inkdigits train --seeds` makes them, are compared by the paired differences of their seeds.

    Args:
        *runs: Two or more runs, run folders, or folders of several seeds.
        split: "test", "validation" or "train".
        out: A page to write, which ends in .html, with its numbers beside it as .json.
        data: Other data than the runs were trained on.
        data_dir: Where to look first for a data set that has a name.
        skip_bad: Whether to leave out unreadable pictures.

    Returns:
        The result: `sentence` says it in words, `to_dict()` has its numbers.

    Raises:
        DataError: The runs were measured on different digits.
        RunError: A folder holds no run, or single runs and several seeds are mixed.

    Examples:
        >>> import tempfile
        >>> folder = tempfile.mkdtemp()
        >>> short = train("softmax", "uci", epochs=1, out=f"{folder}/short", progress=False)
        >>> long = train("mlp-100x2", "uci", epochs=3, out=f"{folder}/long", progress=False)
        >>> result = compare(short, long)
        >>> result.pairs[0].kind, result.pairs[0].difference.low > 0
        ('better', True)
    """
    entrants = open_entrants(runs, data=data, data_dir=data_dir, skip_bad=skip_bad)
    comparison = compare_entrants(entrants, split)
    if out is not None:
        # As for reports: Matplotlib takes long to import.
        from inkdigits.learn.report.comparison.page import write_comparison  # noqa: PLC0415

        write_comparison(comparison, Path(out))
    return comparison


def load_digit(source: PictureSource) -> Image | None:
    """Return a picture of a single digit as the networks see it, or None where nothing readable is there.

    Args:
        source: Any picture that `Reader.read` takes; of several pages the first.

    Returns:
        (28, 28), uint8, 0 is empty and 255 is ink.

    Raises:
        PictureError: The picture can't be opened, or the shape or range of an array is not clear.
    """
    return prepare_digit(to_picture(source))


class AllArguments(RecipeArguments, TrainArguments, total=False):
    """Everything that `train` takes by name, all optional."""


def train(
    recipe: RecipeSource | nn.Module,
    data: DataSource | Dataset = "mnist",
    *,
    out: str | Path | None = None,
    changes: Mapping[str, Any] | None = None,
    network: nn.Module | None = None,
    **arguments: Unpack[AllArguments],
) -> Run:
    """Train a network.

    Args:
        recipe: The name of a recipe, the path of a TOML file, a recipe, a list of layers of `inkdigits.layers`, or a
            module: from float32 (N, 1, 28, 28) in 0 … 1 to logits (N, classes). The last layer of a recipe gets one
            unit for each class of the data. Layers and modules learn by Adam, 5 epochs, 100 digits a step, with a tenth
            held back for validation, unless arguments say otherwise.
        data: The name or path of a data set, one in memory, or pictures and labels `(x, y)` or `((x, y), (x_test,
            y_test))`: arrays, columns of a DataFrame, tensors or lists of PIL images.
        out: The run folder; by default a free one in `runs/`.
        changes: Values of the recipe to change, by dotted key: `{"layers.1.units": 50}`.
        network: A module to train in place of the recipe's layers.
        **arguments: Keys of a recipe: `optimizer` (its name or one of `inkdigits.optimizers`), `learning_rate`, `loss`,
            `batch_size`, `epochs`, `steps`, `validation_split`, `early_stopping` (True, or a table such as
            `{"patience": 3}`), `augmentation` (True, or a table), `schedule`, `label_smoothing`, `weight_averaging`,
            `gradient_norm`, `name` ...; and how to train: `seed` (1); `device` ("auto", "cpu", "cuda" or "mps");
            `data_dir`, where to look first for named data; `skip_bad`, leave out unreadable pictures of a folder
            instead of refusing it; `resume` the run at `out`; `overwrite` it; `progress`, whether to show a bar;
            `precision` ("fp32", "bf16", or "auto": bf16 where the processor multiplies it and the network gains by it);
            `threads` to compute with, by default torch's own number; `callbacks`, functions of the number of steps and
            the `Record` of figures, called after each epoch or interval: one that returns True ends the training;
            `watch`, whether the page of `inkdigits serve` shows and steers it, and `paused`, to wait there before the
            first step. And
            the arguments of `load`: `invert`, `transpose`, `mirror`, `flip`, `centre`, `shift_labels` change the data;
            `one_class` takes data of a single class; `review` is a file of decisions on labels.

    Returns:
        The finished run, or after Ctrl-C the run as far as it came.

    Raises:
        InkdigitsError: An error that you can correct; its text says how.

    Examples:
        >>> import tempfile
        >>> from inkdigits.layers import Dense
        >>> out = tempfile.mkdtemp() + "/first"
        >>> layers = [Dense(32, activation="relu"), Dense(10, activation="softmax")]
        >>> run = train(layers, "uci", epochs=2, out=out, progress=False)
        >>> len(run.history["accuracy"]), run.evaluate("test").examples
        (2, 359)
    """
    check_names(arguments, [*signature(train).parameters], "train", suggest_key)
    options = _among(arguments, TrainingArguments)
    module = recipe if isinstance(recipe, nn.Module) else network
    base = recipe_around_module(type(recipe).__qualname__) if isinstance(recipe, nn.Module) else recipe
    chosen = make_recipe(base, changes, **_among(arguments, RecipeArguments))
    if not isinstance(data, Dataset):
        data = load(data, **_among(arguments, LoadArguments))
    else:
        review: str | Path | None = arguments.get("review")
        data = apply_review(data, review) if review is not None else data
        data = change_dataset(data, **_among(arguments, DataChanges))
    if module is None:
        chosen = fit_classes(chosen, len(data.classes))
    if out is None:
        out = latest_run_path(chosen.name) if options.get("resume") else free_run_path(chosen.name)
    files = diagram_file(chosen, len(data.classes)) if module is None else {}
    folder = train_recipe(chosen, data, TrainingOptions(Path(out), files=files, **options), module)
    return Run(folder.path, data=data, network=module)


def _among(arguments: Mapping[str, Any], names: type[_Arguments]) -> _Arguments:
    """Return the arguments that a TypedDict has."""
    return cast(_Arguments, {key: value for key, value in arguments.items() if key in names.__annotations__})


_DEFAULTS = {"shift_labels": 0, "review": None}
"""Of the arguments of `load` that are no flags."""


def _signature_with_arguments() -> Signature:
    """Return the signature of `train` with its arguments one by one, as `help` and editors show it."""
    shown = signature(train)
    fields = signature(TrainingOptions).parameters
    recipe_keys = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in RecipeArguments.__annotations__.items()
    ]
    options = [fields[name].replace(kind=Parameter.KEYWORD_ONLY) for name in TrainingArguments.__annotations__]
    options += [
        Parameter(name, Parameter.KEYWORD_ONLY, default=_DEFAULTS.get(name, False), annotation=kind)
        for name, kind in LoadArguments.__annotations__.items()
        if name not in fields
    ]
    own = [parameter for parameter in shown.parameters.values() if parameter.kind is not Parameter.VAR_KEYWORD]
    return shown.replace(parameters=[*own, *recipe_keys, *options])


train.__signature__ = _signature_with_arguments()  # type: ignore[attr-defined]
