"""An exported network: an ONNX file of ours, checked, and ready to run. Knows no pictures and no training.

The file is trusted with nothing: it may be truncated, foreign, or made by an enemy.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from inkdigits.errors import ArtefactError
from inkdigits.pictures.prepare import PREPARATION_VERSION
from inkdigits.types import SIDE, STRIP_HEIGHT

FORMAT = 1
"""Version of the metadata below."""

METADATA_KEY = "inkdigits"
"""Where in the file's metadata our own is kept, as JSON."""

INPUT, OUTPUT = "images", "logits"

KINDS = ("digit", "lines")
"""What a network reads: one prepared digit, or a strip with a line of them."""

CTC_CLASSES = 2
"""What a network for lines tells apart beside its classes: other signs, and the blank of CTC."""

_LARGEST = 256 * 1024 * 1024
_LARGEST_METADATA = 1024 * 1024
_MOST_CLASSES = 1000


@dataclass(frozen=True)
class Metadata:
    """What an exported network knows of itself.

    Attributes:
        kind: "digit" or "lines".
        classes: The name of each class number.
        temperature: What logits are divided by, so that probabilities mean what they say.
        preparation: Version of the preparation that its pictures went through.
        provenance: Recipe, seed, data, command, versions, date: for people to read.
        measured: Split, examples, errors, accuracy: for people to read.
        format: Version of this record.
    """

    kind: str
    classes: tuple[str, ...]
    temperature: float = 1.0
    preparation: int = PREPARATION_VERSION
    provenance: dict[str, Any] = field(default_factory=dict)
    measured: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> str:
        """Return it as it is kept in the file."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, eq=False)
class Artefact:
    """A network that can be run; several threads may do so at once.

    Attributes:
        path: Where it came from.
        metadata: What it knows of itself.
        session: The running network.
    """

    path: Path
    metadata: Metadata
    session: onnxruntime.InferenceSession

    def run(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the network.

        Args:
            images: float32 in 0 … 1: (N, 1, 28, 28), or (N, 1, 40, W) of a network for lines, W a multiple of 8.

        Returns:
            Logits, float32: (N, classes), or (N, steps, classes + 2).
        """
        (logits,) = self.session.run([OUTPUT], {INPUT: images})
        return np.asarray(logits, np.float32)


def load_artefact(path: Path) -> Artefact:
    """Load an exported network.

    Raises:
        ArtefactError: There is no such file, it is damaged, it is not of ours, or of another version.
    """
    content = _read(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(4, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    # Threads that spin while they wait would cost a whole core of a server that has nothing to do.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4
    try:
        # From memory, so that no file beside it is ever opened for weights kept elsewhere.
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises a dozen types of its own
        raise _foreign(path, "is damaged or is no ONNX file") from error
    metadata = _metadata(path, session.get_modelmeta().custom_metadata_map.get(METADATA_KEY))
    _check_shapes(path, metadata, session)
    return Artefact(path, metadata, session)


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size if path.is_file() else -1
        if size > _LARGEST:
            raise _foreign(path, f"has {size:,} bytes")
        if size > 0:
            return path.read_bytes()
    except OSError as error:
        raise _foreign(path, f"can't be opened ({error.strerror})") from error
    raise _foreign(path, "is empty" if size == 0 else "does not exist" if not path.exists() else "is no file")


def _foreign(path: Path, fault: str) -> ArtefactError:
    return ArtefactError(
        f"{path} {fault}",
        expected="a network that `inkdigits export` wrote",
        mend="export a run: inkdigits export RUN FILE.onnx",
    )


def _metadata(path: Path, text: str | None) -> Metadata:
    if text is None:
        raise _foreign(path, "is an ONNX file without our metadata")
    try:
        if len(text) > _LARGEST_METADATA:
            raise ValueError("too long")
        values = json.loads(text)
        # The version first: a later one may mean anything by the rest.
        if values["format"] != FORMAT or isinstance(values["format"], bool):
            raise ArtefactError(
                f"{path} has the format {values['format']!r}",
                expected=f"the format {FORMAT}",
                mend="export it again with this version of inkdigits",
            )
        metadata = Metadata(**values | {"classes": tuple(values["classes"])})
        _check_values(metadata)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _foreign(path, "has metadata that is not ours") from error
    if metadata.preparation != PREPARATION_VERSION:
        raise ArtefactError(
            f"{path} was trained on pictures prepared by version {metadata.preparation}",
            expected=f"version {PREPARATION_VERSION}, which this inkdigits has",
            mend="train and export it again, or use the inkdigits that exported it",
        )
    return metadata


def _check_values(metadata: Metadata) -> None:
    names = metadata.classes
    fine = (
        metadata.kind in KINDS
        and 0 < len(names) <= _MOST_CLASSES
        and all(isinstance(name, str) and 0 < len(name) <= 100 for name in names)
        and isinstance(metadata.temperature, (int, float))
        and math.isfinite(metadata.temperature)
        and 0.001 <= metadata.temperature <= 1000
        and isinstance(metadata.preparation, int)
        and isinstance(metadata.provenance, dict)
        and isinstance(metadata.measured, dict)
    )
    if not fine:
        raise ValueError("values out of range")


def _check_shapes(path: Path, metadata: Metadata, session: onnxruntime.InferenceSession) -> None:
    """Compare what goes in and comes out with what the metadata says; names stand for sizes that may vary."""
    lines = metadata.kind == "lines"
    expected_input = [None, 1, STRIP_HEIGHT, None] if lines else [None, 1, SIDE, SIDE]
    outputs = len(metadata.classes) + (CTC_CLASSES if lines else 0)
    expected_output = [None, None, outputs] if lines else [None, outputs]
    for found, name, expected in (
        (session.get_inputs(), INPUT, expected_input),
        (session.get_outputs(), OUTPUT, expected_output),
    ):
        fits = len(found) == 1 and found[0].name == name and found[0].type == "tensor(float)"
        if not fits or [size if isinstance(size, int) else None for size in found[0].shape] != expected:
            described = ", ".join(f"{value.name} {value.type} {value.shape}" for value in found)[:200]
            raise _foreign(path, f"takes or gives {described}")
