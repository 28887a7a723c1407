"""Recipe, data and options -> a session that is ready to train, in a locked run folder. Knows nothing of the loop."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch
from torch import nn

from inkdigits.core.atomic import storage_errors
from inkdigits.core.errors import RecipeError, RunError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.training.engine.cuda_graphs import capture_cuda_graph
from inkdigits.learn.training.engine.environment import describe_environment, keep_freed_memory, use_threads
from inkdigits.learn.training.engine.precision import DTYPES, Precision, choose_precision, flush_denormals
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.listeners.callbacks import Callbacks
from inkdigits.learn.training.listeners.listener import ListenerFactory
from inkdigits.learn.training.listeners.progress_bar import progress_listener
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.resume import check_resumable, resumed_precision, resumed_threads
from inkdigits.learn.training.session import TrainingSession
from inkdigits.learn.training.setup.device import choose_device
from inkdigits.learn.training.setup.network import build_trainable
from inkdigits.learn.training.setup.run_description import describe_run
from inkdigits.learn.training.tasks.hands import folder_of, with_people
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.learn.training.tasks.task import Task
from inkdigits.learn.training.threads import choose_threads
from inkdigits.recipes import Recipe
from inkdigits.runs.folder import RunFolder, to_json
from inkdigits.runs.lock import lock_run
from inkdigits.runs.paths import clean_up


@contextmanager
def open_session(
    recipe: Recipe,
    dataset: Dataset,
    options: TrainingOptions,
    network: nn.Module | None = None,
    *,
    task: Task | None = None,
    listener_factory: ListenerFactory | None = progress_listener,
) -> Iterator[tuple[RunFolder, TrainingSession | None]]:
    """Prepare what `train` runs, and keep other processes out of the run folder in this block.

    Args:
        recipe: As for `train`.
        dataset: As for `train`.
        options: As for `train`.
        network: As for `train`.
        task: What to train on in place of the recipe's own task.
        listener_factory: Makes the listener that shows the training, where `options` ask for one.

    Yields:
        The run, and the session that will train it; None where the run is complete already.

    Raises:
        RecipeError: The recipe doesn't fit the data.
        RunError: The run folder is in the way or in use, or the options don't fit this machine or the run there.
        StorageError: The run folder can't be written.
    """
    if options.watch and recipe.reads_lines:
        raise RecipeError(
            f"{recipe.name} reads lines", expected="a recipe for single digits to watch", mend="leave --watch out"
        )
    with ExitStack() as stack:
        # Before anything is computed, so that the threads that torch starts do the same.
        stack.enter_context(flush_denormals())
        device = choose_device(options.device)
        _set_seed(options.seed)
        dataset = with_people(dataset, recipe)
        splits = dataset.splits(
            recipe.validation,
            shuffle=recipe.shuffle_validation,
            seed=options.seed,
            skip_first=recipe.skip_first,
        )
        custom = network
        if network is None:
            network = build_trainable(recipe, dataset, len(splits.train))
        description = describe_run(recipe, dataset, options, custom)
        stack.enter_context(lock_run(options.out))
        with storage_errors(options.out):
            clean_up(options.out)
        resumed = RunFolder.open(options.out) if options.resume and RunFolder(options.out).exists else None
        if resumed:
            check_resumable(resumed, recipe, description)
        precision, threads = _precision_and_threads(options, resumed, network, device)
        if resumed and resumed.status == "complete" and resumed.recipe == recipe:
            yield resumed, None
            return
        if threads is not None and threads < 1:
            raise RunError(f"{threads} threads", expected="at least one", mend="choose another --threads")
        keep_freed_memory()
        stack.enter_context(use_threads(threads))
        trainer = Trainer(
            network,
            recipe,
            task or make_task(recipe, splits.train, seed=options.seed, device=device, data_dir=folder_of(dataset)),
            device=device,
            precision=DTYPES[precision],
            # A graph would not repeat what a module of the user's own does in Python.
            capture=capture_cuda_graph if device.type == "cuda" and custom is None else None,
        )
        environment = describe_environment(device, DTYPES[precision], trainer.step_mode).to_dict()
        if resumed:
            # In this order: killed in between, a run that was to become longer is not taken for complete.
            resumed.update_metadata(status="running")
            resumed.save_recipe(recipe)
            resumed.write_json("environment.json", environment)
            folder = resumed
        else:
            texts = {"run.json": to_json(description), "environment.json": to_json(environment), **options.files}
            folder = RunFolder.create(options.out, recipe, texts, overwrite=options.overwrite)
        factory = listener_factory if options.progress else None
        callbacks = Callbacks(options.callbacks)
        yield (
            folder,
            TrainingSession(
                folder,
                recipe,
                splits,
                trainer,
                factory,
                callbacks=callbacks,
                watch="paused" if options.watch and options.paused else options.watch,
                tensorboard=options.tensorboard,
                measure=options.measure,
                free_threads=options.threads is None,
            ),
        )


def _set_seed(seed: int) -> None:
    if not 0 <= seed < 2**63:
        raise RunError(f"the seed {seed}", expected="a whole number from 0 to below 2**63", mend="choose another")
    torch.manual_seed(seed)


def _precision_and_threads(
    options: TrainingOptions, resumed: RunFolder | None, network: nn.Module, device: torch.device
) -> tuple[Precision, int | None]:
    if resumed:
        return resumed_precision(resumed, options.precision), resumed_threads(resumed, options.threads)
    return (
        choose_precision(options.precision, network, device),
        choose_threads(options.threads, network, device),
    )
