"""The .npz files in which digits of named people are kept. Knows nothing of what the arrays mean."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.atomic import write_bytes
from inkdigits.core.errors import DataError


def read_arrays(path: Path, names: Sequence[str]) -> list[NDArray[Any]]:
    """Return arrays of an .npz file; pickled objects are never loaded.

    Args:
        path: The file.
        names: Which arrays.

    Returns:
        The arrays in this order, of any shape, dtype and any value.

    Raises:
        DataError: It is no .npz, is damaged or lacks an array.
    """
    try:
        with np.load(path, allow_pickle=False) as content:
            return [content[name] for name in names]
    except (OSError, ValueError, KeyError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(
            f"{path} can't be read ({str(error).strip(chr(39))})",
            expected=f"an .npz file with {', '.join(names)}",
            mend="download the file again, or remove it",
        ) from error


def write_arrays(path: Path, **arrays: NDArray[Any]) -> None:
    """Write arrays into a compressed .npz file.

    Args:
        path: The file to make or replace.
        **arrays: By name, of any shape, dtype and any value.

    Raises:
        StorageError: It can't be written.
    """
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]  # its stub takes the last argument for `allow_pickle`
    write_bytes(path, packed.getvalue())
