"""Printed words in fonts that installed packages carry. Knows nothing of forms.

- DejaVu Sans, Serif and Sans Mono come with Matplotlib: Bitstream Vera's licence, changes in the public domain.
- STIX General comes with Matplotlib: SIL Open Font License 1.1.
- Aileron comes with Pillow: CC0 1.0.
- The Hershey fonts come with OpenCV: free for any use, the National Bureau of Standards and J. Hurt are named.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkdigits.core.errors import InkdigitsError
from inkdigits.learn.synthesis.ink import Ink
from inkdigits.pictures.levels import to_unit_range

AILERON = "Aileron"

HERSHEY = {"Hershey Simplex": cv2.FONT_HERSHEY_SIMPLEX, "Hershey Complex": cv2.FONT_HERSHEY_COMPLEX}
"""Fonts of OpenCV, by name."""

_CAPITAL = 0.73
"""Height of a capital letter in sizes of the font."""

_HERSHEY_CAPITAL = 21
"""Height of a capital letter of the Hershey fonts at scale 1."""


def print_text(text: str, height: float, font: str) -> Ink:
    """Print words.

    Args:
        text: One line.
        height: Of a capital letter or a digit, in pixels.
        font: `AILERON`, a name of `HERSHEY`, or the name of a file of Matplotlib's fonts without its ending.

    Returns:
        (h, w), float32, 0 is empty and 1 is ink, without margins; (1, 1) of zeros for a text without ink.

    Examples:
        >>> print_text("42", 20, "DejaVuSans").shape[0] in range(18, 23)
        True
    """
    layer = _hershey(text, height, font) if font in HERSHEY else _true_type(text, height, font)
    left, top, width, height_of_ink = cv2.boundingRect(layer)
    if not width:
        return np.zeros((1, 1), np.float32)
    return to_unit_range(layer[top : top + height_of_ink, left : left + width])


def _true_type(text: str, height: float, font: str) -> NDArray[np.uint8]:
    face = _face(font, max(4, round(height / _CAPITAL)))
    left, top, right, bottom = (int(edge) for edge in face.getbbox(text))
    layer = Image.new("L", (max(1, right - left) + 4, max(1, bottom - top) + 4), 0)
    ImageDraw.Draw(layer).text((2 - left, 2 - top), text, font=face, fill=255)
    return np.array(layer, np.uint8)


def _hershey(text: str, height: float, font: str) -> NDArray[np.uint8]:
    thickness = max(1, round(height / 11))
    scale = max(4.0, height - thickness) / _HERSHEY_CAPITAL
    (width, up), down = cv2.getTextSize(text, HERSHEY[font], scale, thickness)
    layer = np.zeros((up + down + 2 * thickness + 4, width + 2 * thickness + 4), np.uint8)
    cv2.putText(layer, text, (thickness + 2, up + thickness + 2), HERSHEY[font], scale, 255, thickness, cv2.LINE_AA)
    return layer


@cache
def _face(font: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if font == AILERON:
        return ImageFont.load_default(size)
    return ImageFont.truetype(_folder() / f"{font}.ttf", size)


@cache
def _folder() -> Path:
    """Return the folder of Matplotlib's fonts, without importing Matplotlib."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise InkdigitsError(
            "Matplotlib is not installed", expected="its fonts for printed words", mend='pip install "inkdigits[learn]"'
        )
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
