"""Rows of cells become equal cells, and nothing else does."""

import numpy as np
import pytest

from inkdigits.read.forms.detection.completion import EdgeInk
from inkdigits.read.forms.detection.equal_cells import with_equal_cells
from inkdigits.read.forms.detection.lattice import Lattice, Span

TOP, BOTTOM, WIDTH = 30, 80, 40


def frame(cells=8, divided=None):
    """Return the strokes of a comb of cells 40 pixels wide whose left edge is at 20."""
    strokes = np.zeros((110, 2 * 20 + cells * WIDTH), dtype=bool)
    right = 20 + cells * WIDTH
    strokes[TOP : TOP + 2, 20:right] = strokes[BOTTOM : BOTTOM + 2, 20:right] = True
    for number in range(cells + 1) if divided is None else divided:
        strokes[TOP:BOTTOM, 20 + number * WIDTH : 22 + number * WIDTH] = True
    return strokes


def curves(places):
    return np.array([[place, 0.0, 0.0] for place in places])


def row(places, rows=(TOP, BOTTOM)):
    cells = {Span(0, 1, left, left + 1) for left in range(len(places) - 1)}
    return Lattice(curves(rows), curves(places), cells)


def places(lattice):
    return np.round(lattice.columns[:, 0]).astype(int).tolist()


def equal(lattice, strokes, to_page=None):
    return with_equal_cells(lattice, EdgeInk(strokes, np.eye(3) if to_page is None else to_page))


EVERY = [20 + number * WIDTH for number in range(9)]


def test_a_stroke_that_passed_for_a_divider_goes():
    strokes = frame()
    strokes[TOP:BOTTOM, 158:162] = True  # a 1
    assert places(equal(row(sorted([*EVERY, 160])), strokes)) == EVERY


def test_missing_dividers_and_cells_at_the_ends_are_found():
    found = equal(row([60, 100, 140, 220, 260]), frame())
    assert places(found) == EVERY
    assert len(found.cells) == 8


def test_without_a_divider_there_is_none():
    lattice = row([20, 60, 100, 140, 220, 260])
    assert equal(lattice, frame(6, divided=[0, 1, 2, 3, 5, 6])) is lattice


def test_strokes_in_the_middle_of_some_cells_are_no_rule():
    strokes = frame()
    strokes[54:56, 60:180] = True
    two_rows = row(EVERY, rows=(TOP, 55, BOTTOM))
    assert len(equal(two_rows, strokes).rows) == 2
    strokes[54:56, 20:340] = True
    assert equal(two_rows, strokes) is two_rows


def test_a_comb_down_the_page():
    upright = row([60, 100, 140, 220, 260])
    lattice = Lattice(upright.columns, upright.rows, {Span(c.left, c.right, 0, 1) for c in upright.cells})
    found = equal(lattice, np.ascontiguousarray(frame().T))
    assert np.round(found.rows[:, 0]).astype(int).tolist() == EVERY
    assert found.cells == {Span(top, top + 1, 0, 1) for top in range(8)}


@pytest.mark.parametrize("columns", [[20, 60, 130, 150, 260, 340], [20, 180, 340]])
def test_columns_of_a_table_stay(columns):
    lattice = row(columns)
    assert equal(lattice, frame(divided=[])) is lattice
