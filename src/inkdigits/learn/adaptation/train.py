"""The shipped network -> the network that learned the corrections, by the one training loop.

Its run folder is `taught/training` in the data folder. An adaptation that is killed leaves it there, and the next one
of the same corrections goes on from its last checkpoint. Knows nothing of measuring and of the registry.
"""

from __future__ import annotations

import copy
import hashlib
import shutil
from pathlib import Path

import onnx
import torch

from inkdigits.core.errors import RecipeError, RunError, TrainingDivergedError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.adaptation.data import LabelledImages
from inkdigits.learn.adaptation.progress_listener import ProgressCallback, ProgressListener
from inkdigits.learn.adaptation.recipe import adaptation_recipe
from inkdigits.learn.adaptation.replay_task import ReplayTask
from inkdigits.learn.networks.tensors import to_tensors
from inkdigits.learn.onnx.onnx_module import OnnxBackedModule
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.setup.open_session import open_session
from inkdigits.recipes import Recipe
from inkdigits.version import __version__

_SCORED = 200
"""Test digits that the run is scored on; the adapted network is measured on all of them later, as it is stored."""


def run_path(data_dir: Path) -> Path:
    """Return the path of an adaptation's run folder.

    Args:
        data_dir: The user's data folder.
    """
    return data_dir / "taught" / "training"


def remove_run(data_dir: Path) -> None:
    """Remove an adaptation's run folder, or what is in its place.

    Args:
        data_dir: The user's data folder.
    """
    path = run_path(data_dir)
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def train_on_corrections(
    model: onnx.ModelProto,
    corrections: LabelledImages,
    replay: Dataset,
    data_dir: Path,
    progress: ProgressCallback,
    *,
    steps: int,
    seed: int,
) -> OnnxBackedModule:
    """Return a module with the weights that learned the corrections, averaged over the last steps.

    Args:
        model: The network to start from.
        corrections: What it is to learn.
        replay: What it must not forget.
        data_dir: The user's data folder, for the run folder.
        progress: Called as the steps go by.
        steps: How many steps.
        seed: Decides all chance.

    Raises:
        KeyboardInterrupt: SIGINT or SIGTERM came; the run can be resumed.
        StorageError: The disk is full or the folder can't be written.
        TrainingDivergedError: The loss became NaN or infinite; the run is removed.
    """
    recipe = adaptation_recipe(steps, _source(model, corrections))
    options = TrainingOptions(
        run_path(data_dir), seed=seed, device="cpu", precision="fp32", resume=True, tensorboard=False
    )

    def train() -> OnnxBackedModule:
        return _train(OnnxBackedModule(model), corrections, replay, recipe, options, progress)

    try:
        try:
            return train()
        except (RecipeError, RunError):  # the run there is of other corrections, of another version, or damaged
            remove_run(data_dir)
            return train()
    except RunError as error:
        raise RunError(error.given, expected=error.expected, mend=f"remove {run_path(data_dir)}") from error
    except TrainingDivergedError as error:
        remove_run(data_dir)
        raise TrainingDivergedError(
            "the loss is no finite number", expected="a loss that falls", mend="look at the corrections"
        ) from error


def _source(model: onnx.ModelProto, corrections: LabelledImages) -> str:
    """Identify what an adaptation starts from and what it learns, apart from the replay set."""
    digests = [
        hashlib.sha256(content).hexdigest()[:16]
        for content in (model.SerializeToString(), corrections.images.tobytes() + corrections.labels.tobytes())
    ]
    return f"Inkdigits {__version__}, network {digests[0]}, {len(corrections)} corrections {digests[1]}"


def _train(
    module: OnnxBackedModule,
    corrections: LabelledImages,
    replay: Dataset,
    recipe: Recipe,
    options: TrainingOptions,
    progress: ProgressCallback,
) -> OnnxBackedModule:
    assert recipe.augmentation is not None
    task = ReplayTask(corrections, replay.train, copy.deepcopy(module), recipe.augmentation, seed=options.seed)
    module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    with open_session(
        recipe,
        replay.limited(test=_SCORED),
        options,
        module,
        task=task,
        listener_factory=lambda info: ProgressListener(progress, info.plan.steps),
    ) as (folder, session):
        if session and session.run():
            raise KeyboardInterrupt
    module.load_state_dict(to_tensors(folder.weights()))
    return module
