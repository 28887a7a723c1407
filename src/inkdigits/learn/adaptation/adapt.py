"""Corrections -> an adapted network, measured beside the one in use, for the user to accept. Knows no commands.

Each adaptation starts from the shipped network and learns all corrections that were not undone. So nothing drifts from
one adaptation to the next, and what was undone is forgotten.
"""

from __future__ import annotations

import datetime
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import torch

from inkdigits.core.atomic import atomic_path
from inkdigits.core.errors import DataError, ModelFileError
from inkdigits.core.locks import lock
from inkdigits.corrections.model_registry import ModelRegistry, registry_dir
from inkdigits.corrections.store import LABELS
from inkdigits.data.dataset import Dataset
from inkdigits.learn.adaptation.comparison import compare_networks
from inkdigits.learn.adaptation.data import as_digits, load_corrections, load_replay_set
from inkdigits.learn.adaptation.progress_listener import TRAINED, ProgressCallback
from inkdigits.learn.adaptation.recipe import STEPS
from inkdigits.learn.adaptation.train import remove_run, train_on_corrections
from inkdigits.learn.onnx.onnx_module import OnnxBackedModule
from inkdigits.learn.onnx.parity import check_parity
from inkdigits.learn.onnx.write import write_model
from inkdigits.learn.training.tasks.inference import as_input
from inkdigits.read.onnx_model import Metadata, OnnxModel, load_onnx_model
from inkdigits.read.reader import Reader
from inkdigits.version import __version__

_PARITY_DIGITS = 200
"""Digits that torch and ONNX Runtime must agree on, before and after the training."""


def adapt(
    data_dir: Path,
    progress: ProgressCallback,
    *,
    base: Path | None = None,
    replay: Dataset | None = None,
    steps: int = STEPS,
    seed: int = 1,
) -> dict[str, Any]:
    """Fine-tune a network for single digits on the corrections in `data_dir`, and stage it.

    Args:
        data_dir: Where the corrections and the adapted networks are.
        progress: Called as the work goes on.
        base: An exported network to start from; by default the shipped one.
        replay: Digits that must not be forgotten; by default MNIST if it is on this machine, or else `uci`.
        steps: The length of the training.
        seed: Decides all chance.

    Returns:
        `mnist` and `corrections`, with the accuracy of the network in use (`old`) and of the adapted one (`new`) on the
        test digits and on the corrections that were held out (None if there are none), and `seconds`.

    Raises:
        DataError: There are no corrections, or `replay` or `base` has classes that are no digits.
        ExportError: The adapted network computes something else in ONNX Runtime; it is not kept. Or `base` has layers
            that can't be adapted.
        ModelFileError: `base` can't be used.
        KeyboardInterrupt: SIGINT or SIGTERM came. The next call with the same corrections goes on from there.
        RunError: What is in the place of the run folder can't be removed.
        StorageError: A file can't be written, or another process adapts the network.
        TrainingDivergedError: The loss became NaN or infinite.
    """
    start_s = time.perf_counter()
    data_dir.mkdir(parents=True, exist_ok=True)
    networks = registry_dir(data_dir, base)
    with lock(data_dir / "teaching.lock", timeout_s=1.0):
        try:
            corrections, holdout = load_corrections(data_dir)
        except DataError:
            remove_run(networks)  # of corrections that were undone
            raise
        progress(0.0, "reading known digits")
        replay = as_digits(replay) if replay else load_replay_set()
        shipped, registry = Reader(base).digit_network, ModelRegistry(networks)
        _check_classes(shipped)
        current = _current(registry) or shipped
        model = onnx.load(shipped.path)
        samples = as_input(torch.from_numpy(replay.test.images[:_PARITY_DIGITS]))  # (N, 1, 28, 28)
        check_parity(shipped, OnnxBackedModule(model), samples)
        adapted = train_on_corrections(model, corrections, replay, networks, progress, steps=steps, seed=seed)
        adapted.store_weights(model)
        progress(TRAINED, "measuring")
        result: dict[str, Any] = {}
        with registry.stage(result) as path, atomic_path(path) as partial:
            write_model(model, shipped.metadata, partial)
            candidate = load_onnx_model(partial)
            check_parity(candidate, adapted, samples)
            result |= compare_networks(current, candidate, replay, holdout)
            learned = len(corrections) + len(holdout)
            write_model(model, _describe(shipped.metadata, result, learned, steps, seed), partial)
            result["seconds"] = round(time.perf_counter() - start_s, 1)
        remove_run(networks)
    progress(1.0, "done")
    return result


def _check_classes(network: OnnxModel) -> None:
    if network.metadata.classes != LABELS:
        raise DataError(
            f"{network.path} has the classes {', '.join(network.metadata.classes)}"[:200],
            expected="the ten digits, because corrections are digits",
            mend="teach a network for digits",
        )


def _current(registry: ModelRegistry) -> OnnxModel | None:
    """Return the adapted network in use; None if there is none, or if it can't be opened any more."""
    try:
        return load_onnx_model(registry.current) if registry.current else None
    except ModelFileError:
        return None


def _describe(shipped: Metadata, result: dict[str, Any], corrections: int, steps: int, seed: int) -> Metadata:
    """Return the metadata of the shipped network with where the adapted one comes from and how well it reads."""
    figures = result["mnist"]
    return replace(
        shipped,
        provenance={
            "taught_from": shipped.provenance,
            "corrections": corrections,
            "replayed": figures["name"],
            "seed": seed,
            "steps": steps,
            "versions": {"inkdigits": __version__, "torch": str(torch.__version__)},
            "taught": datetime.datetime.now(datetime.UTC).date().isoformat(),
        },
        measured={
            "split": f"{figures['name']} test",
            "errors": round((1 - figures["new"]) * figures["examples"]),
            "examples": figures["examples"],
            "accuracy": figures["new"],
            "with": "onnxruntime",
            "corrections": result["corrections"],
        },
    )
