"""The forms of a picture -> tables, lines with numbers, and the rest of the page. Knows no files and no commands."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images, Picture
from inkdigits.pictures.light import Grey
from inkdigits.read.forms.cells import ink_by_cell, stroke_mask
from inkdigits.read.forms.columns import with_columns
from inkdigits.read.forms.find_forms import FormGrid, find_forms
from inkdigits.read.forms.lattice import Span
from inkdigits.read.forms.raster import FormRaster, make_raster
from inkdigits.read.forms.read_cells import CellReading, read_cells
from inkdigits.read.forms.ruleless import ink_without_rules
from inkdigits.read.forms.structure import Structure, stroke_threshold
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.page.binarize import MAX_SIDE, Page, page_scale, resize
from inkdigits.read.read_line import normalize_crops
from inkdigits.read.result import Box, Cell, Line, Number, Reading, Table, no_forms

_MIN_SIDE = 200
"""Shortest side in pixels of the picture that forms are looked for in: smaller ones are enlarged."""

_CLEAR = 0.88
"""If cells are so clear in the mean, the form is upright."""

_MIN_CLEARNESS = 0.5
"""Digits between rules are so clear in the mean; what is less clear is no form, unless many cells are closed."""

_MIN_VOTES = 4
"""So many digits tell which way a page is up; fewer may be something else."""

_MIN_FILLED = 0.25
"""And so great a share of the cells has ink."""

_MANY_CELLS = 6
"""So many closed cells are a form, whatever is in them."""

_CLEARER = 0.06
"""Turned, they must be clearer by so much."""

_ONE_DIGIT_ASPECT = 1.3
"""A cell for one digit is at most this many times as wide as high."""


@dataclass(frozen=True, eq=False)
class FormsReading:
    """What was read in the forms of a picture.

    Attributes:
        lines: Combs and rows of tables, with enough confidence.
        refused: Cells and combs with less.
        tables: The tables.
        crops: The line images of the digits of `lines`, (40, w) each, float32, 0 is paper and 1 is ink.
        outlines: The border of each form, (N, 2), float64, in pixels of the picture.
        turns: By how many quarters counterclockwise the picture must be turned to be upright.
    """

    lines: tuple[Line, ...] = ()
    refused: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    crops: tuple[tuple[NDArray[np.float32], ...], ...] = ()
    outlines: tuple[NDArray[np.float64], ...] = ()
    turns: int = 0


def read_forms(
    picture: Picture,
    line_networks: Sequence[OnnxModel],
    digit_network: OnnxModel,
    min_confidence: float,
    *,
    may_turn: bool = True,
) -> FormsReading:
    """Read the forms of a picture.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        line_networks: Read cells.
        digit_network: Reads single digits.
        min_confidence: Cells and combs with less confidence are refused.
        may_turn: Whether to read nothing, and only tell by how much to turn it, if the picture is not upright.

    Returns:
        Nothing at all if there is no form.
    """
    scale = _scale(*picture.shape[:2])
    page = resize(picture, scale)
    forms, structure = find_forms(page)
    if not forms or structure is None:
        return FormsReading()
    readers = [_FormReader(form, page, structure, scale, picture.shape, line_networks, digit_network) for form in forms]
    readers = [reader for reader in readers if reader.is_form]
    turns = _page_turns(readers)
    if turns and may_turn:
        return FormsReading(turns=turns)
    read = [reader.read(min_confidence) for reader in readers]
    return FormsReading(*(tuple(item for one in read for item in getattr(one, name)) for name in _FIELDS))


def _page_turns(readers: Sequence[_FormReader]) -> int:
    """Return by how many quarters counterclockwise the page must be turned to be upright: what most cells say."""
    votes = [0, 0, 0, 0]
    for reader in readers:
        if reader.filled >= _MIN_VOTES:
            votes[reader.turns_on_page] += reader.filled
    return max(range(4), key=lambda turns: votes[turns])


_FIELDS = ("lines", "refused", "tables", "crops", "outlines")


def _scale(height: int, width: int) -> float:
    """Return pixels of the page that forms are looked for in, per pixel of the picture."""
    enlarged = min(_MIN_SIDE / min(height, width), MAX_SIDE / max(height, width), 4.0)
    return max(page_scale(height, width), enlarged)


class _FormReader:
    """Reads one form."""

    def __init__(
        self,
        form: FormGrid,
        page: Picture,
        structure: Structure,
        scale: float,
        shape: tuple[int, ...],
        line_networks: Sequence[OnnxModel],
        digit_network: OnnxModel,
    ) -> None:
        self._form, self._scale, self._shape = form, scale, shape
        self._networks = line_networks, digit_network
        raster = make_raster(form, structure.contrast, 255 * stroke_threshold(structure.contrast))
        ink = ink_without_rules(raster, page)
        self.is_form = True
        if raster.lattice.is_open:
            whole = with_columns(raster, stroke_mask(ink, raster)[1])
            self.is_form = whole is not None
            raster = whole or raster
        self._set(raster, ink)
        best = self._clearness()
        if best < _CLEAR and self.filled and self.is_form:
            best = self._turn_until_clear(raster, ink, best)
        # Long rules are in many pictures; with digits between them they are a form.
        cells = len(raster.lattice.cells)
        if form.is_closed:
            self.is_form &= best >= _MIN_CLEARNESS or cells >= _MANY_CELLS
        else:
            self.is_form &= best >= _MIN_CLEARNESS and self.filled >= max(2, _MIN_FILLED * cells)

    def _turn_until_clear(self, raster: FormRaster, ink: Grey, best: float) -> float:
        """Turn the form to where it is clearest, and return how clear it is then."""
        for turns in (2, 1, 3) if self._form.is_closed and not raster.lattice.gaps else (2,):
            before = self._raster, self._ink, self._cells
            self._set(raster.turned(turns), np.rot90(ink, turns))
            clearness = self._clearness()
            if clearness > best + _CLEARER:
                best = clearness
            else:
                self._raster, self._ink, self._cells = before
        return best

    def _set(self, raster: FormRaster, ink: Grey) -> None:
        by_cell = ink_by_cell(raster, np.ascontiguousarray(ink))
        self._raster, self._ink = raster, by_cell
        read = read_cells(by_cell, *self._networks, one_digit=self._is_row)
        self._cells = dict(zip(by_cell.spans, read, strict=True))

    @property
    def filled(self) -> int:
        """How many cells have ink."""
        return len(self._cells)

    @property
    def turns_on_page(self) -> int:
        """By how many quarters counterclockwise the page must be turned to have the form upright."""
        return round(self._raster.direction / (np.pi / 2)) % 4

    @property
    def _is_row(self) -> bool:
        return len(self._raster.lattice.rows) == 2 and self._is_narrow()

    def _clearness(self) -> float:
        """Return the mean clearness of the cells with ink."""
        return sum(cell.clearness for cell in self._cells.values()) / max(1, self.filled)

    def read(self, least: float) -> FormsReading:
        """Return lines, table and what is refused.

        Args:
            least: Cells and combs with less confidence are refused.
        """
        lattice, cells, is_row = self._raster.lattice, self._cells, self._is_row
        outlines = (self._form.outline / self._scale,)
        lines: list[Line] = []
        refused: list[Line] = []
        crops: list[tuple[NDArray[np.float32], ...]] = []
        rows: list[tuple[Cell, ...]] = []
        for top in range(len(lattice.rows) - 1):
            spans = sorted((span for span in lattice.cells if span.top == top), key=lambda span: span.left)
            readings = [(span, self._on_picture(cells.get(span))) for span in spans]
            accepted = [one for span, one in readings if one is not None and (is_row or _is_sure(one[0], least))]
            if not is_row:
                refused += [one[0] for span, one in readings if one is not None and not _is_sure(one[0], least)]
                rows.append(tuple(self._cell(span, one, least) for span, one in readings))
            if not accepted:
                continue
            line = self._row(readings, least, is_row)
            if is_row and not _is_sure(line, least):
                refused.append(line)
                continue
            lines.append(line)
            crops.append(tuple(crop for one in accepted for crop in one[1]))
        tables = () if is_row else (Table(self._box_of_spans(list(lattice.cells)), tuple(rows)),)
        return FormsReading(tuple(lines), tuple(refused), tables, tuple(crops), outlines)

    def _is_narrow(self) -> bool:
        """Tell whether cells are for one digit each."""
        heights = np.diff(self._raster.rows).mean()
        widths = [self._raster.columns[span.right] - self._raster.columns[span.left] for span in self._raster.lattice.cells]
        return float(np.median(widths)) <= _ONE_DIGIT_ASPECT * heights

    def _on_picture(
        self, cell: CellReading | None
    ) -> tuple[Line, tuple[NDArray[np.float32], ...]] | None:
        """Return the line of a cell with boxes in pixels of the picture, and its crops."""
        if cell is None or cell.reading is None:
            return None
        line = cell.reading.line
        boxes = self._to_picture(np.array([digit.box for digit in line.digits], float))
        digits = tuple(replace(digit, box=box) for digit, box in zip(line.digits, boxes, strict=True))
        return Line(digits, cell.confidence, _around(boxes)), cell.reading.crops

    def _row(
        self, readings: list[tuple[Span, tuple[Line, tuple[NDArray[np.float32], ...]] | None]], least: float, is_row: bool
    ) -> Line:
        """Return the line of a row: its numbers are its cells, or in combs what stands between empty cells."""
        numbers: list[list[Line]] = []
        last = None
        for index, (_, one) in enumerate(readings):
            if one is None or not (is_row or _is_sure(one[0], least)):
                continue
            if is_row and last == index - 1 and numbers:
                numbers[-1].append(one[0])
            else:
                numbers.append([one[0]])
            last = index
        parts = tuple(_number(lines) for lines in numbers)
        digits = tuple(digit for lines in numbers for line in lines for digit in line.digits)
        confidence = math.prod(part.confidence for part in parts)
        return Line(digits, confidence, _around([part.box for part in parts]), parts)

    def _cell(self, span: Span, one: tuple[Line, tuple[NDArray[np.float32], ...]] | None, least: float) -> Cell:
        box = self._box_of_spans([span])
        if one is None:
            return Cell("", 1.0, box)
        return Cell(one[0].text if _is_sure(one[0], least) else "", one[0].confidence, box)

    def _box_of_spans(self, spans: list[Span]) -> Box:
        rows, columns = self._raster.rows, self._raster.columns
        edges = np.array([[columns[s.left], rows[s.top], columns[s.right], rows[s.bottom]] for s in spans], float)
        return _around(self._to_picture(edges))

    def _to_picture(self, boxes: NDArray[np.float64]) -> list[Box]:
        """Return boxes of the raster in whole pixels of the picture, each at least one wide and high."""
        height, width = self._shape[:2]
        size = np.array([width, height])
        edges = self._raster.boxes_on_page(boxes) / self._scale
        first = np.clip(np.floor(edges[:, :2]).astype(int), 0, size - 1)
        last = np.clip(np.ceil(edges[:, 2:]).astype(int), first + 1, size)
        return [(x0, y0, x1, y1) for (x0, y0), (x1, y1) in zip(first.tolist(), last.tolist(), strict=True)]


def _number(lines: Sequence[Line]) -> Number:
    text = "".join(line.text for line in lines)
    return Number(text, math.prod(line.confidence for line in lines), _around([line.box for line in lines]))


def _around(boxes: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _is_sure(line: Line, least: float) -> bool:
    return (line.confidence if len(line.digits) == 1 else math.sqrt(line.confidence)) >= least


def with_forms(rest: Reading, forms: FormsReading) -> Reading:
    """Return the reading of a whole page, lines from top to bottom.

    Args:
        rest: What was read beside the forms.
        forms: What was read in them.
    """
    if not forms.outlines:
        return rest
    # Forms of the digits are only computed where somebody asks for them: each line keeps its own.
    own = [(line, partial(normalize_crops, crops)) for line, crops in zip(forms.lines, forms.crops, strict=True)]
    start = 0
    for line in rest.lines:
        end = start + len(line.digits)
        own.append((line, partial(_part, rest, start, end)))
        start = end
    own.sort(key=lambda pair: (pair[0].box[1] + pair[0].box[3]) / 2)
    return Reading(
        tuple(line for line, _ in own),
        rest.refused + forms.refused,
        partial(_all_forms, [forms_of for _, forms_of in own]),
        forms.tables,
    )


def _part(reading: Reading, start: int, end: int) -> Images:
    return reading.forms[start:end]


def _all_forms(of_lines: Sequence[Callable[[], Images]]) -> Images:
    return np.concatenate([no_forms(), *(of_line() for of_line in of_lines)])


def without_forms(page: Page, outlines: Sequence[NDArray[np.float64]]) -> Page:
    """Return a page without its forms: no ink inside them, nor ink that mostly lies inside.

    Args:
        page: All of the page.
        outlines: The border of each form, (N, 2) each, float64, (x, y) in pixels of the picture.
    """
    if not outlines:
        return page
    covered = np.zeros(page.mask.shape, np.uint8)
    for outline in outlines:
        points = np.round(outline * page.scale).astype(np.int32)
        cv2.fillPoly(covered, [points], 1)
    reach = max(3, round(0.004 * max(page.mask.shape))) | 1
    covered = cv2.dilate(covered, np.ones((reach, reach), np.uint8))
    inside = covered > 0
    grey, mask = page.grey.copy(), page.mask.copy()
    count, label_map = cv2.connectedComponents(mask.view(np.uint8), connectivity=8)
    areas = np.bincount(label_map.ravel(), minlength=count)
    shared = np.bincount(label_map[inside], minlength=count)
    is_form = shared > 0.3 * areas
    is_form[0] = False
    gone = inside | is_form[label_map]
    mask[gone] = False
    grey[cv2.dilate(gone.view(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 0
    return Page(grey, mask, page.scale)
