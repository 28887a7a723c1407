"""Corrections -> a folder of pictures in a zip, which `inkdigits data` reads. Knows nothing of networks or HTTP."""

import io
import zipfile

from inkdigits.corrections.store import CorrectionStore
from inkdigits.pictures.png import encode_png

NOT_A_DIGIT = ".not-a-digit"
"""The sub-folder of what is no digit; hidden, because it is no class that a network could answer with."""

_README = """Corrections made with inkdigits: 28x28 pictures, one sub-folder a class.

    inkdigits data THIS-FOLDER

Pictures of what is no digit are in the hidden folder .not-a-digit, which data sets pass over.
"""


def export_zip(store: CorrectionStore) -> bytes:
    """Return all corrections that stand as a zip.

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
        for correction, form in store.forms():
            folder = NOT_A_DIGIT if correction.label is None else correction.label
            archive.writestr(f"{folder}/{correction.id:06d}.png", encode_png(form))
    return buffer.getvalue()
