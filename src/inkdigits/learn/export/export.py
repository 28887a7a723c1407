"""A run -> one ONNX file: network, preparation, classes, provenance, measured accuracy.

The file is written only after ONNX Runtime has computed the same from it as torch did. Knows nothing of commands.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.core.atomic import atomic_path
from inkdigits.core.errors import ExportError
from inkdigits.core.types import SIGNS
from inkdigits.learn.evaluation.temperature import fit_temperature
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.export.accuracy import measure_accuracy
from inkdigits.learn.export.provenance import describe_provenance
from inkdigits.learn.export.samples import sample_inputs
from inkdigits.learn.onnx.float16 import round_to_float16, store_as_float16
from inkdigits.learn.onnx.from_torch import fuse_batch_norms, to_onnx
from inkdigits.learn.onnx.parity import check_parity
from inkdigits.learn.onnx.write import write_model
from inkdigits.read.onnx_model import Metadata, load_onnx_model
from inkdigits.recipes.shapes import has_signs


@dataclass(frozen=True)
class ExportedFile:
    """The outcome of an export.

    Attributes:
        path: The file.
        size: Its bytes.
        difference: The largest difference between the logits of torch and ONNX Runtime.
        metadata: What is kept in the file.
    """

    path: Path
    size: int
    difference: float
    metadata: Metadata


def export_run(
    run: TrainedRun, path: Path, *, half: bool = False, temperature: float | None = None, overwrite: bool = False
) -> ExportedFile:
    """Write a run's network as an ONNX file that the reader can use.

    Args:
        run: A finished run.
        path: The file to make; its name ends in .onnx.
        half: Store the weights with 16 bits: half the size; computing stays at 32 bits.
        temperature: What logits are divided by before they become probabilities; by default the temperature that
            maximises the likelihood of the held-back digits.
        overwrite: Replace a file that is there.

    Returns:
        The file and what was measured of it.

    Raises:
        ExportError: There is a file at `path`, or ONNX Runtime computes something else than torch.
        RunError: The run is not whole.
        StorageError: The disk is full or the folder can't be written.
    """
    _check_path(path, overwrite=overwrite)
    lines = run.recipe.reads_lines
    network = fuse_batch_norms(run.network)
    if half:
        round_to_float16(network)
    samples = sample_inputs(run)
    model = to_onnx(network, samples[0][:2], dynamic_dims=(0, 3) if lines else (0,))
    if half:
        store_as_float16(model)
    provenance = describe_provenance(run.folder)
    kind = "lines" if lines else "digit"
    divisor = fit_temperature(run) if temperature is None else temperature

    classes = (*run.classes, *SIGNS) if lines and has_signs(run.recipe.layers, len(run.classes)) else run.classes

    def describe(measured: dict[str, Any]) -> Metadata:
        return Metadata(kind, classes, divisor, provenance=provenance, measured=measured)

    with atomic_path(path) as partial:
        write_model(model, describe({}), partial)
        exported = load_onnx_model(partial)
        difference = max(check_parity(exported, network, batch) for batch in samples)
        metadata = describe(measure_accuracy(exported, run))
        write_model(model, metadata, partial)
    return ExportedFile(path, path.stat().st_size, difference, metadata)


def _check_path(path: Path, *, overwrite: bool) -> None:
    if path.suffix.lower() != ".onnx":
        raise ExportError(f"{path} as a file name", expected="one that ends in .onnx", mend=f"write {path}.onnx")
    if path.exists() and not overwrite:
        raise ExportError(f"{path} is there", expected="a free name", mend="choose another, or say --overwrite")
