"""A picture -> the forms on it: grids of cells, found by structure. Knows no networks and no digits.

Spaces in rows and columns make a lattice; of several lattices in one place, the one with the most cells and the fewest
holes is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask, Picture
from inkdigits.read.forms.detection.combs import find_combs
from inkdigits.read.forms.detection.completion import EdgeInk, complete, rule_share
from inkdigits.read.forms.detection.equal_cells import with_equal_cells
from inkdigits.read.forms.detection.form_grid import (
    FormGrid,
    is_everything,
    outside_of_forms,
    without_forms,
    without_overlap,
)
from inkdigits.read.forms.detection.joining import Part, join_lattices
from inkdigits.read.forms.detection.lattice import Lattice, find_lattices
from inkdigits.read.forms.detection.open.column_rules import with_column_rules
from inkdigits.read.forms.detection.open.open_columns import find_open_columns, with_rows
from inkdigits.read.forms.detection.open.open_tables import find_open_tables
from inkdigits.read.forms.detection.perspective import Homography, level_homography, transform
from inkdigits.read.forms.detection.quads import MIN_SIDE, find_quads
from inkdigits.read.forms.detection.rules.long_rules import find_long_rules, with_rules, without_rules
from inkdigits.read.forms.detection.spaces import find_spaces, with_inked_sides
from inkdigits.read.forms.detection.structure import (
    Structure,
    find_structure,
    may_be_ruled,
    with_pale_rules,
)

_CLOSINGS = (1, 3, 5)
"""Windows that close the gaps of broken rules, in pixels."""

_LEAST_SIDE = 24
"""A picture with a shorter side, in pixels, has no room for cells."""

_MIN_CROSSING = 2
"""So many long rules in both directions may enclose cells."""

_MIN_CELLS, _MIN_SEEN_CELLS = 3, 2
"""Fewer cells, and fewer enclosed spaces among them, are no form."""

_MIN_FILLED = 0.6
"""Share of a lattice's places that are cells."""

_MIN_SEEN = 0.3
"""Share of a lattice's places that are enclosed spaces; the others are expected there."""

_WIDE_ROW = 3.0
"""A cell as wide as a frame, and so many times as wide as high, is a row of several columns."""

_EXPECTED_BOX = 0.9
"""A separate box that was expected and has ink on all four sides, against one whose space was seen."""

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


def find_forms(
    picture: Picture, certain: Sequence[FormGrid] = (), *, is_all: bool = False
) -> tuple[list[FormGrid], Structure | None]:
    """Return the forms on a page, the largest first, and its strokes, if they were needed.

    Args:
        picture: (h, w, 3), uint8, red, green and blue in 0 … 255: dark strokes on bright paper, and nothing around it:
            the grain of a table has as much ink as a form.
        certain: Forms that are known already: others are looked for outside of them.
        is_all: Whether there are no others.
    """
    if min(picture.shape[:2]) < _LEAST_SIDE:
        return [], None
    structure = find_structure(picture)
    if is_all:
        return list(certain), structure
    rest = replace(structure, strokes=without_forms(structure.strokes, certain))
    if not may_be_ruled(rest.strokes):
        return list(certain), structure if certain else None
    found = search(picture, rest, MIN_SIDE, _CLOSINGS).forms
    others = found if any(map(_is_clear, found)) else _with_pale_tables(found, picture, rest)
    return without_overlap([*certain, *others], structure.strokes.shape), structure


def _is_clear(form: FormGrid) -> bool:
    """Tell whether a form is so clear that its rules, and those of the forms beside it, are not pale."""
    return form.lattice.is_open or form.is_certain or (form.is_closed and _is_large(form))


def _with_pale_tables(forms: list[FormGrid], picture: Picture, structure: Structure) -> list[FormGrid]:
    """Return forms with the tables of pale rules beside them, if these are much larger."""
    pale = with_pale_rules(structure)
    closed = cv2.morphologyEx(pale.strokes.view(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)) > 0
    if len(with_inked_sides(find_quads(closed), closed)) < _CERTAIN_CELLS:
        return forms
    tables = [form for form in search(picture, pale, MIN_SIDE, _CLOSINGS).forms if _is_table(form)]
    known, more = (max((len(form.lattice.cells) for form in of), default=0) for of in (forms, tables))
    return forms if more < max(_PALE_MORE * known, 1) else without_overlap([*tables, *forms], structure.strokes.shape)


def _is_large(form: FormGrid) -> bool:
    return len(form.lattice.cells) >= _CERTAIN_CELLS


def _is_table(form: FormGrid) -> bool:
    """Tell whether rules close many cells in both directions."""
    return form.is_closed and len(form.lattice.rows) > 2 and _is_large(form)


class Search(NamedTuple):
    """What was found among strokes.

    Attributes:
        forms: The largest first.
        spaces: Four-sided spaces with ink around them, one array (N, 4, 2) for each kind of mask.
    """

    forms: list[FormGrid]
    spaces: list[NDArray[np.float64]]


def search(
    picture: Picture, structure: Structure, min_side: int, closings: tuple[int, ...], max_spaces: int = sys.maxsize
) -> Search:
    """Return the forms among the strokes of a page.

    Args:
        picture: (h, w, 3), uint8, red, green and blue in 0 … 255.
        structure: Its strokes.
        min_side: Shortest side of a cell, in pixels.
        closings: Windows that close the gaps of broken rules, in pixels.
        max_spaces: With more enclosed spaces no form is looked for.
    """
    spaces = []
    candidates: list[tuple[float, FormGrid]] = []
    certain: list[FormGrid] = []
    for quads in find_spaces(picture, structure, min_side, closings):
        spaces.append(quads)
        if len(quads) > max_spaces:
            return Search([], spaces)
        closed = _closed_forms(quads, structure.strokes)
        candidates += closed
        certain += [form for _, form in closed if form.is_certain]
        if certain and is_everything(structure.strokes, certain):
            break
    rules, upright = find_long_rules(without_forms(structure.strokes, certain), structure.contrast)
    if min(len(rules), len(upright)) >= _MIN_CROSSING:
        # Rules that are dashed, pale in places or hidden by digits close no spaces: whole ones do.
        whole_rules = with_rules(structure.strokes, [*rules, *upright])
        quads = with_inked_sides(find_quads(whole_rules, min_side), whole_rules)
        spaces.append(quads)
        closed = _closed_forms(quads, whole_rules)
        candidates += closed
        crossing = [form for _, form in closed if form.is_certain]
        rules, upright = outside_of_forms(rules, crossing), outside_of_forms(upright, crossing)
    for lattice, to_page in find_open_columns(without_rules(structure.strokes, rules), upright):
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
    candidates.sort(key=lambda candidate: (-candidate[0], not candidate[1].is_certain))
    return Search(without_overlap([form for _, form in candidates], structure.strokes.shape), spaces)


class _Closed(NamedTuple):
    """A form whose cells rules close, and how much it counts."""

    weight: float
    form: FormGrid


def _closed_forms(quads: NDArray[np.float64], strokes: Mask) -> list[_Closed]:
    """Return the forms that spaces between strokes make."""
    level = level_homography(quads)
    if level is None:
        return []
    to_page = np.asarray(np.linalg.inv(level), np.float64)
    ink = EdgeInk(strokes, to_page)
    lattices = [lattice for lattice in find_lattices(transform(level, quads)) if len(lattice.cells) >= _MIN_SEEN_CELLS]
    parts = [Part(complete(lattice, ink), len(lattice.cells)) for lattice in lattices]
    found = (_closed_form(part, to_page, strokes, ink) for part in join_lattices(parts, ink))
    return [form for form in found if form is not None]


def _closed_form(part: Part, to_page: Homography, strokes: Mask, ink: EdgeInk) -> _Closed | None:
    """Return a lattice as a whole form, or None if too few of its places are cells."""
    lattice = complete(part.lattice, ink) if part.is_joined else part.lattice
    whole = with_equal_cells(lattice, ink)
    places = (len(whole.rows) - 1) * (len(whole.columns) - 1 - len(whole.gaps))
    # Half cells are seen too, and are none.
    count = len(whole.cells)
    seen: float = min(part.seen, count)
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
    form = FormGrid(divided, to_page, is_closed=len(divided.rows) == len(whole.rows), is_certain=is_certain)
    return _Closed(weight * share**_RULE_POWER, form)


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
