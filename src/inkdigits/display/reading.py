"""What is shown of a reading: boxes on the picture, lines with their confidence. Knows no networks."""

from collections.abc import Iterable
from typing import cast

import PIL.Image

from inkdigits.core.display import Columns, Drawing
from inkdigits.core.types import Picture
from inkdigits.display.markup import card, png_drawing, table
from inkdigits.pictures.inputs import PictureSource, to_pages
from inkdigits.read.drawing import draw_reading
from inkdigits.read.result import Reading

_MOST_PAGES = 5


class ReadingView:
    """What is shown of a reading.

    Args:
        reading: What to show.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        lines, refused = len(reading.lines), len(reading.refused)
        self._title = f"{lines} line{'s' if lines != 1 else ''} read"
        self._note = f"{refused} left out" if refused else ""

    def html(self) -> str:
        """Return the picture with boxes, and the lines."""
        if self._reading.source is None:
            return card(self._title, table(self.columns()), note=self._note)
        return self.picture().html

    def picture(self) -> Drawing:
        """Return the picture with boxes, or those of the first pages; without a picture, empty paper."""
        drawn = [draw_reading(page, reading) for page, reading in self._pages()]
        return png_drawing(_stacked(drawn), self._title, self._note)

    def chart(self) -> Drawing:
        """Return the picture with boxes."""
        return self.picture()

    def columns(self) -> Columns:
        """Return one row a line, read or refused."""
        lines = [*self._reading.lines, *self._reading.refused]
        return {
            "text": [line.text for line in lines],
            "confidence": [round(line.confidence, 4) for line in lines],
            "reason": [str(line.reason) for line in lines],
            "left": [line.box[0] for line in lines],
            "top": [line.box[1] for line in lines],
            "right": [line.box[2] for line in lines],
            "bottom": [line.box[3] for line in lines],
        }

    def _pages(self) -> Iterable[tuple[Picture, Reading]]:
        readings = self._reading.pages or (self._reading,)
        if self._reading.source is None:
            return ()
        # The readings come first: no page is opened beyond the last of them.
        pages = to_pages(cast(PictureSource, self._reading.source))
        return ((page, reading) for reading, page in zip(readings[:_MOST_PAGES], pages, strict=False))


def _stacked(pictures: list[PIL.Image.Image]) -> PIL.Image.Image:
    width, height = max((one.width for one in pictures), default=1), sum(one.height for one in pictures)
    sheet = PIL.Image.new("RGB", (width, max(height, 1)), (255, 255, 255))
    top = 0
    for one in pictures:
        sheet.paste(one, (0, top))
        top += one.height
    return sheet
