"""Recipe and data -> a finished run folder. Knows nothing of commands, metrics beyond loss and accuracy, or charts."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from inkdigits.data.dataset import Dataset, Splits
from inkdigits.errors import RunError, TrainingDivergedError
from inkdigits.networks.build import build_network
from inkdigits.networks.diagram import draw_diagram
from inkdigits.networks.summary import summarise
from inkdigits.recipes import Recipe
from inkdigits.training.engine import Engine, below
from inkdigits.training.environment import describe_environment, peak_memory_mib
from inkdigits.training.inference import score
from inkdigits.training.interrupt import stop_on_signal
from inkdigits.training.listeners import Listener
from inkdigits.training.loop import Loop
from inkdigits.training.losses import LOSSES
from inkdigits.training.plan import make_plan
from inkdigits.training.progress import watch
from inkdigits.training.run_folder import FORMAT, RunFolder, Status, to_json
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
    """

    out: Path
    seed: int = 1
    device: str = "auto"
    resume: bool = False
    overwrite: bool = False
    data_dir: Path | None = None
    skip_bad: bool = False
    progress: bool = True


def train(recipe: Recipe, dataset: Dataset, options: TrainingOptions, network: nn.Module | None = None) -> RunFolder:
    """Train a network and leave a complete run folder.

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
        RunError: There is something at `options.out`, or the run there is of other data or another recipe.
        TrainingDivergedError: The loss became NaN; the last good checkpoint is kept.
        StorageError: The disk is full; the last checkpoint is kept.
    """
    device = choose_device(options.device)
    torch.manual_seed(options.seed)
    custom = network is not None
    network = network if network is not None else build_network(recipe, len(dataset.classes))
    splits = dataset.splits(recipe.validation, shuffle=recipe.shuffle_validation, seed=options.seed)
    description = describe_run(recipe, dataset, options, network if custom else None)
    environment = describe_environment(device)
    if options.resume and RunFolder(options.out).exists:
        folder = RunFolder.open(options.out)
        _check_same(folder, recipe, description)
        if folder.status == "complete" and _length(folder.recipe) == _length(recipe):
            return folder
        folder.save_recipe(recipe)
        folder.update_note(status="running")
    else:
        texts = {"run.json": to_json(description), "environment.json": to_json(environment.to_dict())}
        if not custom:
            texts["network.svg"] = draw_diagram(summarise(recipe, len(dataset.classes)), recipe.title)
        folder = RunFolder.create(options.out, recipe, texts, overwrite=options.overwrite)
    engine = Engine(network, recipe, splits.train, seed=options.seed, device=device)
    return _Sitting(folder, recipe, splits, engine, progress=options.progress).run()


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
        state = self._restored()
        with stop_on_signal() as should_stop, self._listening(state) as listeners:
            self.loop.listeners = listeners
            try:
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
            self._save(TrainingState(), {})
        tensors, state = self.folder.load_checkpoint()
        self.engine.restore(tensors)
        self.loop.best = below("best.", tensors)
        return TrainingState.from_dict(state)

    @contextmanager
    def _listening(self, state: TrainingState) -> Iterator[list[Listener]]:
        events = TensorBoardEvents(self.folder.path / "tensorboard", step=state.step)
        listeners: list[Listener] = [events]
        try:
            if not state.step:
                events.describe(self.engine.network, self.splits.train)
            if self.progress:
                plan, batch_size = self.loop.plan, self.recipe.batch_size
                listeners.append(watch(plan, self.recipe.name, batch_size=batch_size, start=state.step))
            yield listeners
        finally:
            for listener in listeners:
                listener.close()

    def _finish(self, state: TrainingState, status: Status) -> None:
        """Write what the training came to; the status last, so that it is true of all the rest."""
        weights = self.loop.best or self.engine.weights()
        self.engine.network.load_state_dict(weights)
        test = score(self.engine.network, self.splits.test, LOSSES[self.recipe.loss])
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
    if name == "auto":
        return torch.device(available[0])
    if name.partition(":")[0] not in available:
        raise RunError(
            f"the device {name}", expected=f"one of auto, {', '.join(available)}", mend="choose another --device"
        )
    return torch.device(name)


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
            "name": dataset.name,
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


def fingerprint(dataset: Dataset) -> str:
    """Return a SHA-256 over all pictures and labels, to tell whether data is the same."""
    digest = hashlib.sha256()
    for split in (dataset.train, dataset.test):
        digest.update(split.images.tobytes())
        digest.update(split.labels.astype("<i8").tobytes())
    return digest.hexdigest()


def _length(recipe: Recipe) -> tuple[int | None, int | None]:
    return recipe.epochs, recipe.steps


def _check_same(folder: RunFolder, recipe: Recipe, description: dict[str, Any]) -> None:
    """A resumed training may only be longer than it was; all else must be the same."""
    found = folder.note
    before, now = folder.recipe.model_dump(), recipe.model_dump()
    different = [key for key in now if before[key] != now[key] and key not in ("epochs", "steps")]
    different += [key for key in ("seed", "network") if found[key] != description[key]]
    if found["dataset"]["sha256"] != description["dataset"]["sha256"]:
        different.append("data")
    if different:
        raise RunError(
            f"{folder.path} was trained with another {', '.join(different)}",
            expected="the same recipe, seed and data as before (only its length may differ)",
            mend="give the same options, or train into a new --out",
        )
