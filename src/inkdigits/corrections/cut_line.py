"""A picture -> the grey picture of one line or cell in it, small enough to keep. Knows nothing of reading."""

import cv2
import numpy as np

from inkdigits.core.types import LinePicture, Picture
from inkdigits.pictures.light import clearest_channel

MAX_CUT_HEIGHT = 160
"""Higher pictures of lines are scaled down: networks see digits of 24 pixels."""

_MAX_CUT_WIDTH = 6000
"""Wider ones, too."""

_MARGIN = 0.5
"""Paper around a line, in heights of its box."""

_INSET = 0.06
"""How far inside its box the writing of a cell begins, in heights of the cell: its rules are left out."""


def cut_line(picture: Picture, box: tuple[int, int, int, int], *, turns: int = 0, is_cell: bool = False) -> LinePicture:
    """Return the part of a picture with one line, or with one cell of a table, in grey.

    Args:
        picture: The picture that was read, (H, W, 3), uint8, red, green and blue in 0 … 255.
        box: Left, top, right and bottom of the line's ink or of the cell; what lies outside the picture is cut off.
        turns: By how many quarters counterclockwise the picture must be turned to have the line upright.
        is_cell: Whether the box is that of a cell, beside which there is other writing.

    Returns:
        (H, W), uint8, grey in 0 … 255, at most 160 high.

    Raises:
        ValueError: Nothing of the box lies in the picture.

    Examples:
        >>> cut_line(np.full((300, 900, 3), 255, np.uint8), (100, 100, 500, 200)).shape
        (160, 400)
    """
    left, top, right, bottom = box
    height = min(bottom - top, right - left)
    margin = -max(1, round(_INSET * height)) if is_cell else round(_MARGIN * height)
    rows = slice(max(0, top - margin), max(0, bottom + margin))
    columns = slice(max(0, left - margin), max(0, right + margin))
    part = picture[rows, columns]
    if not part.size:
        shape = f"{picture.shape[1]}x{picture.shape[0]}"
        raise ValueError(f"the box is {left},{top},{right},{bottom}; expected one in the picture of {shape}")
    grey = clearest_channel(np.ascontiguousarray(np.rot90(part, turns)))
    scale = min(1.0, MAX_CUT_HEIGHT / grey.shape[0], _MAX_CUT_WIDTH / grey.shape[1])
    if scale == 1:
        return grey
    size = tuple(max(1, round(side * scale)) for side in grey.shape[::-1])
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
