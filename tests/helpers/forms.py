"""Filled-in forms drawn with strokes: pictures whose cells are known, without any data set or font."""

import cv2
import numpy as np
from numpy.typing import NDArray

from helpers.writing import blank, write

Colour = tuple[int, int, int]

BLACK: Colour = (30, 30, 30)
ORANGE: Colour = (240, 130, 40)
BLUE: Colour = (40, 60, 160)
PAPER = 240


class FormSheet:
    """Paper to draw rules and digits on.

    Args:
        height: In pixels.
        width: In pixels.
    """

    def __init__(self, height: int, width: int) -> None:
        self.picture = np.full((height, width, 3), PAPER, np.uint8)

    def rule(self, start: tuple[int, int], end: tuple[int, int], colour: Colour = BLACK, thickness: int = 2) -> None:
        """Draw a rule."""
        cv2.line(self.picture, start, end, colour, thickness)

    def write(self, text: str, left: float, top: float, height: float, colour: Colour = BLACK) -> None:
        """Write digits."""
        canvas = blank(*self.picture.shape[:2])
        write(canvas, text, left, top, height, pen=max(2.0, 0.09 * height))
        ink = canvas[..., None]
        self.picture = np.round(self.picture * (1 - ink) + ink * np.array(colour)).astype(np.uint8)


def comb(text: str, side: int = 44, *, rules: Colour = BLACK, pen: Colour = BLACK, gap: int = 0) -> FormSheet:
    """Return digits in cells that touch, or in boxes with gaps between them; a space is an empty cell."""
    step = side + gap
    sheet = FormSheet(4 * side, step * (len(text) + 2))
    top, bottom = side, round(2.2 * side)
    for number, character in enumerate(text):
        left = side + step * number
        cv2.rectangle(sheet.picture, (left, top), (left + side, bottom), rules, 2)
        if character != " ":
            sheet.write(character, left + 0.27 * side, top + 0.25 * side, 0.75 * side, pen)
    return sheet


def toothed_comb(text: str, side: int = 44) -> FormSheet:
    """Return digits over a rule with short dividers."""
    sheet = FormSheet(4 * side, side * (len(text) + 2))
    bottom = round(2.2 * side)
    sheet.rule((side, bottom), (side * (len(text) + 1), bottom))
    for number in range(len(text) + 1):
        left = side * (number + 1)
        sheet.rule((left, bottom), (left, bottom - round(0.35 * side)))
    for number, character in enumerate(text):
        sheet.write(character, side * (number + 1) + 0.27 * side, 1.3 * side, 0.7 * side)
    return sheet


def table(
    rows: list[list[str]], width: int = 120, height: int = 56, *, down: bool = True, across: bool = True
) -> FormSheet:
    """Return a table with rules between its rows if `across`, and between its columns if `down`."""
    count = len(rows[0])
    sheet = FormSheet(height * (len(rows) + 2), width * (count + 1))
    left, top = width // 2, height
    right, bottom = left + width * count, top + height * len(rows)
    if across:
        for number in range(len(rows) + 1):
            sheet.rule((left, top + height * number), (right, top + height * number))
    if down:
        for number in range(count + 1):
            sheet.rule((left + width * number, top), (left + width * number, bottom))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            sheet.write(text, left + width * column + 14, top + height * row + 0.2 * height, 0.6 * height)
    return sheet


def framed(sheet: FormSheet, width: int = 120, height: int = 56) -> FormSheet:
    """Return a table with a frame around it."""
    bottom, right = sheet.picture.shape[0] - height, sheet.picture.shape[1] - width // 2
    cv2.rectangle(sheet.picture, (width // 2, height), (right, bottom), BLACK, 3)
    return sheet


def tilted(picture: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    """Return a picture turned about its middle, with paper around it."""
    height, width = picture.shape[:2]
    side = int(np.hypot(height, width))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[:, 2] += ((side - width) / 2, (side - height) / 2)
    paper = (PAPER, PAPER, PAPER)
    return np.asarray(cv2.warpAffine(picture, matrix, (side, side), borderValue=paper), np.uint8)
