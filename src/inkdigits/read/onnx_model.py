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

from inkdigits.core.errors import ModelFileError
from inkdigits.core.types import LINE_HEIGHT, SIDE
from inkdigits.pictures.prepare import PREPARATION_VERSION

FORMAT = 1
"""Version of the metadata below."""

METADATA_KEY = "inkdigits"
"""Where in the file's metadata our own is kept, as JSON."""

INPUT, OUTPUT = "images", "logits"

KINDS = ("digit", "lines")
"""What a network reads: one prepared digit, or a strip with a line of them."""

CTC_CLASSES = 2
"""What a network for lines tells apart beside its classes: other signs, and the blank of CTC."""

STEP_WIDTH = 2
"""Pixels of a strip that a network for lines takes one step for."""

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
class OnnxModel:
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
            Logits, float32: (N, classes), or (N, W / 2, classes + 2).

        Raises:
            ModelFileError: The network fails, or gives what no network of ours does: its file only looked like one.
        """
        try:
            (logits,) = self.session.run([OUTPUT], {INPUT: images})
        except Exception as error:  # ONNX Runtime raises a dozen types of its own
            raise _foreign(self.path, "can't be run") from error
        number, width, classes = len(images), images.shape[3], len(self.metadata.classes)
        lines = self.metadata.kind == "lines"
        expected = (number, width // STEP_WIDTH, classes + CTC_CLASSES) if lines else (number, classes)
        if logits.shape != expected or not np.isfinite(logits).all():
            fault = "numbers that are not finite" if logits.shape == expected else f"{logits.shape}, not {expected},"
            raise _foreign(self.path, f"gives {fault} for {images.shape}")
        return np.asarray(logits, np.float32)


def load_onnx_model(path: Path, *, threads: int | None = None) -> OnnxModel:
    """Load an exported network.

    Args:
        path: Its file.
        threads: How many cores one run may take: as many as there are, up to four, unless told.

    Raises:
        ModelFileError: There is no such file, it is damaged, it is not of ours, or of another version.
    """
    content = _read(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or min(4, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    # Threads that spin while they wait would cost a whole core of a server that has nothing to do.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Weights kept in another file would be looked for in the working folder: let there be none.
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", os.devnull)
    options.log_severity_level = 4
    try:
        # The fallback would try the same again, and print that it does.
        session = onnxruntime.InferenceSession(
            content, options, providers=["CPUExecutionProvider"], enable_fallback=False
        )
        text = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY)
        takes, gives = _signature(session.get_inputs()), _signature(session.get_outputs())
    except Exception as error:  # as above
        raise _foreign(path, "is damaged or is no ONNX file") from error
    metadata = _metadata(path, text)
    _check_signature(path, metadata, takes, gives)
    artefact = OnnxModel(path, metadata, session)
    artefact.run(np.zeros((2, 1, LINE_HEIGHT, 48) if metadata.kind == "lines" else (2, 1, SIDE, SIDE), np.float32))
    return artefact


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


def _foreign(path: Path, fault: str) -> ModelFileError:
    return ModelFileError(
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
            raise ModelFileError(
                f"{path} has the format {values['format']!r}",
                expected=f"the format {FORMAT}",
                mend="export it again with this version of inkdigits",
            )
        metadata = Metadata(**values | {"classes": tuple(values["classes"])})
        _check_values(metadata)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _foreign(path, "has metadata that is not ours") from error
    if metadata.preparation != PREPARATION_VERSION:
        raise ModelFileError(
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
    # What can't be told again, such as NaN or half a character, would fail where it is shown.
    metadata.to_json().encode()


@dataclass(frozen=True)
class _Tensor:
    """What goes in or comes out: sizes that may vary are None."""

    name: str
    type: str
    shape: tuple[int | None, ...]


def _signature(values: list[onnxruntime.NodeArg]) -> list[_Tensor]:
    return [
        _Tensor(value.name, value.type, tuple(size if isinstance(size, int) else None for size in value.shape))
        for value in values
    ]


def _check_signature(path: Path, metadata: Metadata, takes: list[_Tensor], gives: list[_Tensor]) -> None:
    """Compare what goes in and comes out with what the metadata says."""
    kind, classes = "tensor(float)", len(metadata.classes)
    if metadata.kind == "lines":
        expected_input = _Tensor(INPUT, kind, (None, 1, LINE_HEIGHT, None))
        expected_output = _Tensor(OUTPUT, kind, (None, None, classes + CTC_CLASSES))
    else:
        expected_input = _Tensor(INPUT, kind, (None, 1, SIDE, SIDE))
        expected_output = _Tensor(OUTPUT, kind, (None, classes))
    for found, expected in ((takes, expected_input), (gives, expected_output)):
        if found != [expected]:
            described = ", ".join(f"{value.name} {value.type} {value.shape}" for value in found)[:200]
            raise _foreign(path, f"takes or gives {described}")
