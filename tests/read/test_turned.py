"""Boxes of a turned picture, back in the picture that was given."""

import numpy as np
import pytest

from inkdigits.read.result import Cell, Digit, Line, Number, Reading, Table
from inkdigits.read.turned import turn_back


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_boxes_come_back(turns):
    picture = np.zeros((30, 50), np.uint8)
    picture[4:9, 20:28] = 1
    rows, columns = np.nonzero(np.rot90(picture, turns))
    box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
    line = Line((Digit("1", 0.9, box),), 0.9, box, (Number("1", 0.9, box),))
    reading = Reading((line,), (line,), tables=(Table(box, ((Cell("1", 0.9, box),),)),))
    back = turn_back(reading, turns, 30, 50)
    expected = (20, 4, 28, 9)
    assert back.lines[0].box == back.lines[0].digits[0].box == back.lines[0].numbers[0].box == expected
    assert back.refused[0].box == back.tables[0].box == back.tables[0].rows[0][0].box == expected
