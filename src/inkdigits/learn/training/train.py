"""Recipe and data -> a finished run folder. Knows nothing of commands, metrics beyond loss and accuracy, or charts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import nn

from inkdigits.core.atomic import storage_errors
from inkdigits.core.errors import RecipeError, RunError
from inkdigits.data.dataset import Dataset, fingerprint
from inkdigits.data.load import NAMES
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.training.engine.allocator import keep_freed_memory
from inkdigits.learn.training.engine.cuda_graphs import capture_cuda_graph
from inkdigits.learn.training.engine.environment import computing_with, describe_environment
from inkdigits.learn.training.engine.precision import DTYPES, choose_precision, flushing_denormals
from inkdigits.learn.training.engine.trainer import Trainer, choose_threads
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.progress_bar import ListenerFactory
from inkdigits.learn.training.progress_bar import watch as watch_alone
from inkdigits.learn.training.resume import check_same, kept_precision, kept_threads
from inkdigits.learn.training.session import TrainingSession
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.learn.training.tasks.task import Task
from inkdigits.recipes import Recipe, infer_shapes
from inkdigits.recipes.layers import BatchNorm
from inkdigits.runs.folder import FORMAT, RunFolder, clean_up, to_json
from inkdigits.runs.lock import alone_in


def train(recipe: Recipe, dataset: Dataset, options: TrainingOptions, network: nn.Module | None = None) -> RunFolder:
    """Train a network and leave a complete run folder.

    On glibc the process keeps the memory that it frees from here on, up to 1 GiB, because every step takes it again.

    Args:
        recipe: What to train and how.
        dataset: What to learn from and be measured on.
        options: Where to, seed, device.
        network: A module to train in place of the recipe's layers: from float32 (N, 1, 28, 28) in 0 … 1
            to logits (N, classes).

    Returns:
        The run: complete, or, after Ctrl-C, complete as far as it came and ready to be resumed.

    Raises:
        RecipeError: The recipe doesn't fit the data.
        RunError: There is something at `options.out`, the run there is of other data, another recipe or precision, or
            another process trains it.
        TrainingDivergedError: The loss became NaN; the last good checkpoint is kept.
        StorageError: The disk is full; the last checkpoint is kept.
    """
    with prepared(recipe, dataset, options, network) as (folder, session):
        if session:
            session.run()
        return folder


@contextmanager
def prepared(
    recipe: Recipe,
    dataset: Dataset,
    options: TrainingOptions,
    network: nn.Module | None = None,
    *,
    task: Task | None = None,
    watch: ListenerFactory | None = watch_alone,
) -> Iterator[tuple[RunFolder, TrainingSession | None]]:
    """Make ready for what `train` does, and keep others out of the folder meanwhile.

    Args:
        recipe: As for `train`.
        dataset: As for `train`.
        options: As for `train`.
        network: As for `train`.
        task: What to train on in place of the recipe's own task.
        watch: Makes what shows how it goes, where `options` ask for that.

    Yields:
        The run, and the session that will train it; None where the run is complete already.
    """
    with ExitStack() as stack:
        # Before anything is computed: the threads that torch begins then take it on.
        stack.enter_context(flushing_denormals())
        device = choose_device(options.device)
        _seed(options.seed)
        custom = network
        splits = dataset.splits(recipe.validation, shuffle=recipe.shuffle_validation, seed=options.seed)
        if network is None:
            network = _build(recipe, dataset, len(splits.train))
        description = describe_run(recipe, dataset, options, custom)
        stack.enter_context(alone_in(options.out))
        with storage_errors(options.out):
            clean_up(options.out)
        before = RunFolder.open(options.out) if options.resume and RunFolder(options.out).exists else None
        if before:
            check_same(before, recipe, description)
            precision, threads = kept_precision(before, options.precision), kept_threads(before, options.threads)
            if before.status == "complete" and before.recipe == recipe:
                yield before, None
                return
        else:
            precision = choose_precision(options.precision, network, device)
            threads = choose_threads(options.threads, network, device)
        if threads is not None and threads < 1:
            raise RunError(f"{threads} threads", expected="at least one", mend="choose another --threads")
        keep_freed_memory()
        stack.enter_context(computing_with(threads))
        trainer = Trainer(
            network,
            recipe,
            task or make_task(recipe, splits.train, seed=options.seed, device=device),
            device=device,
            precision=DTYPES[precision],
            # What a module of one's own does in Python would not be done again.
            capture=capture_cuda_graph if device.type == "cuda" and custom is None else None,
        )
        environment = describe_environment(device, DTYPES[precision], trainer.way).to_dict()
        if before:
            # In this order: killed in between, a run that was to become longer is not taken for complete.
            before.update_metadata(status="running")
            before.save_recipe(recipe)
            before.write_json("environment.json", environment)
            folder = before
        else:
            texts = {"run.json": to_json(description), "environment.json": to_json(environment), **options.files}
            folder = RunFolder.create(options.out, recipe, texts, overwrite=options.overwrite)
        watch = watch if options.progress else None
        yield folder, TrainingSession(folder, recipe, splits, trainer, watch, tensorboard=options.tensorboard)


def _seed(seed: int) -> None:
    if not 0 <= seed < 2**63:
        raise RunError(f"the seed {seed}", expected="a whole number from 0 to below 2**63", mend="choose another")
    torch.manual_seed(seed)


def _build(recipe: Recipe, dataset: Dataset, examples: int) -> nn.Module:
    """Build the recipe's network, or tell why it can't be trained on so many digits."""
    shapes = infer_shapes(recipe.layers, len(dataset.classes), recipe=recipe.name, lines=recipe.reads_lines)
    lonely = [row for row in shapes if isinstance(row.layer, BatchNorm) and math.prod(row.input_shape[1:]) == 1]
    if lonely and examples % recipe.batch_size == 1:
        raise RecipeError(
            f"{recipe.name}: of {examples:,} training digits in batches of {recipe.batch_size} a single one is left",
            expected="at least two in each batch, because batch_norm takes their mean",
            mend="choose another batch_size",
        )
    try:
        return build_network(recipe, len(dataset.classes))
    except (RuntimeError, MemoryError):
        parameters = sum(row.parameters for row in shapes)
        raise RecipeError(
            f"{recipe.name} has {parameters:,} parameters, more than this machine can hold",
            expected="a network that fits into memory",
            mend="use fewer units or filters",
        ) from None


def choose_device(name: str) -> torch.device:
    """Return the device that a user's word means.

    Raises:
        RunError: There is no such device here.
    """
    available = ["cpu"]
    if torch.cuda.is_available():
        available.insert(0, "cuda")
    if torch.backends.mps.is_available():
        available.insert(0, "mps")
    try:
        device = torch.device(available[0] if name == "auto" else name)
        counts = {"cuda": torch.cuda.device_count()}
        there = device.type in available and (device.index or 0) < counts.get(device.type, 1)
    except RuntimeError:
        there = False
    if not there:
        raise RunError(
            f"the device {name}", expected=f"one of auto, {', '.join(available)}", mend="choose another --device"
        )
    if device.type == "cuda":
        # The same bits each time, and float32 that is float32.
        torch.backends.cudnn.deterministic, torch.backends.cudnn.allow_tf32 = True, False
        torch.backends.cuda.matmul.allow_tf32 = False
    return device


def describe_run(
    recipe: Recipe, dataset: Dataset, options: TrainingOptions, network: nn.Module | None
) -> dict[str, Any]:
    """Return what `run.json` says of a training before it starts."""
    return {
        "format": FORMAT,
        "status": "running",
        "recipe": recipe.name,
        "network": type(network).__qualname__ if network else None,
        "seed": options.seed,
        "dataset": {
            "name": _found_from_anywhere(dataset.name),
            "data_dir": str(Path(options.data_dir).absolute()) if options.data_dir else None,
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


def _found_from_anywhere(name: str) -> str:
    """Make a path absolute; `mnist` means the data set, also where a folder of that name lies here."""
    return str(Path(name).absolute()) if name not in NAMES and Path(name).exists() else name
