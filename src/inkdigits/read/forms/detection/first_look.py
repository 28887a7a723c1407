"""A page -> whether it may have forms, and those that a small copy shows well. Knows no networks and no digits.

Most pages have no form, and half the size is a quarter of the work. Large cells are seen as well at half the size.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask, Picture
from inkdigits.read.forms.detection.find_forms import Search, search
from inkdigits.read.forms.detection.form_grid import FormGrid
from inkdigits.read.forms.detection.quads import find_quads
from inkdigits.read.forms.detection.structure import find_structure, may_be_ruled, with_pale_rules
from inkdigits.read.page.page_picture import resize

_SIDE = 1100
"""Longest side of the small copy, in pixels."""

_MIN_SIDE = 8
"""Shortest side of a cell in it, in pixels."""

_CLOSINGS = (1, 3)
"""Windows that close the gaps of broken rules in it, in pixels."""

_MANY_SPACES = 20
"""So many enclosed spaces in it are looked at in full size, even if they make no form: pale rules get lost."""

_MAX_SPACES = 600
"""With more it is a pattern, or a table that is not looked at twice."""

_LARGE_CELL = 16.0
"""Cells with longer sides, in its pixels, are found in it as well as in full size."""


_DIVIDED = 1.5
"""A form with so many times as many spaces as cells has rules that a small copy doesn't show as such."""


class FirstLook(NamedTuple):
    """What a small copy of a page shows.

    Attributes:
        may_have_forms: Whether there seem to be forms.
        certain: Forms that need no other look, in pixels of the page.
        is_all: Whether there seem to be no others.
    """

    may_have_forms: bool
    certain: tuple[FormGrid, ...] = ()
    is_all: bool = False


def look_first(picture: Picture) -> FirstLook:
    """Return what a small copy of a page shows; of a page that is not larger, only whether there may be rules.

    Args:
        picture: (h, w, 3), uint8, red, green and blue in 0 … 255: dark strokes on bright paper.
    """
    share = _SIDE / max(picture.shape[:2])
    small = resize(picture, min(share, 1.0))
    if min(small.shape[:2]) < _MIN_SIDE:
        return FirstLook(False)
    structure = find_structure(small)
    if not may_be_ruled(structure.strokes):
        return FirstLook(False)
    if share >= 1:
        return FirstLook(True)
    found = search(small, structure, _MIN_SIDE, _CLOSINGS, _MAX_SPACES)
    certain = [form for form in found.forms if form.is_certain and _is_whole(form) and _has_large_cells(form)]
    if certain:
        # Dotted rules are only pale lines in a small copy.
        finer = find_quads(with_pale_rules(structure).strokes, _MIN_SIDE)
        certain = [form for form in certain if not _is_divided(form, finer)]
    others = _most_spaces(found, _outside(certain, structure.strokes.shape))
    if not found.forms and others < _MANY_SPACES:
        return FirstLook(False)
    is_all = len(certain) == len(found.forms) and others < _MANY_SPACES
    return FirstLook(True, tuple(form.scaled(1 / share) for form in certain), is_all)


def _is_whole(form: FormGrid) -> bool:
    """Tell whether there is a cell in each place: where rules seem to miss, full size may show them."""
    rows, columns = (len(curves) - 1 for curves in (form.lattice.rows, form.lattice.columns))
    return len(form.lattice.cells) == rows * (columns - len(form.lattice.gaps))


def _has_large_cells(form: FormGrid) -> bool:
    corners = form.corners  # (R + 1, C + 1, 2)
    across, down = np.diff(corners, axis=1), np.diff(corners, axis=0)
    return all(float(np.median(np.linalg.norm(sides, axis=2))) >= _LARGE_CELL for sides in (across, down))


def _is_divided(form: FormGrid, spaces: NDArray[np.float64]) -> bool:
    """Tell whether pale rules divide the cells of a form into many more spaces."""
    if not len(spaces):
        return False
    inside = ~_outside([form], (int(spaces[..., 1].max()) + 2, int(spaces[..., 0].max()) + 2))
    return _count(spaces, inside) > _DIVIDED * len(form.lattice.cells)


def _outside(forms: list[FormGrid], shape: tuple[int, ...]) -> Mask:
    """Return where no form is, (h, w), bool."""
    covered = np.zeros(shape, np.uint8)
    for form in forms:
        cv2.fillPoly(covered, [np.round(form.outline).astype(np.int32)], 1)
    return np.asarray(covered == 0)


def _most_spaces(found: Search, outside: Mask) -> int:
    """Return how many spaces with their middles outside of forms one kind of mask showed at most."""
    return max((_count(quads, outside) for quads in found.spaces), default=0)


def _count(quads: NDArray[np.float64], where: Mask) -> int:
    """Return how many spaces have their middles there."""
    x, y = np.round(quads.mean(axis=1)).astype(int).T
    return int(where[y, x].sum())
