"""A reading -> a picture of it: boxes, digits, confidences, and what the network saw. Knows no networks."""

import PIL.Image
from PIL import ImageDraw, ImageFont

from inkdigits.core.types import Picture
from inkdigits.pictures.grid import draw_grid
from inkdigits.read.result import Digit, Reading

_MAX_WIDTH = 1600
_MIN_WIDTH = 480
_MAX_HEIGHT = 8000
_MAX_FORMS = 200

_CONFIDENT, _UNCERTAIN, _REFUSED = (0, 114, 178), (213, 94, 0), (110, 110, 110)
"""Blue, orange and grey: distinct for people who can't tell red from green, and by brightness."""

_CONFIDENT_FROM = 0.9
"""A digit with less confidence is drawn as uncertain."""


def draw_reading(picture: Picture, reading: Reading) -> PIL.Image.Image:
    """Return a picture with boxes, digits and confidences drawn on it, and below it each digit as a network sees it.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        reading: What was read in it.

    Returns:
        An RGB picture, 480 to 1,600 pixels wide; narrower only where it would be higher than 8,000.

    Examples:
        >>> import numpy as np
        >>> draw_reading(np.full((100, 300, 3), 255, np.uint8), Reading()).size
        (480, 160)
    """
    height, width = picture.shape[:2]
    scale = min(max(1.0, _MIN_WIDTH / width), _MAX_WIDTH / width, _MAX_HEIGHT / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    shown = PIL.Image.fromarray(picture).resize(size, PIL.Image.Resampling.LANCZOS)
    pen = ImageDraw.Draw(shown)
    for line in reading.refused:
        pen.rectangle([edge * scale for edge in line.box], outline=_REFUSED, width=2)
    for line in reading.lines:
        for digit in line.digits:
            _draw_digit(pen, digit, scale)
    digits = [digit for line in reading.lines for digit in line.digits][:_MAX_FORMS]
    if not digits:
        return shown
    captions = [f"{digit.digit}  {digit.confidence:.0%}" for digit in digits]
    seen = draw_grid(reading.forms[: len(digits)], captions, columns=max(1, (shown.width - 10) // 94))
    sheet = PIL.Image.new("RGB", (max(shown.width, seen.width), shown.height + seen.height), (250, 250, 248))
    sheet.paste(shown, (0, 0))
    sheet.paste(seen, (0, shown.height))
    return sheet


def _draw_digit(pen: ImageDraw.ImageDraw, digit: Digit, scale: float) -> None:
    left, top, right, bottom = (edge * scale for edge in digit.box)
    colour = _CONFIDENT if digit.confidence >= _CONFIDENT_FROM else _UNCERTAIN
    pen.rectangle((left - 2, top - 2, right + 2, bottom + 2), outline=colour, width=2)
    font = ImageFont.load_default(max(14, min(40, round((bottom - top) * 0.45))))
    # Above the box, or inside it at the top of the picture; on a filled plate to be legible on any background.
    name = digit.digit
    _, _, wide, high = pen.textbbox((0, 0), name, font=font)
    y = top - high - 8 if top - high - 8 >= 0 else top
    pen.rectangle((left - 2, y, left + wide + 6, y + high + 6), fill=colour)
    pen.text((left + 2, y + 2), name, fill=(255, 255, 255), font=font)
