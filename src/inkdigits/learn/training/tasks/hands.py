"""The hands of other nations that a recipe learns from beside its data set: `pendigits` and `swiss-numbers`.

Some of their writers are held back, so that figures on them say how well strangers are read. Knows no torch.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkdigits.core.types import Images, Labels
from inkdigits.data.hands.crops import CropDigits, read_crops
from inkdigits.data.hands.strokes import StrokeDigits, read_strokes
from inkdigits.learn.synthesis.people import PenWriter, PictureWriter, draw_digits, pen_writers, picture_writers
from inkdigits.learn.synthesis.printed import print_digits
from inkdigits.pictures.normalize import normalize_digit

_LAST_PEN_WRITER = 30
"""Writers of pendigits up to here are learned from: UCI's training part."""

_LAST_SWISS_WRITER = 11
"""Likewise of swiss-numbers."""

SHARES = (0.47, 0.47, 0.06)
"""What shares of them are drawn from strokes, scanned and printed."""

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
        return np.stack([np.zeros((28, 28), np.uint8) if image is None else image for image in images])

    def picture_writers(self) -> list[PictureWriter]:
        """Return the people whose digits were scanned."""
        crops = self.crops
        return picture_writers(self.crop_images(), crops.labels, crops.writers, crops.scan_heights)

    def draw(self, generator: np.random.Generator) -> list[tuple[Images, Labels]]:
        """Return single digits of three kinds: drawn from strokes, scanned, and printed in fonts.

        Args:
            generator: Draws with which pens, and how.

        Returns:
            Of each kind the digits (N, 28, 28), uint8, 0 is empty and 255 is ink, and their labels (N,), int64.
        """
        drawn = draw_digits(self.pen_writers(), _COPIES, generator)
        return [drawn, (self.crop_images(), self.crops.labels), print_digits()]


def load_hands(data_dir: Path | None = None) -> Hands:
    """Return the digits of the writers who are learned from.

    Args:
        data_dir: Where to look first.

    Raises:
        DataError: They are not on this machine, and can't be downloaded.
    """
    strokes, crops = (
        read_strokes(Path("/work/shared/hands/pendigits.npz")),
        read_crops(Path("/work/shared/hands/swiss_numbers.npz")),
    )
    return Hands(strokes[strokes.writers <= _LAST_PEN_WRITER], crops[crops.writers <= _LAST_SWISS_WRITER])
