"""Pen strokes of eleven writers from Spain (UCI): where they are, what is in the archive. Knows no networks.

The shipped networks learn from none of them: they are kept to measure on.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from inkdigits.data.dataset import Dataset, Provenance
from inkdigits.data.hands.archive import check_digest, read_members
from inkdigits.data.hands.pictures import OTHER_WRITERS, split_by_writer, strokes_as_split
from inkdigits.data.hands.source import Source, find_or_download
from inkdigits.data.hands.strokes import StrokeDigits, join_strokes, read_strokes, write_strokes
from inkdigits.data.hands.unipen import parse_unipen

NAME = "uji-penchars"

TEST_WRITERS = range(9, 12)
"""The last three of eleven."""

ARCHIVE = "uji+pen+characters.zip"

MIRRORS = ("https://archive.ics.uci.edu/static/public/160/",)

DIGEST = "ee350e1ab0f91aae6686a78210c135ee141d52de6fcf44c5d1b3b974cfdc80ee"
"""SHA-256 of the texts of all writers, one after the other. The archive itself has not been downloaded yet."""

_TEXT = re.compile(r"UJIpenchars-w(\d\d)")


def uji_source(mirrors: Sequence[str] = MIRRORS, digest: str = DIGEST) -> Source[StrokeDigits]:
    """Return where the strokes come from.

    Args:
        mirrors: URLs of folders with the archive.
        digest: SHA-256 of its texts, in the order of the writers.
    """

    def unpack(archive: bytes) -> StrokeDigits:
        members = read_members(archive, lambda path: _TEXT.fullmatch(path.name) is not None)
        texts = {path.name: content for path, content in members.items()}
        check_digest("UJIpenchars-w01 to -w11", b"".join(texts.values()), digest)
        return join_strokes([_parse(name, content) for name, content in texts.items()])

    return Source(NAME, "uji_penchars.npz", {ARCHIVE: unpack}, tuple(mirrors), read_strokes, write_strokes)


def load_uji_strokes(data_dir: Path | None = None) -> StrokeDigits:
    """Return the strokes of all 220 digits.

    Args:
        data_dir: A folder to look in first, for `uji_penchars.npz` or UCI's archive.

    Returns:
        The digits, with writers from 1 to 11.

    Raises:
        DataError: They are not on this machine and can't be downloaded, or a file is damaged.
        StorageError: The cache can't be written.
    """
    return find_or_download(uji_source(), data_dir).content


def load_uji(data_dir: Path | None = None, *, source: Source[StrokeDigits] | None = None) -> Dataset:
    """Return the digits drawn in MNIST's form, split by writer.

    Args:
        data_dir: A folder to look in first, for `uji_penchars.npz` or UCI's archive.
        source: Where they come from; by default UCI.

    Returns:
        160 training digits of eight writers and 60 test digits of three others.

    Raises:
        DataError: As `load_uji_strokes`.
        StorageError: The cache can't be written.

    Source:
        D. Llorens et al.: The UJIpenchars Database, LREC 2008. UCI Machine Learning Repository, 2007; CC BY 4.0.
    """
    found = find_or_download(source or uji_source(), data_dir)
    provenance = Provenance(
        "UJI Pen Characters (D. Llorens, F. Prat, A. Marzal, J. M. Vilar, 2007; UCI, CC BY 4.0): strokes of eleven "
        "writers from Spain",
        sha256=found.sha256,
        notes=(
            "strokes drawn as pictures, with a curve through the positions of the pen",
            "the shipped networks learned from none of them",
            *found.notes,
        ),
        folder=found.folder,
        writers=OTHER_WRITERS,
    )
    return split_by_writer(NAME, strokes_as_split(found.content), TEST_WRITERS, provenance)


def _parse(name: str, content: bytes) -> StrokeDigits:
    writer = int(name[-2:])
    return parse_unipen(content.decode("latin-1"), name, lambda _: writer)
