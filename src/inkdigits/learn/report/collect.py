"""Gathers the content of a report from a run. Knows nothing of HTML or charts."""

import os
import shlex
from pathlib import Path

import numpy as np

from inkdigits.core.errors import RecipeError
from inkdigits.core.messages import Message
from inkdigits.core.progress import track
from inkdigits.data.dataset import Dataset
from inkdigits.data.load import NAMES
from inkdigits.data.mnist import DIGESTS
from inkdigits.learn.evaluation.feature_map import map_features
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.evaluation.verdict import gather_evidence, judge
from inkdigits.learn.networks.build import module_rows
from inkdigits.learn.networks.diagram import draw_diagram
from inkdigits.learn.networks.modules import first_layer_weights
from inkdigits.learn.networks.summary import summarise
from inkdigits.learn.report.content import (
    DatasetInfo,
    DigitExample,
    EnvironmentInfo,
    NetworkInfo,
    RecipeInfo,
    ReportContent,
    SampleDigit,
    TutorialResult,
    ValueRange,
)
from inkdigits.learn.report.languages import ENGLISH, Language
from inkdigits.learn.report.mistake_cases import explain_mistakes
from inkdigits.recipes import load_recipe
from inkdigits.recipes.classes import fit_classes

_SAMPLES_PER_CLASS = 3

_MNIST_TEST = 10_000
"""Digits of MNIST's test set, which the tutorials' figures are for; a part of it has others."""


def collect_content(run: TrainedRun, language: Language = ENGLISH) -> ReportContent:
    """Return the content of a run's report; the network predicts every split.

    Args:
        run: A finished run of a network for single digits.
        language: What the words of its diagram are in.

    Raises:
        RunError: The run is not complete.
        DataError: Its data can't be found or has changed.
    """
    recipe, metadata = run.recipe, run.folder.metadata
    environment = run.folder.read_json("environment.json")
    names = [name for name in ("train", "validation", "test") if name != "validation" or recipe.validation]
    with track("Looking at every digit", sum(len(run.split(name)) for name in names), unit="digits") as advance:
        for name in names:
            run.logits(name, advance)
    test, train = run.split("test"), run.split("train")
    probabilities = run.probabilities("test")
    evidence = gather_evidence(run)
    return ReportContent(
        title=recipe.title,
        recipe=RecipeInfo(recipe.name, recipe.description, recipe.source, recipe.to_toml()),
        seed=metadata["seed"],
        dataset=_dataset_info(run, names),
        classes=run.classes,
        before_scaling=ValueRange("uint8", int(train.images.min()), int(train.images.max())),
        after_scaling=ValueRange("float32", int(train.images.min()) / 255, int(train.images.max()) / 255),
        samples=_samples(run.dataset),
        network=_network_info(run, language),
        history=evidence.curves,
        verdict=judge(evidence),
        evaluations={name: run.evaluate(name) for name in names},
        example=DigitExample("test", 0, test.images[0], int(test.labels[0]), probabilities[0]),
        mistakes_split="test",
        mistakes=explain_mistakes(run.network, run.mistakes("test"), test, train),
        environment=EnvironmentInfo(
            command=_command(run),
            processor=Message(
                "{name}, {threads} threads", name=environment["processor"], threads=environment["threads"]
            ),
            device=f"{environment['device']}, {environment['precision']}",
            training_s=metadata["seconds"],
            versions={name: environment[name] for name in ("inkdigits", "torch", "numpy", "python")},
        ),
        tutorial_result=_tutorial_result(run),
        feature_map=map_features(run),
    )


def _dataset_info(run: TrainedRun, names: list[str]) -> DatasetInfo:
    """Return name and origin of the data; of a path only its last part, because a report is handed on."""
    dataset, provenance = run.dataset, run.dataset.provenance
    shapes = {name: run.split(name).images.shape for name in names}
    if dataset.name in NAMES:
        return DatasetInfo(dataset.name, provenance.source, shapes, provenance.notes, provenance.writers)
    path = Path(dataset.name)
    source, *notes = (
        text.replace(dataset.name, path.name).replace(f"{path.parent}{os.sep}", "")
        for text in (provenance.source, *provenance.notes)
    )
    return DatasetInfo(path.name, Message("Your own data: {source}", source=source), shapes, tuple(notes))


def _tutorial_result(run: TrainedRun) -> TutorialResult | None:
    recipe = run.recipe
    if recipe.tutorial is None or recipe.tutorial.accuracy is None:
        return None
    has_its_files = set(DIGESTS.values()) <= set(run.dataset.provenance.sha256.values())
    differences = (
        [] if has_its_files and len(run.dataset.test) == _MNIST_TEST else ["it is for MNIST, this run for other data"]
    )
    differences += [] if _is_builtin(run) else ["this run's recipe is not the tutorial's"]
    return TutorialResult(recipe.tutorial.accuracy, recipe.tutorial.loss, tuple(differences))


def _samples(dataset: Dataset) -> tuple[SampleDigit, ...]:
    """Return the first digits of each class, row by row, each row with all classes."""
    labels = dataset.train.labels
    places = [np.flatnonzero(labels == number)[:_SAMPLES_PER_CLASS] for number in range(len(dataset.classes))]
    return tuple(
        SampleDigit(dataset.train.images[row[place]], number)
        for place in range(_SAMPLES_PER_CLASS)
        for number, row in enumerate(places)
        if place < len(row)
    )


def _network_info(run: TrainedRun, language: Language) -> NetworkInfo:
    if run.folder.metadata["network"]:
        rows, diagram = module_rows(run.network), ""
    else:
        rows = summarise(run.recipe, len(run.classes))
        title, digit = language.say(run.recipe.title), run.split("test").images[0]
        diagram = draw_diagram(rows, title, digit=digit, classes=run.classes, say=language.say)
    parameters = sum(row.parameters for row in rows)
    return NetworkInfo(tuple(rows), parameters, diagram, first_layer_weights(run.network))


def _is_builtin(run: TrainedRun) -> bool:
    """Tell whether a run's recipe is one that comes with the package, but for a last layer that follows the classes."""
    name, metadata = run.recipe.name, run.folder.metadata
    try:
        builtin = load_recipe(name)
    except RecipeError:
        return False
    return metadata["network"] is None and fit_classes(builtin, len(run.classes)) == run.recipe


def _command(run: TrainedRun) -> str:
    """Return the command that trains the same network again; of paths only the last part, as in `_dataset_info`."""
    metadata = run.folder.metadata
    data = metadata["dataset"]
    source = run.recipe.name if _is_builtin(run) else "recipe.toml"
    words = ["inkdigits", "train", source, "--data", Path(data["name"]).name, "--seed", str(metadata["seed"])]
    words += ["--skip-bad"] if data["skip_bad"] else []
    for name, value in data["provenance"].get("changes", {}).items():
        words += [f"--{name.replace('_', '-')}", *([] if value is True else [str(value)])]
    return shlex.join(words)
