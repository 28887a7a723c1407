"""Pen strokes of 44 writers from Turkey (UCI): where they are, what is in the archive. Knows no networks."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from inkdigits.data.dataset import Dataset, Provenance
from inkdigits.data.hands.archive import read_named
from inkdigits.data.hands.pictures import OTHER_WRITERS, split_by_writer, strokes_as_split
from inkdigits.data.hands.source import Source, find_or_download
from inkdigits.data.hands.strokes import StrokeDigits, join_strokes, read_strokes, write_strokes
from inkdigits.data.hands.unipen import parse_unipen

NAME = "pendigits"

TEST_WRITERS = range(31, 45)
"""Those of UCI's test part; 1 to 30 wrote its training part."""

ARCHIVE = "pen+based+recognition+of+handwritten+digits.zip"

MIRRORS = ("https://archive.ics.uci.edu/static/public/81/",)

DIGESTS: Mapping[str, str] = {
    "pendigits-orig.tra": "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4",
    "pendigits-orig.tes": "ddb1c19e277a56c7ffe682cc024d6ab73696f9adcc1643ef9ed5aa753007e081",
}
"""SHA-256 of each text, unpacked. The archive itself has not been downloaded yet, so only its texts are checked."""

_TABLET_HEIGHT = 500
"""y points up from the bottom of a box of this height."""


def pendigits_source(mirrors: Sequence[str] = MIRRORS, digests: Mapping[str, str] = DIGESTS) -> Source[StrokeDigits]:
    """Return where the strokes come from.

    Args:
        mirrors: URLs of folders with the archive.
        digests: SHA-256 of each text in it, by name.
    """

    def unpack(archive: bytes) -> StrokeDigits:
        texts = {name: content.decode("latin-1") for name, content in read_named(archive, digests).items()}
        return join_strokes([parse_unipen(text, name, _writer, height=_TABLET_HEIGHT) for name, text in texts.items()])

    return Source(NAME, f"{NAME}.npz", {ARCHIVE: unpack}, tuple(mirrors), read_strokes, write_strokes)


def load_pendigits_strokes(data_dir: Path | None = None) -> StrokeDigits:
    """Return the strokes of all 10,992 digits.

    Args:
        data_dir: A folder to look in first, for `pendigits.npz` or UCI's archive.

    Returns:
        The digits, with writers from 1 to 44.

    Raises:
        DataError: They are not on this machine and can't be downloaded, or a file is damaged.
        StorageError: The cache can't be written.
    """
    return find_or_download(pendigits_source(), data_dir).content


def load_pendigits(data_dir: Path | None = None, *, source: Source[StrokeDigits] | None = None) -> Dataset:
    """Return the digits drawn in MNIST's form, split by writer as UCI does.

    Args:
        data_dir: A folder to look in first, for `pendigits.npz` or UCI's archive.
        source: Where they come from; by default UCI.

    Returns:
        7,494 training digits of 30 writers and 3,498 test digits of 14 others.

    Raises:
        DataError: As `load_pendigits_strokes`.
        StorageError: The cache can't be written.

    Source:
        E. Alpaydin, F. Alimoglu: Pen-Based Recognition of Handwritten Digits. UCI Machine Learning Repository, 1996,
        doi:10.24432/C5MG6K; CC BY 4.0.
    """
    found = find_or_download(source or pendigits_source(), data_dir)
    provenance = Provenance(
        "Pen-Based Recognition of Handwritten Digits (E. Alpaydin, F. Alimoglu, 1996; UCI, doi:10.24432/C5MG6K, "
        "CC BY 4.0): strokes of 44 writers from Turkey",
        sha256=found.sha256,
        notes=("strokes drawn as pictures, with a curve through the positions of the pen", *found.notes),
        folder=found.folder,
        writers=OTHER_WRITERS,
    )
    return split_by_writer(NAME, strokes_as_split(found.content), TEST_WRITERS, provenance)


def _writer(comment: str) -> int:
    """Return the writer of a segment: its comment is the label, the writer and a number."""
    return int(comment.split()[1])
