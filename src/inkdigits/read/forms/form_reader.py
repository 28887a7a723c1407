"""One form of a page -> its cells, read, in rows and columns. Knows nothing of other forms or files."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.pictures.light import Grey
from inkdigits.read.candidates import candidates_of, join_candidates
from inkdigits.read.confidence.calibration import load_calibration
from inkdigits.read.confidence.evidence import CellEvidence
from inkdigits.read.forms.cells import FormInk, ink_by_cell, stroke_mask
from inkdigits.read.forms.columns import with_columns
from inkdigits.read.forms.detection.form_grid import FormGrid
from inkdigits.read.forms.detection.lattice import Span
from inkdigits.read.forms.detection.structure import Structure, stroke_threshold
from inkdigits.read.forms.fit_row import fit_row
from inkdigits.read.forms.forms_reading import Crops, FormEvidence, FormsReading
from inkdigits.read.forms.raster import FormRaster, make_raster
from inkdigits.read.forms.read_cells import CellReading, read_cells
from inkdigits.read.forms.ruleless import ink_without_rules
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.page.page_picture import PagePicture
from inkdigits.read.patterns.constraint import Constraint
from inkdigits.read.refusal import RefusalReason
from inkdigits.read.result import Box, Cell, Line, Number, Table, box_around

_CLEAR = 0.88
"""If cells are so clear in the mean, the form is upright."""

_MIN_COMB_CLEARNESS = 0.85
"""The same of a comb whose cells are not closed: strokes of writing on a ruled line may stand like its dividers."""

_MIN_CLEARNESS = 0.4
"""Digits between rules are so clear in the mean; what is less clear is no form, unless many cells are closed."""

_MIN_DIGITS, _MIN_FILLED, _MIN_FILLED_TABLE = 3, 0.25, 0.12
"""And so many cells, and so great a share of them in a comb and in a table, have ink."""

_MANY_CELLS = 6
"""So many closed cells are a form, whatever is in them."""

_CLEARER = 0.06
"""Turned, they must be clearer by so much."""

_SAMPLE = 24
"""So many cells tell whether a form is clearer when it is turned."""

_ONE_DIGIT_ASPECT = 1.3
"""A cell for one digit is at most this many times as wide as high."""


class _State(NamedTuple):
    """A form read one way up."""

    raster: FormRaster
    ink: FormInk
    cells: dict[Span, CellReading]
    is_row: bool


class _CellLine(NamedTuple):
    """What was read in a cell, with boxes in pixels of the picture, its crops, and what is known of it."""

    line: Line
    crops: Crops
    evidence: CellEvidence


class FormReader:
    """Reads one form: once when it is made, to see whether it is a form and which way it is up.

    Args:
        form: Its grid.
        page: The picture in which it was found: dark strokes on bright paper.
        structure: The strokes of the page.
        shape: Height and width of the picture.
        line_networks: Read cells.
        digit_network: Reads single digits.
    """

    def __init__(
        self,
        form: FormGrid,
        page: PagePicture,
        structure: Structure,
        shape: tuple[int, ...],
        line_networks: Sequence[OnnxModel],
        digit_network: OnnxModel,
    ) -> None:
        self._form, self._scale, self._shape = form, page.scale, shape
        self._networks = line_networks, digit_network
        raster = make_raster(form, structure.contrast, 255 * stroke_threshold(structure.contrast))
        is_comb = not form.is_closed and len(raster.rows) == 2
        ink = ink_without_rules(raster, page.pixels, has_teeth=is_comb)
        self.is_form = True
        if raster.lattice.is_open:
            whole = with_columns(raster, stroke_mask(ink, raster)[1])
            self.is_form = whole is not None or form.is_closed
            raster = whole or raster
        self._state = self._read(raster, ink)
        best = self._clearness()
        if best < _CLEAR and self.filled and self.is_form:
            best = self._turn_until_clear(raster, ink, best)
        # Long rules are in many pictures; with digits between them they are a form.
        cells, least = len(raster.lattice.cells), _MIN_FILLED if is_comb else _MIN_FILLED_TABLE
        if form.is_closed:
            self.is_form &= best >= _MIN_CLEARNESS or cells >= _MANY_CELLS
        else:
            clear = _MIN_COMB_CLEARNESS if is_comb else _MIN_CLEARNESS
            self.is_form &= best >= clear and self.filled >= max(_MIN_DIGITS, least * cells)

    def _turn_until_clear(self, raster: FormRaster, ink: Grey, best: float) -> float:
        """Turn the form to where it is clearest, and return how clear it is then."""
        upright, chosen = self._state, 0
        for turns in (2, 1, 3) if self._may_lie(raster) else (2,):
            self._state = self._read(raster.turned(turns), np.rot90(ink, turns), _SAMPLE)
            clearness = self._clearness()
            if clearness > best + _CLEARER:
                best, chosen = clearness, turns
            self._state = upright  # two turned forms at once take much memory
        if chosen:
            self._state = self._read(raster.turned(chosen), np.rot90(ink, chosen))
        return best

    def _may_lie(self, raster: FormRaster) -> bool:
        """Tell whether a form may be turned by a quarter: of combs and rows of boxes only closed ones."""
        return not raster.lattice.gaps and (self._form.is_closed or len(raster.rows) > 2)

    def _read(self, raster: FormRaster, ink: Grey, most: int = sys.maxsize) -> _State:
        """Read a form as it stands, or a sample of its cells."""
        by_cell = ink_by_cell(raster, np.ascontiguousarray(ink)).sample(most)
        is_row = _is_row(raster)
        read = read_cells(by_cell, *self._networks, one_digit=is_row)
        return _State(raster, by_cell, dict(zip(by_cell.spans, read, strict=True)), is_row)

    @property
    def filled(self) -> int:
        """How many cells have ink."""
        return len(self._state.cells)

    @property
    def turns_on_page(self) -> int:
        """By how many quarters counterclockwise the page must be turned to have the form upright."""
        return round(self._state.raster.direction / (math.pi / 2)) % 4

    def _clearness(self) -> float:
        """Return the mean clearness of the cells with ink."""
        return sum(cell.clearness for cell in self._state.cells.values()) / max(1, self.filled)

    def read(self, least: float, constraint: Constraint | None = None) -> FormsReading:
        """Return lines, table and what is refused.

        Args:
            least: Cells and combs with less confidence are refused.
            constraint: What the user knows of the text of a comb or of the cell of a table.
        """
        lattice, is_row = self._state.raster.lattice, self._state.is_row
        cells = self._state.cells if constraint is None or is_row else self._fitting_cells(constraint)
        outlines = (self._form.outline / self._scale,)
        lines: list[Line] = []
        refused: list[Line] = []
        known: list[tuple[Line, CellEvidence]] = []
        comb: Line | None = None
        crops: list[Crops] = []
        rows: list[tuple[Cell, ...]] = []
        for top in range(len(lattice.rows) - 1):
            spans = sorted((span for span in lattice.cells if span.top == top), key=lambda span: span.left)
            readings = [(span, self._on_picture(cells.get(span))) for span in spans]
            known += [(one.line, one.evidence) for _, one in readings if one is not None]
            accepted = [one for span, one in readings if one is not None and (is_row or _is_sure(one.line, least))]
            if not is_row:
                refused += [
                    _unsure(one.line) for _, one in readings if one is not None and not _is_sure(one.line, least)
                ]
                rows.append(tuple(self._cell(span, one, least) for span, one in readings))
            if not accepted:
                continue
            line = self._row(readings, least, is_row)
            comb = line if is_row else None
            if constraint is not None and is_row:
                own = [cells[span].reading for span, one in readings if one is not None]
                line = fit_row(line, [one for one in own if one], self._networks[0][0].metadata, constraint)
            elif constraint is not None and constraint.best:
                of_cells = [one.line.candidates for one in accepted]
                line = replace(line, candidates=join_candidates(of_cells, constraint.best))
            if is_row and not _is_sure(line, least):
                refused.append(_unsure(line))
                continue
            lines.append(line)
            crops.append(tuple(crop for one in accepted for crop in one.crops))
        tables = () if is_row else (Table(self._box_of_spans(list(lattice.cells)), tuple(rows)),)
        evidence = (FormEvidence(known, comb),)
        return FormsReading(tuple(lines), tuple(refused), tables, tuple(crops), outlines, evidence)

    def _fitting_cells(self, constraint: Constraint) -> dict[Span, CellReading]:
        """Return the cells of a table, each with the text that fits best."""
        ink = self._state.ink
        read = read_cells(ink, *self._networks, one_digit=False, constraint=constraint)
        return dict(zip(ink.spans, read, strict=True))

    def _on_picture(self, cell: CellReading | None) -> _CellLine | None:
        """Return what was read in a cell, or None if it has no digits."""
        evidence = cell.evidence if cell else None
        if cell is None or cell.reading is None or evidence is None:
            return None
        line = cell.reading.line
        boxes = self._to_picture(np.array([digit.box for digit in line.digits], float))
        digits = tuple(replace(digit, box=box) for digit, box in zip(line.digits, boxes, strict=True))
        confidence = load_calibration().cell_confidence(evidence)
        if len(digits) == 1:
            digits = (replace(digits[0], confidence=confidence),)
        candidates = candidates_of(cell.reading.choice.texts, confidence)
        own = Line(digits, confidence, box_around(boxes), line.reason, candidates=candidates)
        return _CellLine(own, cell.reading.crops, evidence)

    def _row(
        self,
        readings: list[tuple[Span, _CellLine | None]],
        least: float,
        is_row: bool,
    ) -> Line:
        """Return the line of a row: its numbers are its cells, or in combs what stands between empty cells."""
        numbers: list[list[Line]] = []
        last = None
        for index, (_, one) in enumerate(readings):
            if one is None or not (is_row or _is_sure(one.line, least)):
                continue
            if is_row and last == index - 1 and numbers:
                numbers[-1].append(one.line)
            else:
                numbers.append([one.line])
            last = index
        parts = tuple(_number(lines) for lines in numbers)
        digits = tuple(digit for lines in numbers for line in lines for digit in line.digits)
        confidence = math.prod(part.confidence for part in parts)
        if is_row:
            confidence = load_calibration().comb_confidence([line.confidence for lines in numbers for line in lines])
        return Line(digits, confidence, box_around([part.box for part in parts]), parts=parts)

    def _cell(self, span: Span, one: _CellLine | None, least: float) -> Cell:
        box = self._box_of_spans([span])
        if one is None:
            return Cell("", 1.0, box)
        return Cell(one.line.text if _is_sure(one.line, least) else "", one.line.confidence, box)

    def _box_of_spans(self, spans: list[Span]) -> Box:
        rows, columns = self._state.raster.rows, self._state.raster.columns
        edges = np.array([[columns[s.left], rows[s.top], columns[s.right], rows[s.bottom]] for s in spans], float)
        return box_around(self._to_picture(edges))

    def _to_picture(self, boxes: NDArray[np.float64]) -> list[Box]:
        """Return boxes of the raster in whole pixels of the picture, each at least one wide and high."""
        height, width = self._shape[:2]
        size = np.array([width, height])
        edges = self._state.raster.boxes_on_page(boxes) / self._scale
        first = np.clip(np.floor(edges[:, :2]).astype(int), 0, size - 1)
        last = np.clip(np.ceil(edges[:, 2:]).astype(int), first + 1, size)
        return [(x0, y0, x1, y1) for (x0, y0), (x1, y1) in zip(first.tolist(), last.tolist(), strict=True)]


def _number(lines: Sequence[Line]) -> Number:
    text = "".join(line.text for line in lines)
    return Number(text, math.prod(line.confidence for line in lines), box_around([line.box for line in lines]))


def _is_sure(line: Line, least: float) -> bool:
    return line.confidence >= least and not line.reason


def _unsure(line: Line) -> Line:
    return replace(line, reason=line.reason or RefusalReason.UNSURE)


def _is_row(raster: FormRaster) -> bool:
    """Tell whether a form is a comb or a row of boxes: cells for one digit each."""
    if len(raster.rows) != 2:
        return False
    widths = [float(raster.columns[span.right] - raster.columns[span.left]) for span in raster.lattice.cells]
    return float(np.median(widths)) <= _ONE_DIGIT_ASPECT * float(np.diff(raster.rows).mean())
