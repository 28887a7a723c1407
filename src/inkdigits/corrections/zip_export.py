"""Corrections -> a zip: digits as a folder of pictures that `inkdigits data` reads, lines as pictures with a table.

Knows nothing of networks or HTTP.
"""

import csv
import io
import zipfile

from inkdigits.corrections.lines import LineStore
from inkdigits.corrections.store import CorrectionStore
from inkdigits.pictures.png import encode_png

NEGATIVES = ".not-a-digit"
"""The sub-folder of pictures that show no digit; hidden, because it is no class of a network."""

LINES = ".lines"
"""The sub-folder of pictures of lines; hidden, because it is no class of a network."""

LINE_TABLE = "labels.csv"
"""The table in it with the name of each picture and its text."""

_README = f"""Corrections made with inkdigits: 28x28 pictures, one sub-folder a class.

    inkdigits data THIS-FOLDER

Two hidden folders hold what data sets pass over: {NEGATIVES} pictures of what is no digit, {LINES} pictures of lines,
with the text of each in {LINE_TABLE}:

    inkdigits teach --lines THIS-FOLDER/{LINES}/{LINE_TABLE}
"""


def export_zip(store: CorrectionStore, lines: LineStore) -> bytes:
    """Return all corrections as a zip.

    Args:
        store: The corrected digits.
        lines: The labelled lines.

    Examples:
        >>> import tempfile
        >>> from pathlib import Path
        >>> import numpy as np
        >>> folder = Path(tempfile.mkdtemp())
        >>> store, lines = CorrectionStore(folder), LineStore(folder)
        >>> _ = store.add(np.full((28, 28), 200, np.uint8), label="7", read="1")
        >>> _ = lines.add(np.full((40, 96), 200, np.uint8), text="12", read="72")
        >>> zipfile.ZipFile(io.BytesIO(export_zip(store, lines))).namelist()
        ['README.txt', '7/000001.png', '.lines/000001.png', '.lines/labels.csv']
    """
    buffer, table = io.BytesIO(), io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("file", "text"))
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("README.txt", _README)
        for correction, image in store.images():
            folder = NEGATIVES if correction.label is None else correction.label
            archive.writestr(f"{folder}/{correction.id:06d}.png", encode_png(image))
        named = [(f"{line.id:06d}.png", line.text, picture) for line, picture in lines.images()]
        for name, text, picture in named:
            archive.writestr(f"{LINES}/{name}", encode_png(picture))
            rows.writerow((name, text))
        if named:
            archive.writestr(f"{LINES}/{LINE_TABLE}", table.getvalue())
    return buffer.getvalue()
