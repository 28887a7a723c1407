"""A run -> one ONNX file: network, how to prepare a picture, classes, provenance, measured accuracy.

The file is written only after ONNX Runtime has computed the same from it as torch did. Knows nothing of commands.
"""

from __future__ import annotations

import contextlib
import copy
import datetime
import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from inkdigits.core.atomic import atomic_path
from inkdigits.core.errors import DataError, ExportError
from inkdigits.learn.evaluation.temperature import fit_temperature
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.synthesis.line import LineComposer
from inkdigits.learn.training.tasks.inference import as_input
from inkdigits.pictures.levels import to_unit_range
from inkdigits.read.decoding.ctc import frame_probabilities, greedy_decode
from inkdigits.read.onnx_model import INPUT, METADATA_KEY, OUTPUT, Metadata, OnnxModel, load_onnx_model
from inkdigits.version import __version__

_PARITY = 1e-4
"""Logits may differ by this much, or by this share of the largest."""

_COMPARED = 1000
"""How many digits are read by both."""

_OPSET = 18

_WORTH_HALVING = 256
"""Smaller tensors are kept whole: they cost nothing, and running statistics need their digits."""


@dataclass(frozen=True)
class Export:
    """What became of an export.

    Attributes:
        path: The file.
        size: Its bytes.
        difference: The greatest difference between the logits of torch and ONNX Runtime.
        metadata: What is kept in the file.
    """

    path: Path
    size: int
    difference: float
    metadata: Metadata


def export_run(
    run: TrainedRun, path: Path, *, half: bool = False, temperature: float | None = None, overwrite: bool = False
) -> Export:
    """Write a run's network as an ONNX file that the reader can use.

    Args:
        run: A finished run.
        path: The file to make; its name ends in .onnx.
        half: Keep the weights with 16 bits: half the size; computing stays at 32 bits.
        temperature: What logits are divided by before they become probabilities; by default what makes the
            held-back digits likeliest.
        overwrite: Replace a file that is there.

    Raises:
        ExportError: There is a file at `path`, or ONNX Runtime computes something else than torch.
        RunError: The run is not whole.
        StorageError: The disk is full or the folder can't be written.
    """
    if path.suffix.lower() != ".onnx":
        raise ExportError(f"{path} as a file name", expected="one that ends in .onnx", mend=f"write {path}.onnx")
    if path.exists() and not overwrite:
        raise ExportError(f"{path} is there", expected="a free name", mend="choose another, or say --overwrite")
    lines = run.recipe.reads_lines
    network = prepare_network(run.network, half=half)
    samples = _strips(run) if lines else _digits(run)
    model = to_onnx(network, samples[0][:2], sizes_vary=(0, 3) if lines else (0,))
    if half:
        _halve(model)
    provenance = _provenance(run)
    kind = "lines" if lines else "digit"
    softness = fit_temperature(run) if temperature is None else temperature

    def describe(measured: dict[str, Any]) -> Metadata:
        return Metadata(kind, run.classes, softness, provenance=provenance, measured=measured)

    with atomic_path(path) as partial:
        _save(model, describe({}), partial)
        artefact = load_onnx_model(partial)
        difference = max(compare(artefact, network, batch) for batch in samples)
        metadata = describe(_measure_lines(artefact, run) if lines else _measure_digits(artefact, run))
        _save(model, metadata, partial)
    return Export(path, path.stat().st_size, difference, metadata)


def prepare_network(network: nn.Module, *, half: bool) -> nn.Module:
    """Return a copy that computes the same with fewer layers: batch norms go into the convolutions before them.

    With `half`, its weights are then rounded to 16 bits, so that nothing is lost when they are stored so.
    """
    layers = list(network.children()) if isinstance(network, nn.Sequential) else []
    if layers:
        fused: list[nn.Module] = []
        for layer in layers:
            before = fused[-1] if fused else None
            if isinstance(layer, nn.BatchNorm2d) and isinstance(before, nn.Conv2d):
                fused[-1] = fuse_conv_bn_eval(before, layer)
            else:
                fused.append(layer)
        network = nn.Sequential(*fused).eval()
    twin = copy.deepcopy(network).cpu().eval()
    if half:
        twin.load_state_dict({name: _rounded(value) for name, value in twin.state_dict().items()})
    return twin


def _rounded(value: Tensor) -> Tensor:
    return value.half().float() if value.is_floating_point() and value.numel() >= _WORTH_HALVING else value


def to_onnx(network: nn.Module, example: Tensor, *, sizes_vary: tuple[int, ...]) -> onnx.ModelProto:
    """Translate a network.

    Args:
        network: In evaluation mode.
        example: What goes in, float32.
        sizes_vary: Which of the example's sizes may be others; a width is always a multiple of 8.
    """
    names = {0: torch.export.Dim("number"), 3: 8 * torch.export.Dim("eighths", min=2, max=512)}
    with _quiet():
        program = torch.onnx.export(
            network,
            (example,),
            dynamo=True,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes=({size: names[size] for size in sizes_vary},),
            opset_version=_OPSET,
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    # The exporter notes files and lines of this machine: they are nobody's business.
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer):
        value.doc_string = ""
        if hasattr(value, "metadata_props"):
            del value.metadata_props[:]
    del model.graph.metadata_props[:], model.metadata_props[:], model.functions[:]
    return model


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's progress and its libraries' deprecations to itself."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _halve(model: onnx.ModelProto) -> None:
    """Store weights with 16 bits where nothing is lost, and let the file turn them back into 32."""
    casts = []
    for weights in model.graph.initializer:
        values = onnx.numpy_helper.to_array(weights)
        if values.dtype != np.float32 or values.size < _WORTH_HALVING:
            continue
        small = values.astype(np.float16)
        if not np.array_equal(small.astype(np.float32), values):
            continue
        name = weights.name
        weights.CopyFrom(onnx.numpy_helper.from_array(small, f"{name}.half"))
        casts.append(onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _save(model: onnx.ModelProto, metadata: Metadata, path: Path) -> None:
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, {METADATA_KEY: metadata.to_json()})
    model.producer_name, model.producer_version = "inkdigits", __version__
    path.write_bytes(model.SerializeToString())


def compare(artefact: OnnxModel, network: nn.Module, images: Tensor) -> float:
    """Run both over the same pictures.

    Returns:
        The greatest difference between their logits.

    Raises:
        ExportError: It is more than 1e-4, and more than that share of the largest logit.
    """
    with torch.inference_mode():
        expected = network(images).numpy()
    found = artefact.run(images.numpy())
    if found.shape != expected.shape:
        raise _disparity(f"gives {found.shape} where torch gives {expected.shape}")
    difference = float(np.abs(found - expected).max())
    if not difference <= _PARITY * max(1.0, float(np.abs(expected).max())):
        raise _disparity(f"differs from torch by up to {difference:.2g} in its logits")
    return difference


def _disparity(fault: str) -> ExportError:
    return ExportError(
        f"the exported network {fault}",
        expected=f"the same within {_PARITY:g}",
        mend="leave out layers that answer otherwise each time; nothing was written",
    )


def _digits(run: TrainedRun) -> list[Tensor]:
    """Return a thousand test digits in batches; where the data is gone, as many pictures of noise."""
    try:
        images = run.split("test").images[:_COMPARED]
    except DataError:
        images = np.random.default_rng(0).integers(0, 256, (_COMPARED, 28, 28), dtype=np.uint8)
    pictures = as_input(torch.from_numpy(np.ascontiguousarray(images)))
    return list(torch.split(pictures, 100))


def _strips(run: TrainedRun) -> list[Tensor]:
    """Return lines composed of a thousand test digits or more, in batches of different widths."""
    return [as_input(torch.from_numpy(strips)) for strips, _ in _composed(run, 16)]


def _composed(run: TrainedRun, batches: int) -> Iterator[tuple[NDArray[np.uint8], list[list[int]]]]:
    test = run.split("test")
    composer = LineComposer(test.images, test.labels)
    for number in range(batches):
        yield composer.batch(16, np.random.default_rng(number))


def _measure_digits(artefact: OnnxModel, run: TrainedRun) -> dict[str, Any]:
    try:
        test = run.split("test")
    except DataError:
        return dict(run.folder.read_json("metrics.json")["test"]) | {"split": "test", "with": "torch, after training"}
    logits = np.concatenate([artefact.run(batch) for batch in _batches(test.images)])
    errors = int((logits.argmax(axis=1) != test.labels).sum())
    return _measured(errors, len(test)) | {"split": "test"}


def _batches(images: NDArray[np.uint8]) -> Iterator[NDArray[np.float32]]:
    for start in range(0, len(images), 500):
        yield to_unit_range(images[start : start + 500, None])


def _measure_lines(artefact: OnnxModel, run: TrainedRun) -> dict[str, Any]:
    errors = examples = 0
    for strips, classes in _composed(run, 64):
        steps = frame_probabilities(artefact.run(to_unit_range(strips[:, None])))
        errors += sum(greedy_decode(line) != tuple(said) for line, said in zip(steps, classes, strict=True))
        examples += len(classes)
    return _measured(errors, examples) | {"split": "lines composed of test digits"}


def _measured(errors: int, examples: int) -> dict[str, Any]:
    return {"errors": errors, "examples": examples, "accuracy": 1 - errors / examples, "with": "onnxruntime"}


def _provenance(run: TrainedRun) -> dict[str, Any]:
    metadata = run.folder.metadata
    environment = run.folder.read_json("environment.json")
    dataset, seed = metadata["dataset"], metadata["seed"]
    name = Path(dataset["name"]).name
    return {
        "recipe": metadata["recipe"],
        "seed": seed,
        "steps": metadata["steps"],
        "seconds": metadata["seconds"],
        "dataset": {"name": name, "sha256": dataset["sha256"], "train": dataset["train"]},
        "command": f"inkdigits train {metadata['recipe']} --data {name} --seed {seed}",
        "versions": {"inkdigits": environment["inkdigits"], "torch": environment["torch"]},
        "exported": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }
