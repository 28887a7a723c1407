"""A picture -> the forms on it: grids of cells, found by structure. Knows no networks and no digits.

Spaces that rules enclose are looked for in all strokes and in the strokes of each colour, with small gaps of broken
rules closed or not. Spaces in rows and columns make a lattice; of several lattices in one place, the one with the most
cells and the fewest holes is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask, Picture
from inkdigits.read.forms.detection.column_rules import with_column_rules
from inkdigits.read.forms.detection.combs import find_combs
from inkdigits.read.forms.detection.completion import EdgeInk, complete, rule_share
from inkdigits.read.forms.detection.coverage import edge_coverage
from inkdigits.read.forms.detection.equal_cells import with_equal_cells
from inkdigits.read.forms.detection.form_grid import FormGrid, is_everything, without_forms, without_overlap
from inkdigits.read.forms.detection.lattice import Lattice, find_lattices
from inkdigits.read.forms.detection.open_columns import find_open_columns, with_rows
from inkdigits.read.forms.detection.open_tables import find_open_tables
from inkdigits.read.forms.detection.perspective import Homography, level_homography, transform
from inkdigits.read.forms.detection.quads import MIN_SIDE, find_frames, find_quads
from inkdigits.read.forms.detection.rules.long_rules import find_long_rules
from inkdigits.read.forms.detection.structure import (
    Structure,
    colour_layers,
    find_structure,
    may_be_ruled,
    with_pale_rules,
)
from inkdigits.read.page.page_picture import resize

_CLOSINGS, _FIRST_CLOSINGS = (1, 3, 5), (1, 3)
"""Windows that close the gaps of broken rules, in pixels of a page and of the small picture."""

_LEAST_SIDE = 24
"""A picture with a shorter side, in pixels, has no room for cells."""

_FIRST_SIDE = 1100
"""Longest side of the small picture in which forms are looked for first."""

_FIRST_MIN_SIDE = 8
"""Shortest side of a cell in it, in pixels."""

_MANY_SPACES = 20
"""So many enclosed spaces in it are looked at in full size, even if they make no form: pale rules get lost."""

_MIN_CELLS = 3
"""Fewer cells are no form."""

_MIN_FILLED = 0.6
"""Share of a lattice's places that are cells."""

_MIN_SEEN = 0.3
"""Share of a lattice's places that are enclosed spaces; the others are expected there."""

_WIDE_ROW = 3.0
"""A cell as wide as a frame, and so many times as wide as high, is a row of several columns."""

_EXPECTED_BOX = 0.9
"""A separate box that was expected and has ink on all four sides, against one whose space was seen."""

_MIN_SIDE_COVERAGE = 0.8
"""Share of a space's side that is inked: the hull of half a cell has a side that is not."""

_COMB_WEIGHT = 1.15
"""A cell of a comb against a cell of a lattice, of which 1.2 is the best."""

_OPEN_WEIGHT, _ROW_WEIGHT = 1.1, 1.5
"""A cell, and a row without column rules, of a table found by its long rules, against a cell of a lattice."""

_RULE_POWER = 6
"""A lattice with false rules counts less by this power of the share of its sides that are rules."""

_PALE_MORE = 2.0
"""A table of pale rules has so many times as many cells as any form that is found without them."""

_CERTAIN_RULES, _CERTAIN_SEEN, _CERTAIN_CELLS = 0.9, 0.85, 6
"""Least shares of rules and of seen cells, and number of seen cells: nothing else is looked for in such a lattice."""


def find_forms(picture: Picture) -> tuple[list[FormGrid], Structure | None]:
    """Return the forms on a page, the largest first, and its strokes, if they were needed.

    Args:
        picture: (h, w, 3), uint8, red, green and blue in 0 … 255: dark strokes on bright paper, and nothing around it:
            the grain of a table has as much ink as a form.
    """
    if min(picture.shape[:2]) < _LEAST_SIDE:
        return [], None
    structure = find_structure(picture)
    if not may_be_ruled(structure.strokes):
        return [], None
    forms = _find(picture, structure, MIN_SIDE, _CLOSINGS)
    if any(form.lattice.is_open or (form.is_closed and len(form.lattice.cells) >= _CERTAIN_CELLS) for form in forms):
        return forms, structure
    pale = with_pale_rules(structure)
    closed = cv2.morphologyEx(pale.strokes.view(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)) > 0
    if len(_with_inked_sides(find_quads(closed), closed)) < _CERTAIN_CELLS:
        return forms, structure
    tables = [form for form in _find(picture, pale, MIN_SIDE, _CLOSINGS) if _is_table(form)]
    known, more = (max((len(form.lattice.cells) for form in of), default=0) for of in (forms, tables))
    if more < max(_PALE_MORE * known, 1):
        return forms, structure
    return without_overlap([*tables, *forms], structure.strokes.shape), pale


def _is_table(form: FormGrid) -> bool:
    """Tell whether rules close many cells in both directions."""
    return form.is_closed and len(form.lattice.rows) > 2 and len(form.lattice.cells) >= _CERTAIN_CELLS


def may_have_forms(picture: Picture) -> bool:
    """Tell whether there seem to be forms: a large picture is looked at in a small copy.

    Most pages have no form, and half the size is a quarter of the work.

    Args:
        picture: (h, w, 3), uint8, red, green and blue in 0 … 255: dark strokes on bright paper.
    """
    share = _FIRST_SIDE / max(picture.shape[:2])
    small = resize(picture, min(share, 1.0))
    if min(small.shape[:2]) < _FIRST_MIN_SIDE:
        return False
    structure = find_structure(small)
    if not may_be_ruled(structure.strokes):
        return False
    if share >= 1:
        return True
    spaces = _quads(small, structure, _FIRST_MIN_SIDE, _FIRST_CLOSINGS)
    return any(len(quads) >= _MANY_SPACES for quads in spaces) or bool(
        _find(small, structure, _FIRST_MIN_SIDE, _FIRST_CLOSINGS)
    )


def _find(picture: Picture, structure: Structure, min_side: int, closings: tuple[int, ...]) -> list[FormGrid]:
    """Return the forms on a page, the largest first."""
    candidates: list[tuple[float, FormGrid]] = []
    certain: list[FormGrid] = []
    for quads in _quads(picture, structure, min_side, closings):
        level = level_homography(quads)
        if level is None:
            continue
        to_page = np.asarray(np.linalg.inv(level), np.float64)
        ink = EdgeInk(structure.strokes, to_page)
        for lattice in find_lattices(transform(level, quads)):
            candidate = _closed_form(lattice, to_page, structure.strokes, ink)
            if candidate is not None:
                candidates.append(candidate[:2])
                certain += [candidate.form] * candidate.is_certain
        if certain and is_everything(structure.strokes, certain):
            break
    rules, upright = find_long_rules(without_forms(structure.strokes, certain), structure.contrast)
    for lattice, to_page in find_open_columns(structure.strokes, upright):
        weight = _ROW_WEIGHT if lattice.is_open else _OPEN_WEIGHT
        candidates.append((weight * len(lattice.cells), FormGrid(lattice, to_page)))
    for lattice, to_page in find_open_tables(rules):
        ink = EdgeInk(structure.strokes, to_page)
        whole = with_equal_cells(with_column_rules(lattice, to_page, structure.strokes), ink)
        share = rule_share(whole, ink) ** _RULE_POWER
        weight = _ROW_WEIGHT if whole.is_open else _OPEN_WEIGHT
        candidates.append((weight * len(whole.cells) * share, FormGrid(whole, to_page)))
    for comb in find_combs(structure.strokes, rules):
        candidates.append((_COMB_WEIGHT * len(comb.lattice.cells), FormGrid(comb.lattice, comb.to_page)))
    candidates.sort(key=lambda candidate: -candidate[0])
    return without_overlap([form for _, form in candidates], structure.strokes.shape)


class _Closed(NamedTuple):
    """A form whose cells rules close, how much it counts, and whether nothing else may be in its place."""

    weight: float
    form: FormGrid
    is_certain: bool


def _closed_form(lattice: Lattice, to_page: Homography, strokes: Mask, ink: EdgeInk) -> _Closed | None:
    """Return a lattice as a whole form, or None if too few of its places are cells."""
    if len(lattice.cells) < 2:
        return None
    whole = with_equal_cells(complete(lattice, ink), ink)
    places = (len(whole.rows) - 1) * (len(whole.columns) - 1 - len(whole.gaps))
    # Half cells are seen too, and are none.
    count = len(whole.cells)
    seen: float = min(len(lattice.cells), count)
    if whole.gaps:  # all four sides of each box were seen
        seen = _EXPECTED_BOX * count + (1 - _EXPECTED_BOX) * seen
    if count < _MIN_FILLED * places or seen < _MIN_SEEN * places:
        return None
    share = rule_share(whole, ink)
    divided = _divided(whole, to_page, strokes)
    if len(divided.cells) < _MIN_CELLS:
        return None
    weight = seen * count / places + 0.2 * count
    if divided is not whole:
        weight = max(weight, _OPEN_WEIGHT * len(divided.cells))
    is_certain = share >= _CERTAIN_RULES and seen >= max(_CERTAIN_SEEN * places, _CERTAIN_CELLS)
    form = FormGrid(divided, to_page, is_closed=len(divided.rows) == len(whole.rows))
    return _Closed(weight * share**_RULE_POWER, form, is_certain)


def _divided(lattice: Lattice, to_page: Homography, strokes: Mask) -> Lattice:
    """Return a frame that is divided in one direction only with its columns or rows."""
    if len(lattice.rows) == 2 and not lattice.gaps:
        return with_rows(lattice, to_page, strokes) or lattice
    if len(lattice.columns) == 2 and len(lattice.rows) > _MIN_CELLS:
        vertices = lattice.vertices
        if np.ptp(vertices[..., 0]) > _WIDE_ROW * np.ptp(vertices[..., 1]) / (len(lattice.rows) - 1):
            whole = with_column_rules(lattice, to_page, strokes)
            return replace(whole, is_open=len(whole.columns) == 2)
    return lattice


def _quads(
    picture: Picture, structure: Structure, min_side: int, closings: tuple[int, ...]
) -> Iterator[NDArray[np.float64]]:
    """Yield the spaces between strokes: of each kind of mask, the frames, and last of all together."""
    every = []
    for layer in (structure.strokes, *colour_layers(picture, structure.strokes)):
        for side in closings:
            strokes = layer
            if side > 1:
                closed = cv2.morphologyEx(layer.view(np.uint8), cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
                strokes = np.asarray(closed) > 0
            quads = _with_inked_sides(find_quads(strokes, min_side), strokes)
            if len(quads):
                every.append(quads)
                yield quads
    frames = find_frames(structure.strokes, min_side)
    if len(frames) > 1:
        frames = _with_inked_sides(frames, structure.strokes, outwards=-1.0)
        yield frames
    if len(every) > 1:
        yield _distinct(np.concatenate(every))


def _with_inked_sides(quads: NDArray[np.float64], strokes: Mask, outwards: float = 1.5) -> NDArray[np.float64]:
    if not len(quads):
        return quads
    outer = quads + outwards * np.sign(quads - quads.mean(axis=1, keepdims=True))
    coverage = [edge_coverage(strokes, outer[:, side], outer[:, (side + 1) % 4]) for side in range(4)]
    return np.asarray(quads[np.min(coverage, axis=0) >= _MIN_SIDE_COVERAGE])


def _distinct(quads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return spaces without those that were found twice; the larger stays."""
    centres = quads.mean(axis=1)
    sides = np.abs(quads[:, 2] - quads[:, 0])  # (N, 2)
    areas = sides.prod(axis=1)
    kept: list[int] = []
    for index in np.argsort(-areas).tolist():
        others = np.array(kept, np.intp)
        near = np.abs(centres[others] - centres[index]) < 0.25 * sides[others]
        if not (near.all(axis=1) & (areas[index] > 0.4 * areas[others])).any():
            kept.append(index)
    return quads[kept]
