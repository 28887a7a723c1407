"""Corrections -> a zip with a folder of pictures, which `inkdigits data` reads. Knows nothing of networks or HTTP."""

import io
import zipfile

from inkdigits.corrections.store import CorrectionStore
from inkdigits.pictures.png import encode_png

NEGATIVES = ".not-a-digit"
"""The sub-folder of pictures that show no digit; hidden, because it is no class of a network."""

_README = """Corrections made with inkdigits: 28x28 pictures, one sub-folder a class.

    inkdigits data THIS-FOLDER

Pictures of what is no digit are in the hidden folder .not-a-digit, which data sets pass over.
"""


def export_zip(store: CorrectionStore) -> bytes:
    """Return all corrections of a store as a zip.

    Args:
        store: The corrections.

    Examples:
        >>> import tempfile
        >>> from pathlib import Path
        >>> import numpy as np
        >>> store = CorrectionStore(Path(tempfile.mkdtemp()))
        >>> _ = store.add(np.full((28, 28), 200, np.uint8), label="7", read="1")
        >>> zipfile.ZipFile(io.BytesIO(export_zip(store))).namelist()
        ['README.txt', '7/000001.png']
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("README.txt", _README)
        for correction, image in store.images():
            folder = NEGATIVES if correction.label is None else correction.label
            archive.writestr(f"{folder}/{correction.id:06d}.png", encode_png(image))
    return buffer.getvalue()
