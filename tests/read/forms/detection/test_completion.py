"""Lattices with missing rows."""

import numpy as np

from inkdigits.read.forms.detection.completion import EdgeInk, complete
from inkdigits.read.forms.detection.lattice import Lattice, Span


def test_rows_are_added_though_digits_fill_most_of_their_cells():
    strokes = np.zeros((300, 240), dtype=bool)
    strokes[40:241:40, 20:181] = strokes[40:241, 20:181:40] = True
    for top in range(40, 240, 40):
        strokes[top + 10 : top + 32, 25:158] = True  # three of four cells, and some of the last
    rows, columns = (np.array([[first + 40.0 * n, 0, 0] for n in range(count)]) for first, count in ((40, 3), (20, 5)))
    cells = {Span(row, row + 1, column, column + 1) for row in range(2) for column in range(4)}
    whole = complete(Lattice(rows, columns, cells), EdgeInk(strokes, np.eye(3)))
    assert whole.vertices.shape[:2] == (6, 5)
    assert len(whole.cells) == 20
