"""Lattices that continue each other."""

import numpy as np
import pytest

from inkdigits.read.forms.detection.completion import EdgeInk
from inkdigits.read.forms.detection.joining import Part, join_lattices
from inkdigits.read.forms.detection.lattice import Lattice, Span


def part(top, rows, left=20, columns=3, side=40):
    curves = [
        np.array([[first + side * n, 0.0, 0.0] for n in range(count + 1)])
        for first, count in ((top, rows), (left, columns))
    ]
    cells = {Span(y, y + 1, x, x + 1) for y in range(rows) for x in range(columns)}
    return Part(Lattice(*curves, cells), rows * columns)


def ruled(hidden_rows=()):
    """Return what tells that there are rules around all cells of a grid."""
    strokes = np.zeros((400, 200), dtype=bool)
    strokes[20:381, 20:141:40] = strokes[20:381:40, 20:141] = True
    return EdgeInk(strokes, np.eye(3))


def shapes(parts):
    return sorted((*one.lattice.vertices.shape[:2], len(one.lattice.cells), one.seen) for one in parts)


@pytest.mark.parametrize(("top", "rows"), [(100, 4), (140, 5), (180, 5)])
def test_lattices_below_each_other_are_one(top, rows):
    # Rows between them that digits hide are completed later.
    whole = join_lattices([part(top, 3), part(20, 2)], ruled())
    assert shapes(whole) == [(rows + 2 if top > 100 else 6, 4, 15, 15)]


def test_lattices_side_by_side_are_one():
    whole = join_lattices([part(20, 3, columns=1), part(20, 3, left=60, columns=2)], ruled())
    assert shapes(whole) == [(4, 4, 9, 9)]


def test_forms_with_paper_between_them_stay_apart():
    paper = EdgeInk(np.zeros((400, 200), dtype=bool), np.eye(3))
    assert len(join_lattices([part(20, 2), part(140, 3)], paper)) == 2
    assert len(join_lattices([part(20, 2), part(100, 3, left=36)], ruled())) == 2
    assert len(join_lattices([part(20, 2), part(112, 3)], ruled())) == 2
    assert len(join_lattices([part(20, 2), part(100, 3, columns=2)], ruled())) == 2
