"""One grey picture in every form in which a user may have it."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from helpers.pictures import to_png
from inkdigits.core.types import Image as Grey


def array_forms(grey: Grey) -> dict[str, Any]:
    """Return a picture (H, W), uint8, as arrays, tensors and lists of other dtypes and shapes.

    Args:
        grey: Its highest value is at least 2.
    """
    unit = torch.from_numpy(grey) / 255
    return {
        "uint8": grey,
        "uint16": grey.astype(np.uint16) * 257,
        "int64": grey.astype(np.int64),
        "float64": grey / 255,
        "float32": np.float32(1 / 255) * grey,
        "float16": (grey / 255).astype(np.float16),
        "float32 to 255": grey.astype(np.float32),
        "(H, W, 1)": grey[..., None],
        "(1, H, W)": grey[None],
        "(H, W, 3)": np.dstack([grey] * 3),
        "(H, W, 4)": np.dstack([grey] * 3 + [np.full_like(grey, 255)]),
        "other order": np.asfortranarray(grey),
        "read-only": np.frombuffer(grey.tobytes(), np.uint8).reshape(grey.shape),
        "list": grey.tolist(),
        "tuple of rows": tuple(grey),
        "list of floats": (grey / 255).tolist(),
        "memory": np.ascontiguousarray(grey).data,
        "tensor uint8": torch.from_numpy(grey.copy()),
        "tensor float32": unit,
        "tensor with gradient": unit.clone().requires_grad_(),
        "tensor float16": unit.half(),
        "tensor bfloat16": unit.bfloat16(),
        "tensor (1, H, W)": unit[None],
        "parameter": torch.nn.Parameter(unit.clone()),
    } | ({"flat": grey.ravel(), "flat tensor": unit.flatten()} if grey.shape == (28, 28) else {})


def file_forms(grey: Grey, folder: Path) -> dict[str, Any]:
    """Return a picture (H, W), uint8, as files and pictures of Pillow."""
    content = to_png(grey)
    path = folder / "form.png"
    path.write_bytes(content)
    tiff = io.BytesIO()
    Image.fromarray(grey).save(tiff, "TIFF", compression="tiff_lzw")
    return {
        "path": path,
        "name": str(path),
        "bytes": content,
        "bytearray": bytearray(content),
        "memory of bytes": memoryview(content),
        "open in memory": io.BytesIO(content),
        "TIFF": tiff.getvalue(),
        "PIL": Image.fromarray(grey),
        "PIL in colour": Image.fromarray(grey).convert("RGB"),
        "PIL from a file": Image.open(io.BytesIO(content)),
    }
