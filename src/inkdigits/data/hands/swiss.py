"""Digits of Swiss writers, scanned from paper: where they are, what is in the archive. Knows no networks."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from inkdigits.core.errors import DataError
from inkdigits.core.progress import track
from inkdigits.data.dataset import Dataset, Provenance
from inkdigits.data.hands.archive import check_digest, read_members
from inkdigits.data.hands.crops import LONGEST, CropDigits, read_crops, write_crops
from inkdigits.data.hands.pictures import OTHER_WRITERS, crops_as_split, split_by_writer
from inkdigits.data.hands.source import Source, find_or_download
from inkdigits.pictures.files import read_picture
from inkdigits.pictures.prepare import crop_digit

NAME = "swiss-numbers"

COMMIT = "12b78fff9052d6523de000c5007a005973002265"
"""Of the repository; its README there speaks of more than 10,000 digits, so folders after 0015 are there."""

MAX_BYTES = 1024**3
"""The archive has scans of whole pages, too. How large it is, is not known."""

MIRRORS = ("https://github.com/kensanata/numbers/archive/",)

FIRST_WRITERS = 15
"""So many writers, in the folders 0001 to 0015, are checked by `DIGEST`, learned from and chosen by."""

DIGEST = "f003f338c0c2078600be3971447c18126517354b27565f25fd47ec8bdcc722ac"
"""SHA-256 of the PNG files of these writers, in the order of their paths. The archive has not been downloaded yet."""

HELD_BACK = (12, 13, 14)
"""The last three of them, 0013 to 0015: nothing learns from them, whatever else there is."""

_FOLDER = re.compile(r"(\d{4})_[A-Z]{2}[\dX][MFXO]")


def swiss_source(mirrors: Sequence[str] = MIRRORS, digest: str = DIGEST) -> Source[CropDigits]:
    """Return where the crops come from.

    Args:
        mirrors: URLs of folders with the archive.
        digest: SHA-256 of the PNG files of the first fifteen writers, in the order of their paths.
    """

    def unpack(archive: bytes) -> CropDigits:
        members = read_members(archive, lambda path: path.suffix == ".png" and _writer(path) is not None)
        first = [content for path, content in members.items() if (_writer(path) or 0) < FIRST_WRITERS]
        check_digest("the digits of writers 0001 to 0015", b"".join(first), digest)
        return _crop(members)

    return Source(
        NAME,
        "swiss_numbers.npz",
        {f"{COMMIT}.zip": unpack},
        tuple(mirrors),
        read_crops,
        write_crops,
        max_bytes=MAX_BYTES,
    )


def load_swiss_crops(data_dir: Path | None = None) -> CropDigits:
    """Return the crops of all digits.

    Args:
        data_dir: A folder to look in first, for `swiss_numbers.npz` or the archive.

    Returns:
        The digits, with writers from 0 (folder 0001) on. `HELD_BACK` and those from 15 on are not to learn from.

    Raises:
        DataError: They are not on this machine and can't be downloaded, or a file is damaged.
        StorageError: The cache can't be written.
    """
    return find_or_download(swiss_source(), data_dir).content


def load_swiss(data_dir: Path | None = None, *, source: Source[CropDigits] | None = None) -> Dataset:
    """Return the digits in MNIST's form, split by writer.

    Training digits are always those of the first twelve writers. Test digits are those of the writers from 0016 on;
    where there are none, those of `HELD_BACK`.

    Args:
        data_dir: A folder to look in first, for `swiss_numbers.npz` or the archive.
        source: Where they come from; by default the repository on GitHub.

    Raises:
        DataError: As `load_swiss_crops`.
        StorageError: The cache can't be written.

    Source:
        Numbers, handwritten digits from Switzerland, github.com/kensanata/numbers; CC0 1.0.
    """
    found = find_or_download(source or swiss_source(), data_dir)
    digits = found.content
    later = set(np.unique(digits.writers[digits.writers >= FIRST_WRITERS]).tolist())
    chosen = digits[~np.isin(digits.writers, HELD_BACK)] if later else digits
    who = "writers from 0016 on" if later else "writers 0013 to 0015, because those from 0016 on are not in the file"
    provenance = Provenance(
        "Numbers (github.com/kensanata/numbers, CC0 1.0): digits scanned from paper, by writers from Switzerland",
        sha256=found.sha256,
        notes=(f"test digits are those of {who}", *found.notes),
        folder=found.folder,
        writers=OTHER_WRITERS,
    )
    return split_by_writer(NAME, crops_as_split(chosen), later or HELD_BACK, provenance)


def _writer(path: PurePosixPath) -> int | None:
    """Return the writer of a digit from its path, …/0001_CH4M/7/name.png, counted from 0; None for other files."""
    if len(path.parts) < 3:
        return None
    folder = _FOLDER.fullmatch(path.parts[-3])
    return int(folder[1]) - 1 if folder else None


def _crop(members: Mapping[PurePosixPath, bytes]) -> CropDigits:
    crops, heights, labels, writers = [], [], [], []
    with track("Cutting digits out", len(members), unit="digits") as advance:
        for path, content in members.items():
            advance(1)
            label, writer = path.parts[-2], _writer(path)
            cropped = crop_digit(read_picture(content), LONGEST) if label in "0123456789" else None
            if cropped is None or writer is None:
                continue
            crops.append(cropped[0])
            heights.append(cropped[1])
            labels.append(int(label))
            writers.append(writer)
    if not crops:
        raise DataError("an archive without digits", expected="folders such as 0001_CH4M/7", mend="download it again")
    return CropDigits(tuple(crops), np.array(heights), np.array(labels), np.array(writers, np.int16))
