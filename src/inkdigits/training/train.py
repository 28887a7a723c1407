"""Recipe and data -> a finished run folder. Knows nothing of commands, metrics beyond loss and accuracy, or charts."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from inkdigits.atomic import storage_errors
from inkdigits.data.dataset import Dataset, Splits
from inkdigits.data.load import NAMES
from inkdigits.errors import RecipeError, RunError, TrainingDivergedError
from inkdigits.networks.build import build_network, count_parameters
from inkdigits.networks.diagram import draw_diagram
from inkdigits.networks.summary import summarise
from inkdigits.recipes import Recipe, infer_shapes, input_shape
from inkdigits.recipes.layers import BatchNorm
from inkdigits.training.allocator import keep_freed_memory
from inkdigits.training.engine import Engine, below
from inkdigits.training.environment import computing_with, describe_environment, peak_memory_mib
from inkdigits.training.interrupt import stop_on_signal
from inkdigits.training.listeners import Listener
from inkdigits.training.loop import Loop
from inkdigits.training.plan import make_plan
from inkdigits.training.precision import DTYPES, choose_precision
from inkdigits.training.progress import watch
from inkdigits.training.run_folder import FORMAT, RunFolder, Status, clean_up, to_json
from inkdigits.training.same_run import check_same, kept_precision, kept_threads
from inkdigits.training.state import TrainingState
from inkdigits.training.tensorboard import TensorBoardEvents


@dataclass(frozen=True)
class TrainingOptions:
    """What decides a training beside recipe and data.

    Attributes:
        out: The run folder to make.
        seed: Decides weights, order of digits, dropout and augmentation.
        device: "auto" (a GPU where there is one), "cpu", "cuda", "mps".
        resume: Go on with the run at `out` if it is there.
        overwrite: Replace the run at `out` if it is there.
        data_dir: Where the data set was looked for, noted so that the run can find it again.
        skip_bad: Whether unreadable pictures were left out of it, noted likewise.
        progress: Whether to show how it goes.
        precision: "fp32", "bf16", or "auto": bf16 where the processor multiplies it and the network gains by it.
        threads: How many to compute with; by default as many as torch takes.
    """

    out: Path
    seed: int = 1
    device: str = "auto"
    resume: bool = False
    overwrite: bool = False
    data_dir: Path | None = None
    skip_bad: bool = False
    progress: bool = True
    precision: str = "auto"
    threads: int | None = None


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
        RunError: There is something at `options.out`, or the run there is of other data, another recipe or precision.
        TrainingDivergedError: The loss became NaN; the last good checkpoint is kept.
        StorageError: The disk is full; the last checkpoint is kept.
    """
    device = choose_device(options.device)
    _seed(options.seed)
    custom = network
    splits = dataset.splits(recipe.validation, shuffle=recipe.shuffle_validation, seed=options.seed)
    if network is None:
        network = _build(recipe, dataset, len(splits.train))
    description = describe_run(recipe, dataset, options, custom)
    with storage_errors(options.out):
        clean_up(options.out)
        resumed = options.resume and RunFolder(options.out).exists
    if resumed:
        folder = RunFolder.open(options.out)
        check_same(folder, recipe, description)
        precision, threads = kept_precision(folder, options.precision), kept_threads(folder, options.threads)
        if folder.status == "complete" and folder.recipe == recipe:
            return folder
    else:
        precision, threads = choose_precision(options.precision, count_parameters(network), device), options.threads
    if threads is not None and threads < 1:
        raise RunError(f"{threads} threads", expected="at least one", mend="choose another --threads")
    keep_freed_memory()
    with computing_with(threads):
        environment = describe_environment(device, DTYPES[precision]).to_dict()
        if resumed:
            # In this order: killed in between, a run that was to become longer is not taken for complete.
            folder.update_note(status="running")
            folder.save_recipe(recipe)
            folder.write_json("environment.json", environment)
        else:
            texts = {"run.json": to_json(description), "environment.json": to_json(environment)}
            if custom is None:
                shape = input_shape(lines=recipe.reads_lines)
                texts["network.svg"] = draw_diagram(summarise(recipe, len(dataset.classes)), recipe.title, shape)
            folder = RunFolder.create(options.out, recipe, texts, overwrite=options.overwrite)
        engine = Engine(network, recipe, splits.train, seed=options.seed, device=device, precision=DTYPES[precision])
        return _Sitting(folder, recipe, splits, engine, progress=options.progress).run()


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


class _Sitting:
    """One go at a training, from the folder's last checkpoint to the end or a stop."""

    def __init__(
        self,
        folder: RunFolder,
        recipe: Recipe,
        splits: Splits,
        engine: Engine,
        *,
        progress: bool,
    ) -> None:
        self.folder, self.recipe, self.splits = folder, recipe, splits
        self.engine, self.progress = engine, progress
        watched = splits.test if recipe.watch_test else splits.validation
        self.loop = Loop(self.engine, recipe, make_plan(recipe, len(splits.train)), watched)

    def run(self) -> RunFolder:
        """Train, and finish what came of it."""
        state = self._restored()
        # The first Ctrl-C is only noted, so that even during the last evaluation a run is finished.
        with stop_on_signal() as should_stop:
            try:
                with self._listening(state) as listeners:
                    self.loop.listeners = listeners
                    state = self.loop.run(state, should_stop, self._save)
            except TrainingDivergedError:
                self._finish(self._restored(), "diverged")
                raise
            over = state.step >= self.loop.plan.steps or self.loop.has_stopped_early(state)
            self._finish(state, "complete" if over else "interrupted")
        return self.folder

    def _save(self, state: TrainingState, best: dict[str, Tensor]) -> None:
        tensors = self.engine.tensors() | {f"best.{name}": value for name, value in best.items()}
        self.folder.save_checkpoint(tensors, state.to_dict())
        self.folder.save_history(state.history)

    def _restored(self) -> TrainingState:
        if not self.folder.has_checkpoint:
            if self.folder.note["steps"]:
                raise RunError(
                    f"{self.folder.path} was trained, but its checkpoint.safetensors is gone",
                    expected="something to go on from",
                    mend="train into a new --out",
                )
            self._save(TrainingState(), {})
        tensors, state = self.folder.load_checkpoint()
        self.engine.restore(tensors)
        self.loop.best = below("best.", tensors)
        return TrainingState.from_dict(state)

    @contextmanager
    def _listening(self, state: TrainingState) -> Iterator[list[Listener]]:
        with ExitStack() as stack:
            events = TensorBoardEvents(self.folder.path / "tensorboard", step=state.step)
            stack.callback(events.close)
            listeners: list[Listener] = [events]
            if not state.step:
                shape = input_shape(lines=self.recipe.reads_lines)
                events.describe(self.engine.network, self.splits.train, shape)
            if self.progress:
                plan, batch_size = self.loop.plan, self.recipe.batch_size
                bar = watch(plan, self.recipe.name, batch_size=batch_size, start=state.step)
                stack.callback(bar.close)
                listeners.append(bar)
            yield listeners

    def _finish(self, state: TrainingState, status: Status) -> None:
        """Write what the training came to; the status last, so that it is true of all the rest."""
        weights = self.loop.best or self.engine.weights()
        self.engine.result.load_state_dict(weights)
        test = self.engine.score(self.splits.test)
        self.folder.save_weights(weights)
        self.folder.save_history(state.history)
        # JSON has no NaN; finite weights can still overflow on a digit never seen.
        loss = test.loss if math.isfinite(test.loss) else None
        self.folder.write_json("metrics.json", {"test": asdict(test) | {"loss": loss}})
        self.folder.update_note(
            status=status,
            steps=state.step,
            epochs=self.loop.plan.epoch_at(state.step),
            seconds=round(state.seconds, 3),
            peak_memory_mib=peak_memory_mib(),
            best_step=state.patience.best_step if self.loop.best else None,
        )


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
            "data_dir": str(options.data_dir.absolute()) if options.data_dir else None,
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


def fingerprint(dataset: Dataset) -> str:
    """Return a SHA-256 over all pictures and labels, to tell whether data is the same."""
    digest = hashlib.sha256()
    for split in (dataset.train, dataset.test):
        digest.update(np.ascontiguousarray(split.images).data)
        digest.update(split.labels.astype("<i8").tobytes())
    return digest.hexdigest()
