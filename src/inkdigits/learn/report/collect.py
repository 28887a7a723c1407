"""Gathers the content of a report from a run. Knows nothing of HTML or charts."""

import shlex

import numpy as np

from inkdigits.core.errors import RecipeError
from inkdigits.core.progress import track
from inkdigits.data.dataset import Dataset
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.networks.build import module_rows
from inkdigits.learn.networks.diagram import draw_diagram
from inkdigits.learn.networks.summary import summarise
from inkdigits.learn.report.content import (
    DatasetInfo,
    DigitExample,
    EnvironmentInfo,
    NetworkInfo,
    RecipeInfo,
    ReportContent,
    SampleDigit,
    TrainingCurves,
    TutorialResult,
    ValueRange,
)
from inkdigits.learn.report.mistake_cases import explain_mistakes
from inkdigits.learn.training.plan import make_plan
from inkdigits.recipes import load_recipe

_SAMPLES_PER_CLASS = 3


def collect_content(run: TrainedRun) -> ReportContent:
    """Return the content of a run's report; the network predicts every split.

    Args:
        run: A finished run of a network for single digits.

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
    tutorial = recipe.tutorial
    return ReportContent(
        title=recipe.title,
        recipe=RecipeInfo(recipe.name, recipe.description, recipe.source, recipe.to_toml()),
        seed=metadata["seed"],
        dataset=_dataset_info(run, names),
        classes=run.classes,
        before_scaling=ValueRange("uint8", int(train.images.min()), int(train.images.max())),
        after_scaling=ValueRange("float32", int(train.images.min()) / 255, int(train.images.max()) / 255),
        samples=_samples(run.dataset),
        network=_network_info(run),
        history=_curves(run),
        evaluations={name: run.evaluate(name) for name in names},
        example=DigitExample("test", 0, test.images[0], int(test.labels[0]), probabilities[0]),
        mistakes_split="test",
        mistakes=explain_mistakes(run.network, probabilities, test, train),
        environment=EnvironmentInfo(
            command=_command(run),
            processor=f"{environment['processor']}, {environment['threads']} threads",
            device=f"{environment['device']}, {environment['precision']}",
            training_s=metadata["seconds"],
            versions={name: environment[name] for name in ("inkdigits", "torch", "numpy", "python")},
        ),
        tutorial_result=TutorialResult(tutorial.accuracy, tutorial.loss)
        if tutorial and tutorial.accuracy is not None
        else None,
    )


def _dataset_info(run: TrainedRun, names: list[str]) -> DatasetInfo:
    provenance = run.dataset.provenance
    shapes = {name: run.split(name).images.shape for name in names}
    return DatasetInfo(run.dataset.name, provenance.source, shapes, provenance.notes)


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


def _network_info(run: TrainedRun) -> NetworkInfo:
    if run.folder.metadata["network"]:
        rows, diagram = module_rows(run.network), ""
    else:
        rows = summarise(run.recipe, len(run.classes))
        diagram = draw_diagram(rows, run.recipe.title)
    return NetworkInfo(tuple(rows), sum(row.parameters for row in rows), diagram)


def _curves(run: TrainedRun) -> TrainingCurves:
    recipe, history, metadata = run.recipe, run.history, run.folder.metadata
    by_steps = recipe.steps is not None
    positions = [record.step if by_steps else round(record.epoch) for record in history.records]
    steps = [record.step for record in history.records]
    kept = metadata.get("best_step")
    planned = make_plan(recipe, len(run.split("train"))).steps
    return TrainingCurves(
        positions=tuple(positions),
        unit="step" if by_steps else "epoch",
        loss=tuple(history["loss"]),
        accuracy=tuple(history["accuracy"]),
        val_loss=tuple(history["val_loss"]) or None,
        val_accuracy=tuple(history["val_accuracy"]) or None,
        validation_name="test (watched, never selected on)" if recipe.watch_test else "validation",
        stopped_early=metadata["status"] == "complete" and metadata["steps"] < planned,
        kept_position=positions[steps.index(kept)] if kept in steps and kept != steps[-1] else None,
    )


def _command(run: TrainedRun) -> str:
    """Return the command that trains the same network again."""
    name, metadata = run.recipe.name, run.folder.metadata
    try:
        is_builtin = load_recipe(name) == run.recipe
    except RecipeError:
        is_builtin = False
    source = name if is_builtin else str(run.path / "recipe.toml")
    data = metadata["dataset"]
    words = ["inkdigits", "train", source, "--data", data["name"], "--seed", str(metadata["seed"])]
    words += ["--data-dir", data["data_dir"]] if data["data_dir"] else []
    words += ["--skip-bad"] if data["skip_bad"] else []
    return shlex.join(words)
