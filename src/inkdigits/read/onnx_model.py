"""An exported network: an ONNX file that Inkdigits wrote, checked and ready to run. Knows no pictures and no training.

The file is not trusted: it may be truncated, foreign or malicious.
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

from inkdigits.core.cores import available_cores
from inkdigits.core.errors import ModelFileError
from inkdigits.core.types import CTC_CLASSES, LINE_DIGIT_HEIGHT, LINE_HEIGHT, LINE_WIDTH_MULTIPLE, SIDE, SIGNS
from inkdigits.pictures.prepare import PREPARATION_VERSION

FORMAT = 1
"""Version of the metadata below."""

METADATA_KEY = "inkdigits"
"""The entry of the file's metadata that holds ours, as JSON."""

INPUT, OUTPUT = "images", "logits"

KINDS = ("digit", "lines")
"""What a network reads: one normalized digit, or a line image."""

FRAME_STRIDE = 2
"""Columns of a line image per frame of a line network's output."""

_MAX_BYTES = 256 * 1024 * 1024
_MAX_METADATA_LENGTH = 1024 * 1024
_MAX_CLASSES = 1000


@dataclass(frozen=True)
class Metadata:
    """The description that an exported network carries.

    Attributes:
        kind: "digit" or "lines".
        classes: The name of each class number. A line network that knows signs has `SIGNS` behind the digits.
        temperature: What logits are divided by, so that probabilities are calibrated.
        preparation: Version of the preparation of its training pictures.
        provenance: Recipe, seed, data, command, versions, date: for people to read.
        measured: Split, examples, errors, accuracy: for people to read.
        format: Version of this description.
    """

    kind: str
    classes: tuple[str, ...]
    temperature: float = 1.0
    preparation: int = PREPARATION_VERSION
    provenance: dict[str, Any] = field(default_factory=dict)
    measured: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def signs(self) -> tuple[str, ...]:
        """The last of the classes, if they are `SIGNS`: a line network's that knows what stands between digits."""
        return SIGNS if self.kind == "lines" and self.classes[-len(SIGNS) :] == SIGNS else ()

    @property
    def digits(self) -> tuple[str, ...]:
        """The classes that are no signs, in the order of their class numbers."""
        return self.classes[: len(self.classes) - len(self.signs)]

    @property
    def input(self) -> str:
        """The tensor that the network takes, in words."""
        range_ = "0 to 1, white on black (0 is paper, 1 is ink)"
        if self.kind == "lines":
            size = f"(N, 1, {LINE_HEIGHT}, W) with W a multiple of {LINE_WIDTH_MULTIPLE}"
            return f"{INPUT}: float32 {size}, {range_}, one line each, its digits about {LINE_DIGIT_HEIGHT} high"
        return f"{INPUT}: float32 (N, 1, {SIDE}, {SIDE}), {range_}, one digit each, sized and centred as in MNIST"

    @property
    def output(self) -> str:
        """The tensor that the network returns, in words."""
        classes = len(self.classes)
        probabilities = f"probabilities are softmax({OUTPUT} / {self.temperature:g})"
        if self.kind == "lines":
            size = f"(N, W / {FRAME_STRIDE}, {classes + CTC_CLASSES})"
            return f"{OUTPUT}: float32 {size}, for CTC: the classes, another character, the blank; {probabilities}"
        return f"{OUTPUT}: float32 (N, {classes}), one for each class; {probabilities}"

    def to_json(self) -> str:
        """Return the JSON text that the file holds."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, eq=False)
class OnnxModel:
    """A network that can be run, by several threads at once.

    Attributes:
        path: Its file.
        metadata: Its description.
        session: The ONNX Runtime session.
        content: The bytes of the file.
    """

    path: Path
    metadata: Metadata
    session: onnxruntime.InferenceSession
    content: bytes

    def run(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the network.

        Args:
            images: (N, 1, 28, 28), or (N, 1, 40, W) for a line network with W a multiple of 8, float32, 0 … 1.

        Returns:
            Logits: (N, classes), or (N, W / 2, classes + 2) for a line network, float32, any finite value.

        Raises:
            ModelFileError: The network fails or has outputs of the wrong shape: its file only looked like one of ours.
        """
        try:
            (logits,) = self.session.run([OUTPUT], {INPUT: images})
        except Exception as error:  # ONNX Runtime raises a dozen types of errors
            raise _invalid(self.path, "can't be run") from error
        number, width, classes = len(images), images.shape[3], len(self.metadata.classes)
        lines = self.metadata.kind == "lines"
        expected = (number, width // FRAME_STRIDE, classes + CTC_CLASSES) if lines else (number, classes)
        if logits.shape != expected or not np.isfinite(logits).all():
            fault = "numbers that are not finite" if logits.shape == expected else f"{logits.shape}, not {expected},"
            raise _invalid(self.path, f"gives {fault} for {images.shape}")
        return np.asarray(logits, np.float32)


def load_onnx_model(path: Path, *, threads: int | None = None) -> OnnxModel:
    """Load an exported network.

    Args:
        path: Its file.
        threads: How many cores one run may use; by default all available, up to four.

    Returns:
        The network, after a first run on empty images.

    Raises:
        ModelFileError: The file is missing, damaged, not exported by Inkdigits, or of another version.
    """
    content = _read(path)
    try:
        session = open_session(content, threads=threads)
        text = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY)
        inputs, outputs = _signature(session.get_inputs()), _signature(session.get_outputs())
    except Exception as error:  # as above
        raise _invalid(path, "is damaged or is no ONNX file") from error
    metadata = _metadata(path, text)
    _check_signature(path, metadata, inputs, outputs)
    model = OnnxModel(path, metadata, session, content)
    model.run(np.zeros((2, 1, LINE_HEIGHT, 48) if metadata.kind == "lines" else (2, 1, SIDE, SIDE), np.float32))
    return model


def open_session(content: bytes, *, threads: int | None = None) -> onnxruntime.InferenceSession:
    """Return a session of ONNX Runtime.

    Args:
        content: The bytes of a model.
        threads: How many cores one run may use; by default all, up to four.

    Raises:
        Exception: They are no model; ONNX Runtime raises a dozen types of errors.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or min(4, available_cores())
    options.inter_op_num_threads = 1
    # Threads that spin while they wait would cost an idle server a whole core.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # External weights would be looked for in the working folder: let none be found.
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", os.devnull)
    options.log_severity_level = 4
    # The fallback would only try the same again, and print that it does.
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"], enable_fallback=False)


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size if path.is_file() else -1
        if size > _MAX_BYTES:
            raise _invalid(path, f"has {size:,} bytes")
        if size > 0:
            return path.read_bytes()
    except OSError as error:
        raise _invalid(path, f"can't be opened ({error.strerror})") from error
    raise _invalid(path, "is empty" if size == 0 else "does not exist" if not path.exists() else "is no file")


def _invalid(path: Path, fault: str) -> ModelFileError:
    return ModelFileError(
        f"{path} {fault}",
        expected="a network that `inkdigits export` wrote",
        mend="export a run: inkdigits export RUN FILE.onnx",
    )


def _metadata(path: Path, text: str | None) -> Metadata:
    if text is None:
        raise _invalid(path, "is an ONNX file without the metadata of Inkdigits")
    try:
        if len(text) > _MAX_METADATA_LENGTH:
            raise ValueError("too long")
        values = json.loads(text)
        # The version first: in a later one the rest may mean something else.
        if values["format"] != FORMAT or isinstance(values["format"], bool):
            raise ModelFileError(
                f"{path} has the format {values['format']!r}",
                expected=f"the format {FORMAT}",
                mend="export it again with this version of inkdigits",
            )
        metadata = Metadata(**values | {"classes": tuple(values["classes"])})
        _check_values(metadata)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _invalid(path, "has metadata that Inkdigits did not write") from error
    if metadata.preparation != PREPARATION_VERSION:
        raise ModelFileError(
            f"{path} was trained on pictures prepared by version {metadata.preparation}",
            expected=f"version {PREPARATION_VERSION}, the one that this version of Inkdigits uses",
            mend="train and export it again, or use the version of Inkdigits that exported it",
        )
    return metadata


def _check_values(metadata: Metadata) -> None:
    names = metadata.classes
    is_valid = (
        metadata.kind in KINDS
        and 0 < len(names) <= _MAX_CLASSES
        and all(isinstance(name, str) and 0 < len(name) <= 100 for name in names)
        and isinstance(metadata.temperature, (int, float))
        and math.isfinite(metadata.temperature)
        and 0.001 <= metadata.temperature <= 1000
        and isinstance(metadata.preparation, int)
        and isinstance(metadata.provenance, dict)
        and isinstance(metadata.measured, dict)
    )
    if not is_valid:
        raise ValueError("values out of range")
    # What has no JSON, such as NaN or half a surrogate pair, would fail later where it is shown.
    metadata.to_json().encode()


@dataclass(frozen=True)
class _Tensor:
    """An input or output of a network; sizes that may vary are None."""

    name: str
    type: str
    shape: tuple[int | None, ...]


def _signature(values: list[onnxruntime.NodeArg]) -> list[_Tensor]:
    return [
        _Tensor(value.name, value.type, tuple(size if isinstance(size, int) else None for size in value.shape))
        for value in values
    ]


def _check_signature(path: Path, metadata: Metadata, inputs: list[_Tensor], outputs: list[_Tensor]) -> None:
    """Compare the inputs and outputs of a network with its metadata."""
    dtype, classes = "tensor(float)", len(metadata.classes)
    if metadata.kind == "lines":
        expected_input = _Tensor(INPUT, dtype, (None, 1, LINE_HEIGHT, None))
        expected_output = _Tensor(OUTPUT, dtype, (None, None, classes + CTC_CLASSES))
    else:
        expected_input = _Tensor(INPUT, dtype, (None, 1, SIDE, SIDE))
        expected_output = _Tensor(OUTPUT, dtype, (None, classes))
    for found, expected in ((inputs, expected_input), (outputs, expected_output)):
        if found != [expected]:
            described = ", ".join(f"{value.name} {value.type} {value.shape}" for value in found)[:200]
            raise _invalid(path, f"takes or gives {described}")
