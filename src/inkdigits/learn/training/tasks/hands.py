"""The hands of other nations that a recipe learns from beside its data set: `pendigits` and `swiss-numbers`.

Some of their writers are held back, so that figures on them say how well strangers are read. Knows no torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkdigits.core.types import SIDE, Images, Labels
from inkdigits.data.dataset import Dataset
from inkdigits.data.hands.crops import CropDigits
from inkdigits.data.hands.mnist_writers import with_writers
from inkdigits.data.hands.pendigits import TEST_WRITERS, load_pendigits_strokes
from inkdigits.data.hands.strokes import StrokeDigits
from inkdigits.data.hands.swiss import HELD_BACK, load_swiss_crops
from inkdigits.learn.synthesis.handwriting.people import (
    PenWriter,
    PictureWriter,
    draw_digits,
    pen_writers,
    picture_writers,
)
from inkdigits.learn.synthesis.printed import print_digits
from inkdigits.pictures.normalize import normalize_digit
from inkdigits.recipes import Recipe
from inkdigits.recipes.schema import HANDS

_PRINTED_SHARE = 0.06
"""What share of them is printed; the rest is half drawn from strokes, half scanned."""

_COPIES = 2
"""How many drawings are made of each digit of pendigits."""


@dataclass(frozen=True, eq=False)
class Hands:
    """Digits of writers who are learned from.

    Attributes:
        strokes: Of Turkish writers, recorded by a tablet.
        crops: Of Swiss writers, scanned.
    """

    strokes: StrokeDigits
    crops: CropDigits

    def pen_writers(self) -> list[PenWriter]:
        """Return the people whose pens were recorded."""
        return pen_writers(self.strokes.digits, self.strokes.labels, self.strokes.writers)

    def crop_images(self) -> Images:
        """Return the scanned digits (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized."""
        images = [normalize_digit(crop / np.float32(255)) for crop in self.crops.crops]
        return np.array(
            [np.zeros((SIDE, SIDE), np.uint8) if image is None else image for image in images], np.uint8
        ).reshape(-1, SIDE, SIDE)

    def picture_writers(self) -> list[PictureWriter]:
        """Return the people whose digits were scanned."""
        crops = self.crops
        return picture_writers(self.crop_images(), crops.labels, crops.writers, crops.scan_heights)

    def draw(self, generator: np.random.Generator) -> list[tuple[float, Images, Labels]]:
        """Return single digits of up to three kinds: drawn from strokes, scanned, and printed in fonts.

        Args:
            generator: Draws with which pens, and how.

        Returns:
            Of each kind its share, 0 … 1, the digits (N, 28, 28), uint8, 0 is empty and 255 is ink, and their labels
            (N,), int64.
        """
        kinds = [(_PRINTED_SHARE, *print_digits())]
        # With one of the two sets alone, it gets the places of both.
        handwritten = (1 - _PRINTED_SHARE) / max(1, bool(len(self.strokes)) + bool(len(self.crops)))
        if len(self.crops):
            kinds.insert(0, (handwritten, self.crop_images(), self.crops.labels))
        if len(self.strokes):
            kinds.insert(0, (handwritten, *draw_digits(self.pen_writers(), _COPIES, generator)))
        return kinds


def load_hands(data_dir: Path | None = None, names: Sequence[str] = HANDS) -> Hands:
    """Return the digits of the writers who are learned from.

    Args:
        data_dir: Where to look first.
        names: From which sets; the others are left empty.

    Raises:
        DataError: They are not on this machine, and can't be downloaded.
        StorageError: The cache can't be written.
    """
    none, nobody = np.zeros(0, np.int64), np.zeros(0, np.int16)
    strokes, crops = StrokeDigits((), none, nobody), CropDigits((), none, none, nobody)
    if "pendigits" in names:
        strokes = load_pendigits_strokes(data_dir)
    if "swiss-numbers" in names:
        crops = load_swiss_crops(data_dir)
    return Hands(strokes[strokes.writers < TEST_WRITERS.start], crops[crops.writers < HELD_BACK[0]])


def with_people(dataset: Dataset, recipe: Recipe) -> Dataset:
    """Return a data set with the writers of its digits, if a recipe learns from lines of people and they are known.

    Args:
        dataset: Any; MNIST's writers are known.
        recipe: What is to be trained.

    Raises:
        DataError: The writers are not on this machine, and can't be downloaded.
        StorageError: The cache can't be written.
    """
    if dataset.name != "mnist" or not (recipe.hands and recipe.reads_lines):
        return dataset
    return with_writers(dataset, folder_of(dataset))


def folder_of(dataset: Dataset) -> Path | None:
    """Return the folder that a named data set was found in.

    Args:
        dataset: Any.
    """
    return Path(dataset.provenance.folder) if dataset.provenance.folder else None
