"""Corrections -> a taught network that waits for a yes, measured beside the one in use. Knows nothing of commands.

It starts from the shipped network each time and learns all corrections that stand: nothing drifts from one
teaching to the next, and what was undone is forgotten.
"""

from __future__ import annotations

import copy
import datetime
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor

from inkdigits.core.atomic import write_bytes
from inkdigits.core.errors import ModelFileError, TrainingDivergedError
from inkdigits.core.locks import lock
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.data.dataset import Dataset
from inkdigits.learn.adaptation.examples import NO_DIGIT, Examples, load_corrections, load_known
from inkdigits.learn.adaptation.onnx_module import OnnxBackedModule
from inkdigits.learn.adaptation.replay_task import ReplayTask
from inkdigits.learn.export.export import compare
from inkdigits.learn.training.engine.ema import ExponentialMovingAverage
from inkdigits.learn.training.engine.optimizers import build_optimizer
from inkdigits.learn.training.tasks.inference import as_input
from inkdigits.read.onnx_model import METADATA_KEY, Metadata, OnnxModel, load_onnx_model
from inkdigits.read.reader import MIN_CONFIDENCE, Reader
from inkdigits.read.single import classify
from inkdigits.recipes import load_recipe
from inkdigits.recipes.optimizers import AdamW
from inkdigits.version import __version__

STEPS = 200
"""How long is learned: some 20 s of a core."""

_LEARNING_RATE = 4e-4

_WARM_UP = 0.15
"""Share of the steps in which the learning rate rises."""

_AVERAGING = 0.97

_COMPARED = 200
"""Digits that torch and ONNX Runtime must agree on, before and after."""

_PARTS = {"load": 0.05, "learn": 0.85}
"""How far the work is when each part ends."""

Tell = Callable[[float, str], None]
"""Told how far the work is, 0 … 1, and what is being done."""


def teach(
    data_dir: Path, tell: Tell, *, known: Dataset | None = None, steps: int = STEPS, seed: int = 1
) -> dict[str, Any]:
    """Teach the shipped network for single digits the corrections in `data_dir`.

    Args:
        data_dir: Where the corrections are, and where the taught network is put.
        tell: Told of the progress.
        known: Digits that it must not forget; by default MNIST where it is on this machine, or else `uci`.
        steps: How long is learned.
        seed: Decides all chance.

    Returns:
        `mnist` and `corrections` with the accuracy of the network in use (`old`) and of the taught one (`new`) on
        the test digits and on the corrections that were held back (null where none were), and `seconds`.

    Raises:
        DataError: There are no corrections.
        ExportError: The taught network doesn't compute the same in ONNX Runtime; nothing was kept.
        StorageError: It can't be kept, or another process is teaching.
    """
    start_s = time.perf_counter()
    tell(0.0, "reading corrections and known digits")
    data_dir.mkdir(parents=True, exist_ok=True)
    with lock(data_dir / "teaching.lock", timeout_s=1.0):
        corrections, held = load_corrections(data_dir)
        known = known or load_known()
        shipped = Reader().digit_network
        networks = ModelRegistry(data_dir)
        in_use = _in_use(networks) or shipped
        model = onnx.load(shipped.path)
        twin = OnnxBackedModule(model)
        probes = as_input(torch.from_numpy(known.test.images[:_COMPARED]))
        compare(shipped, twin, probes)
        task = ReplayTask(corrections, known.train, copy.deepcopy(twin), _augmentation(), seed=seed)
        taught = _learn(twin, task, steps, seed, tell)
        taught.round_as(model)
        taught.write_into(model)
        tell(_PARTS["learn"], "measuring")
        result: dict[str, Any] = {}
        with networks.offer(result) as path:
            _save(model, shipped.metadata, path)
            new = load_onnx_model(path)
            compare(new, taught, probes)
            result |= _measure(in_use, new, known, held)
            metadata = _describe(shipped.metadata, result, len(corrections) + len(held), known.name, steps, seed)
            _save(model, metadata, path)
            result["seconds"] = round(time.perf_counter() - start_s, 1)
    tell(1.0, "done")
    return result


def _in_use(networks: ModelRegistry) -> OnnxModel | None:
    """Return the taught network that is used; None where there is none, or it can't be used any more."""
    try:
        return load_onnx_model(networks.current) if networks.current else None
    except ModelFileError:
        return None


def _augmentation() -> Any:
    augmentation = load_recipe("reader").augmentation
    assert augmentation is not None
    return augmentation


def _learn(twin: OnnxBackedModule, task: ReplayTask, steps: int, seed: int, tell: Tell) -> OnnxBackedModule:
    """Train in place with batch norms as they are; return the average of the last weights."""
    torch.manual_seed(seed)
    twin.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = build_optimizer(AdamW(name="adamw", weight_decay=0.01, epsilon=1e-8), twin.parameters())
    average = ExponentialMovingAverage(twin, _AVERAGING)
    for step in range(steps):
        batch = task.batch()
        loss: Tensor = task.loss(twin(batch.pictures), batch)
        twin.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        gradients = [parameter.grad for parameter in twin.parameters() if parameter.grad is not None]
        optimizer.step(gradients, _LEARNING_RATE * _rate(step / steps))
        average.update(twin, step)
        if step % 5 == 0:
            if not bool(loss.isfinite()):
                raise TrainingDivergedError(
                    "the loss is no finite number", expected="a loss that falls", mend="look at the corrections"
                )
            done = (step + 1) / steps
            tell(_PARTS["load"] + (_PARTS["learn"] - _PARTS["load"]) * done, "learning")
    taught = average.network
    assert isinstance(taught, OnnxBackedModule)
    return taught


def _rate(done: float) -> float:
    """Rise in a line, fall in another."""
    return (done + 0.01) / _WARM_UP if done < _WARM_UP else (1 - done) / (1 - _WARM_UP)


def _measure(old: OnnxModel, new: OnnxModel, known: Dataset, held: Examples) -> dict[str, Any]:
    test = Examples(known.test.images, known.test.labels)
    on_test = {"old": accuracy(old, test, least=0.0), "new": accuracy(new, test, least=0.0), "examples": len(test)}
    none = {"old": None, "new": None, "examples": 0}
    on_held = {"old": accuracy(old, held), "new": accuracy(new, held), "examples": len(held)} if len(held) else none
    return {"mnist": on_test | {"name": known.name}, "corrections": on_held}


def accuracy(network: OnnxModel, examples: Examples, *, least: float = MIN_CONFIDENCE) -> float:
    """Return the share of examples that a reader with this network gets right.

    Args:
        network: For single digits.
        examples: At least one. What is no digit is right where it is refused.
        least: What is less sure is refused.
    """
    probabilities = classify(network, examples.images)
    read = np.where(probabilities.max(axis=1) < least, NO_DIGIT, probabilities.argmax(axis=1))
    return round(float((read == examples.labels).mean()), 6)


def _describe(
    shipped: Metadata, result: dict[str, Any], corrections: int, data: str, steps: int, seed: int
) -> Metadata:
    figures = result["mnist"]
    errors = round((1 - figures["new"]) * figures["examples"])
    return replace(
        shipped,
        provenance={
            "taught_from": shipped.provenance,
            "corrections": corrections,
            "replayed": data,
            "seed": seed,
            "steps": steps,
            "versions": {"inkdigits": __version__, "torch": str(torch.__version__)},
            "taught": datetime.datetime.now(datetime.UTC).date().isoformat(),
        },
        measured={
            "split": f"{data} test",
            "errors": errors,
            "examples": figures["examples"],
            "accuracy": figures["new"],
            "with": "onnxruntime",
            "corrections": result["corrections"],
        },
    )


def _save(model: onnx.ModelProto, metadata: Metadata, path: Path) -> None:
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, {METADATA_KEY: metadata.to_json()})
    write_bytes(path, model.SerializeToString())
