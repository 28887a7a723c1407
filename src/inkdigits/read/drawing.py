"""A reading -> a picture of it: boxes, digits, confidences, reasons, and what the network saw. Knows no networks."""

from collections.abc import Iterator

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from PIL import ImageDraw, ImageFilter, ImageFont

from inkdigits.core.formatting import percent
from inkdigits.core.types import Picture
from inkdigits.pictures.grid import draw_grid
from inkdigits.read.refusal import RefusalReason
from inkdigits.read.result import Line, Reading

_MAX_WIDTH = 1600
_MIN_WIDTH = 480
_MAX_HEIGHT = 8000
_MAX_FORMS = 200

_CONFIDENT, _UNCERTAIN, _REFUSED = (0, 114, 178), (213, 94, 0), (110, 110, 110)
"""Blue, orange and grey: distinct for people who can't tell red from green, and by brightness."""

_CONFIDENT_FROM = 0.9
"""A digit with less confidence is drawn as uncertain."""

_PAGE, _WRITING = (250, 250, 248), (60, 60, 64)

_LEGEND_ROW = 22
"""Height of a row of the legend, in pixels."""

_INK_CONTRAST = 24
"""What differs from its surroundings by more than so many grey levels is ink: captions stay off it."""

Colour = tuple[int, int, int]
Edges = tuple[float, float, float, float]


def draw_reading(picture: Picture, reading: Reading) -> PIL.Image.Image:
    """Return a picture with boxes, digits, confidences and reasons drawn on it.

    Captions stand where there is no ink. Below the picture stand a legend and each digit as a network sees it.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        reading: What was read in it.

    Returns:
        An RGB picture, 480 to 1,600 pixels wide; narrower only where it would be higher than 8,000.

    Examples:
        >>> draw_reading(np.full((100, 300, 3), 255, np.uint8), Reading()).size
        (480, 160)
    """
    height, width = picture.shape[:2]
    scale = min(max(1.0, _MIN_WIDTH / width), _MAX_WIDTH / width, _MAX_HEIGHT / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    shown = PIL.Image.fromarray(picture).resize(size, PIL.Image.Resampling.LANCZOS)
    digits = [digit for line in reading.lines for digit in line.digits]
    boxes = [(digit.box, _colour(digit.confidence), digit.digit) for digit in digits]
    boxes += [(line.box, _REFUSED, _refused_caption(line)) for line in reading.refused]
    captions = _Captions(shown)
    for box, colour, _ in boxes:
        captions.draw_box(_scaled(box, scale, 0 if colour == _REFUSED else 2), colour)
    # Long captions need most room.
    for box, colour, caption in sorted(boxes, key=lambda named: -len(named[2])):
        captions.draw_caption(_scaled(box, scale, 2), caption, colour)
    parts = [shown]
    rows = _legend(reading)
    if rows:
        parts.append(_draw_legend(rows, shown.width))
    if digits:
        named = [f"{digit.digit}  {percent(digit.confidence, 0)}" for digit in digits[:_MAX_FORMS]]
        parts.append(draw_grid(reading.forms[: len(named)], named, columns=max(1, (shown.width - 10) // 94)))
    return _stacked(parts)


def _colour(confidence: float) -> Colour:
    return _CONFIDENT if confidence >= _CONFIDENT_FROM else _UNCERTAIN


def _refused_caption(line: Line) -> str:
    return f"{line.text} ({line.reason})" if line.text else f"({line.reason})"


def _scaled(box: tuple[int, int, int, int], scale: float, margin: float) -> Edges:
    left, top, right, bottom = (edge * scale for edge in box)
    return left - margin, top - margin, right + margin, bottom + margin


class _Captions:
    """Draws boxes and captions, each caption where it covers least ink and no other caption.

    Args:
        shown: The picture to draw on.
    """

    def __init__(self, shown: PIL.Image.Image) -> None:
        self._pen = ImageDraw.Draw(shown)
        self._width, self._height = shown.size
        grey = shown.convert("L")
        level = np.asarray(grey.filter(ImageFilter.BoxBlur(max(4, min(shown.size) // 12))), np.int16)
        self._taken: NDArray[np.bool_] = np.abs(np.asarray(grey, np.int16) - level) > _INK_CONTRAST  # (h, w)

    def draw_box(self, edges: Edges, colour: Colour) -> None:
        """Draw a frame; captions stay off what is inside."""
        self._pen.rectangle(edges, outline=colour, width=2)
        left, top, right, bottom = (max(0, round(edge)) for edge in edges)
        self._taken[top : bottom + 1, left : right + 1] = True

    def draw_caption(self, edges: Edges, caption: str, colour: Colour) -> None:
        """Write beside a box, on a filled plate to be legible on any background."""
        caption = " ".join(caption.split())[:60]
        largest = 30 if len(caption) < 3 else 16
        font = ImageFont.load_default(max(12, min(largest, round((edges[3] - edges[1]) * 0.35))))
        _, _, wide, high = self._pen.textbbox((0, 0), caption, font=font)
        plate = (round(wide) + 8, round(high) + 6)
        left, top = min(self._places(edges, *plate), key=lambda corner: self._cost(corner, plate))
        self._pen.rectangle((left, top, left + plate[0], top + plate[1]), fill=colour)
        self._pen.text((left + 4, top + 2), caption, fill=(255, 255, 255), font=font)
        self._taken[top : top + plate[1] + 1, left : left + plate[0] + 1] = True

    def _places(self, edges: Edges, wide: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield where a plate may stand, best first: above, below, beside, and further away."""
        left, top, right, bottom = (round(edge) for edge in edges)
        for away in (2, 2 + high, 2 + 2 * high):
            for x, y in (
                (left, top - high - away),
                (right - wide, top - high - away),
                (left, bottom + away),
                (right - wide, bottom + away),
                (right + away, top),
                (left - wide - away, top),
            ):
                yield max(0, min(x, self._width - wide - 1)), max(0, min(y, self._height - high - 1))

    def _cost(self, corner: tuple[int, int], plate: tuple[int, int]) -> int:
        (left, top), (wide, high) = corner, plate
        return int(np.count_nonzero(self._taken[top : top + high + 1, left : left + wide + 1]))


def _legend(reading: Reading) -> list[tuple[Colour, str]]:
    """Return what the colours on a picture mean: only those that it has."""
    colours = {_colour(digit.confidence) for line in reading.lines for digit in line.digits}
    rows = [(_CONFIDENT, "read")] if _CONFIDENT in colours else []
    rows += [(_UNCERTAIN, f"read, less than {percent(_CONFIDENT_FROM, 0)} sure")] if _UNCERTAIN in colours else []
    reasons = dict.fromkeys(line.reason for line in reading.refused if line.reason)
    return rows + [(_REFUSED, f"left out, {reason}: {RefusalReason(reason).sentence}") for reason in reasons]


def _draw_legend(rows: list[tuple[Colour, str]], width: int) -> PIL.Image.Image:
    legend = PIL.Image.new("RGB", (width, 8 + _LEGEND_ROW * len(rows)), _PAGE)
    pen = ImageDraw.Draw(legend)
    for row, (colour, words) in enumerate(rows):
        middle = 4 + _LEGEND_ROW * row + _LEGEND_ROW / 2
        pen.rectangle((10, middle - 7, 24, middle + 7), outline=colour, width=3)
        pen.text((32, middle), words, fill=_WRITING, font=ImageFont.load_default(14), anchor="lm")
    return legend


def _stacked(parts: list[PIL.Image.Image]) -> PIL.Image.Image:
    """Return pictures below one another."""
    if len(parts) == 1:
        return parts[0]
    size = (max(part.width for part in parts), sum(part.height for part in parts))
    sheet, top = PIL.Image.new("RGB", size, _PAGE), 0
    for part in parts:
        sheet.paste(part, (0, top))
        top += part.height
    return sheet
