"""A network -> the network that learned a task, by the one training loop.

Its run folder is in `taught/training` in the data folder. An adaptation that is killed leaves it there, and the next
one of the same examples goes on from its last checkpoint. Knows nothing of measuring and of the registry.
"""

from __future__ import annotations

import copy
import hashlib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from torch import nn

from inkdigits.core.errors import RecipeError, RunError, TrainingDivergedError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.adaptation.progress_listener import LOADED, TRAINED, ProgressCallback, ProgressListener
from inkdigits.learn.networks.tensors import to_tensors
from inkdigits.learn.onnx.onnx_module import OnnxBackedModule
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.setup.open_session import open_session
from inkdigits.learn.training.tasks.task import Task
from inkdigits.recipes import Recipe
from inkdigits.version import __version__

_SCORED = 200
"""Test digits that the run is scored on; the adapted network is measured on all of them later, as it is stored."""


def runs_path(data_dir: Path) -> Path:
    """Return the path of the folder with the run of each network.

    Args:
        data_dir: What `registry_dir` returns.
    """
    return data_dir / "taught" / "training"


def remove_runs(data_dir: Path) -> None:
    """Remove an adaptation's runs, or what is in their place.

    Args:
        data_dir: What `registry_dir` returns.
    """
    _remove(runs_path(data_dir))


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class Training:
    """How one network of a set is trained.

    Attributes:
        run: Its run folder.
        replay: Digits that it must not forget.
        progress: Called as the steps go by.
        span: The share of the whole work that is done before them, and after them.
        seed: Decides all chance.
    """

    run: Path
    replay: Dataset
    progress: ProgressCallback
    span: tuple[float, float] = (LOADED, TRAINED)
    seed: int = 1


MakeTask = Callable[[nn.Module], Task]
"""Makes the task from the teacher: a copy of the network before the adaptation."""


def train_network(model: onnx.ModelProto, make_task: MakeTask, recipe: Recipe, training: Training) -> OnnxBackedModule:
    """Return a module with the weights that learned a task, averaged over the last steps.

    Args:
        model: The network to start from.
        make_task: What it is to learn.
        recipe: How.
        training: Where, and how it is told.

    Raises:
        KeyboardInterrupt: SIGINT or SIGTERM came; the run can be resumed.
        StorageError: The disk is full or the folder can't be written.
        TrainingDivergedError: The loss became NaN or infinite; the run is removed.
    """
    try:
        try:
            return _train(OnnxBackedModule(model), make_task, recipe, training)
        except (RecipeError, RunError):  # the run there is of other examples, of another version, or damaged
            _remove(training.run)
            return _train(OnnxBackedModule(model), make_task, recipe, training)
    except RunError as error:
        raise RunError(error.given, expected=error.expected, mend=f"remove {training.run}") from error
    except TrainingDivergedError as error:
        _remove(training.run)
        raise TrainingDivergedError(
            "the loss is no finite number", expected="a loss that falls", mend="look at the corrections"
        ) from error


def source_of(model: onnx.ModelProto, examples: Iterable[bytes]) -> str:
    """Return what identifies an adaptation: the network it starts from and what it learns, not the replay set.

    Args:
        model: The network to start from.
        examples: The content of all that it learns.
    """
    learned = hashlib.sha256()
    for content in examples:
        learned.update(content)
    network = hashlib.sha256(model.SerializeToString())
    return f"Inkdigits {__version__}, network {network.hexdigest()[:16]}, examples {learned.hexdigest()[:16]}"


def _train(module: OnnxBackedModule, make_task: MakeTask, recipe: Recipe, training: Training) -> OnnxBackedModule:
    task = make_task(copy.deepcopy(module))
    module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    options = TrainingOptions(training.run, seed=training.seed, device="cpu", resume=True, tensorboard=False)
    with open_session(
        recipe,
        training.replay.limited(test=_SCORED),
        options,
        module,
        task=task,
        listener_factory=lambda info: ProgressListener(training.progress, info.plan.steps, training.span),
    ) as (folder, session):
        if session and session.run():
            raise KeyboardInterrupt
    module.load_state_dict(to_tensors(folder.weights()))
    return module
