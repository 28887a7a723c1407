"""ONNX models -> files with the package's metadata. Knows nothing of what the metadata says."""

from pathlib import Path

import onnx

from inkdigits.read.onnx_model import METADATA_KEY, Metadata
from inkdigits.version import __version__


def write_model(model: onnx.ModelProto, metadata: Metadata, path: Path) -> None:
    """Write a model as a file that `load_onnx_model` opens.

    Args:
        model: Its producer and metadata are replaced.
        metadata: What the file says of itself.
        path: Where; within `atomic_path` the file is whole or not there.

    Raises:
        OSError: The file can't be written; within `atomic_path` that becomes a `StorageError`.
    """
    del model.metadata_props[:]
    props = {METADATA_KEY: metadata.to_json(), "input": metadata.input, "output": metadata.output}
    onnx.helper.set_model_props(model, props)
    model.doc_string = f"Takes {metadata.input}. Returns {metadata.output}."
    model.producer_name, model.producer_version = "inkdigits", __version__
    path.write_bytes(model.SerializeToString())
