"""A run read back -> what its report shows. Knows nothing of HTML or charts."""

import shlex

import numpy as np

from inkdigits.core.errors import RecipeError
from inkdigits.core.progress import track
from inkdigits.data.dataset import Dataset
from inkdigits.learn.evaluation.trained import TrainedRun
from inkdigits.learn.networks.build import module_rows
from inkdigits.learn.networks.diagram import draw_diagram
from inkdigits.learn.networks.summary import summarise
from inkdigits.learn.report.cases import explain_mistakes
from inkdigits.learn.report.content import (
    DatasetFacts,
    DigitExample,
    Environment,
    History,
    NetworkFacts,
    PrintedResult,
    RecipeFacts,
    ReportContent,
    SampleDigit,
    ValueRange,
)
from inkdigits.learn.training.plan import make_plan
from inkdigits.recipes import load_recipe, recipe_to_toml

_SAMPLES_A_CLASS = 3


def collect(run: TrainedRun) -> ReportContent:
    """Gather what the report of a run shows; the network is run over every split.

    Raises:
        RunError: The run is not whole.
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
    printed = recipe.tutorial
    return ReportContent(
        title=recipe.title,
        recipe=RecipeFacts(recipe.name, recipe.description, recipe.source, recipe_to_toml(recipe)),
        seed=metadata["seed"],
        dataset=_dataset_facts(run, names),
        classes=run.classes,
        before_scaling=ValueRange("uint8", int(train.images.min()), int(train.images.max())),
        after_scaling=ValueRange("float32", int(train.images.min()) / 255, int(train.images.max()) / 255),
        samples=_samples(run.dataset),
        network=_network_facts(run),
        history=_history(run),
        evaluations={name: run.evaluate(name) for name in names},
        example=DigitExample("test", 0, test.images[0], int(test.labels[0]), probabilities[0]),
        mistakes_split="test",
        mistakes=explain_mistakes(run.network, probabilities, test, train),
        environment=Environment(
            command=_command(run),
            processor=f"{environment['processor']}, {environment['threads']} threads",
            device=f"{environment['device']}, {environment['precision']}",
            training_s=metadata["seconds"],
            versions={name: environment[name] for name in ("inkdigits", "torch", "numpy", "python")},
        ),
        printed=PrintedResult(printed.accuracy, printed.loss) if printed and printed.accuracy is not None else None,
    )


def _dataset_facts(run: TrainedRun, names: list[str]) -> DatasetFacts:
    provenance = run.dataset.provenance
    shapes = {name: run.split(name).images.shape for name in names}
    return DatasetFacts(run.dataset.name, provenance.source, shapes, provenance.notes)


def _samples(dataset: Dataset) -> tuple[SampleDigit, ...]:
    """Take the first digits of each class, a row of all classes at a time."""
    labels = dataset.train.labels
    places = [np.flatnonzero(labels == number)[:_SAMPLES_A_CLASS] for number in range(len(dataset.classes))]
    return tuple(
        SampleDigit(dataset.train.images[row[place]], number)
        for place in range(_SAMPLES_A_CLASS)
        for number, row in enumerate(places)
        if place < len(row)
    )


def _network_facts(run: TrainedRun) -> NetworkFacts:
    if run.folder.metadata["network"]:
        rows, diagram = module_rows(run.network), ""
    else:
        rows = summarise(run.recipe, len(run.classes))
        diagram = draw_diagram(rows, run.recipe.title)
    return NetworkFacts(tuple(rows), sum(row.parameters for row in rows), diagram)


def _history(run: TrainedRun) -> History:
    recipe, history, metadata = run.recipe, run.history, run.folder.metadata
    by_steps = recipe.steps is not None
    places = [record.step if by_steps else round(record.epoch) for record in history.records]
    steps = [record.step for record in history.records]
    kept = metadata.get("best_step")
    planned = make_plan(recipe, len(run.split("train"))).steps
    return History(
        positions=tuple(places),
        unit="step" if by_steps else "epoch",
        loss=tuple(history["loss"]),
        accuracy=tuple(history["accuracy"]),
        val_loss=tuple(history["val_loss"]) or None,
        val_accuracy=tuple(history["val_accuracy"]) or None,
        validation_name="test (watched, never selected on)" if recipe.watch_test else "validation",
        stopped_early=metadata["status"] == "complete" and metadata["steps"] < planned,
        kept_position=places[steps.index(kept)] if kept in steps and kept != steps[-1] else None,
    )


def _command(run: TrainedRun) -> str:
    """Return the command that trains the same again."""
    name, metadata = run.recipe.name, run.folder.metadata
    try:
        known = load_recipe(name) == run.recipe
    except RecipeError:
        known = False
    source = name if known else str(run.path / "recipe.toml")
    data = metadata["dataset"]
    words = ["inkdigits", "train", source, "--data", data["name"], "--seed", str(metadata["seed"])]
    words += ["--data-dir", data["data_dir"]] if data["data_dir"] else []
    words += ["--skip-bad"] if data["skip_bad"] else []
    return shlex.join(words)
