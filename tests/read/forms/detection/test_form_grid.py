from dataclasses import replace

import numpy as np
import pytest

from inkdigits.read.forms.detection.form_grid import FormGrid, is_everything, without_forms, without_overlap
from inkdigits.read.forms.detection.lattice import Lattice, Span

SHAPE = (200, 600)


def row(cells, left=20, top=50, width=40, rows=1):
    """Return a grid of cells that are 40 pixels high."""
    columns = np.array([[left + width * number, 0.0, 0.0] for number in range(cells + 1)])
    levels = np.array([[top + 40.0 * number, 0.0, 0.0] for number in range(rows + 1)])
    spans = {Span(one, one + 1, number, number + 1) for one in range(rows) for number in range(cells)}
    return FormGrid(Lattice(levels, columns, spans), np.eye(3), is_closed=True)


def counts(forms):
    return [len(form.lattice.cells) for form in forms]


def test_of_forms_in_one_place_the_first_is_kept():
    assert counts(without_overlap([row(6), row(8), row(5, top=120)], SHAPE)) == [6, 5]
    assert counts(without_overlap([row(8, rows=2), row(8)], SHAPE)) == [16]


@pytest.mark.parametrize("vanishes_at", [300.0, 260.0 + 1e-9, 261.0])
def test_a_grid_that_perspective_draws_out_without_end_is_no_form(vanishes_at):
    grid = row(6)
    homography = np.eye(3)
    homography[2, 0] = -1 / vanishes_at
    assert grid.corners[0, -1, 0] == 260
    beyond = replace(grid, to_page=homography)
    assert grid.is_possible(SHAPE)
    assert not beyond.is_possible(SHAPE)
    assert counts(without_overlap([beyond, row(5)], SHAPE)) == [5]


def test_a_grid_whose_rules_change_places_is_no_form():
    grid = row(6, rows=2)
    lattice = replace(grid.lattice, rows=grid.lattice.rows[[0, 2, 1]])
    assert not replace(grid, lattice=lattice).is_possible(SHAPE)


def test_strokes_outside_of_forms():
    strokes = np.zeros(SHAPE, dtype=bool)
    strokes[50:90, 20:260:40] = True
    assert is_everything(strokes, [row(6)])
    assert not without_forms(strokes, [row(6)]).any()
    strokes[150:170, 20:40] = True
    assert not is_everything(strokes, [row(6)])
    assert without_forms(strokes, [row(6)]).sum() == 400
