"""Many digits -> one contact sheet with captions. Knows nothing of where they came from."""

from collections.abc import Sequence

import PIL.Image
from PIL import ImageDraw, ImageFont

from inkdigits.core.types import SIDE, Images

_SCALE = 3
_GAP = 10
_CAPTION = 18
_FONT_SIZE = 14
_PAGE = (250, 250, 248)
_WRITING = (60, 60, 64)


def draw_grid(images: Images, captions: Sequence[str], columns: int = 10) -> PIL.Image.Image:
    """Draw digits as a contact sheet, white ink on black as networks see them.

    Args:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.
        captions: The text under each digit, cut to its width.
        columns: How many digits are side by side.

    Returns:
        An RGB picture; every pixel of a digit is a square of 3x3 pixels.

    Raises:
        ValueError: The numbers of digits and captions differ, or there is no column.

    Examples:
        >>> import numpy as np
        >>> draw_grid(np.zeros((3, 28, 28), np.uint8), ["7", "2", "1"], columns=2).size
        (198, 234)
    """
    if len(images) != len(captions) or columns < 1:
        raise ValueError(f"{len(images)} digits, {len(captions)} captions, {columns} columns")
    digit = SIDE * _SCALE
    across, down = digit + _GAP, digit + _CAPTION + _GAP
    columns = min(columns, max(1, len(images)))
    rows = -(-len(images) // columns)
    sheet = PIL.Image.new("RGB", (_GAP + columns * across, _GAP + rows * down), _PAGE)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(_FONT_SIZE)
    for position, (image, caption) in enumerate(zip(images, captions, strict=True)):
        left, top = _GAP + position % columns * across, _GAP + position // columns * down
        enlarged = PIL.Image.fromarray(image).resize((digit, digit), PIL.Image.Resampling.NEAREST)
        sheet.paste(enlarged, (left, top))
        middle = (left + digit / 2, top + digit + _CAPTION / 2 + 1)
        pen.text(middle, _shorten(pen, caption, font, digit), fill=_WRITING, font=font, anchor="mm")
    return sheet


def _shorten(
    pen: ImageDraw.ImageDraw, caption: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int
) -> str:
    caption = " ".join(caption.split())
    if pen.textlength(caption, font=font) <= width:
        return caption
    while caption and pen.textlength(caption + "…", font=font) > width:
        caption = caption[:-1]
    return caption + "…"
