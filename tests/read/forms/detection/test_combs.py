"""Which cells a comb has when its rule, or its dividers, are seen badly."""

import numpy as np
import pytest

from inkdigits.read.forms.detection.combs import find_combs
from inkdigits.read.forms.detection.rules.long_rules import Rule


def teeth(cells=8, width=40, broken=False):
    strokes = np.zeros((140, 2 * 60 + cells * width), dtype=bool)
    strokes[100:102, 60 : 62 + cells * width] = True
    for number in range(cells + 1):
        step = 6 if broken else 1
        for row in range(step):
            strokes[60 + row : 100 : 2 * step, 60 + number * width : 62 + number * width] = True
            strokes[60:100, 60 + number * width : 62 + number * width] |= step == 1
    return strokes


@pytest.mark.parametrize(("start", "end"), [(60, 381), (53, 390), (60, 390), (52, 381), (66, 381)])
def test_the_rule_was_seen_too_long_or_too_short(start, end):
    [comb] = find_combs(teeth(), [Rule((start, 100.5), (end, 100.5), 2.0)])
    assert len(comb.lattice.cells) == 8
    places = np.sort(comb.lattice.columns[:, 0]) + comb.to_page[0, 2]
    assert np.abs(places - (60.5 + 40 * np.arange(9))).max() < 4


def test_of_two_combs_in_one_place_the_clearer_one_stays():
    # Seen from the upper rule, writing rises between the dividers too: 16 cells, but not as clearly.
    strokes = teeth()
    strokes[60:62, 60:382] = True
    generator = np.random.default_rng(0)
    for number in range(8):
        left = 80 + 40 * number + int(generator.integers(-2, 3))
        strokes[62:86, left : left + 8] = number != 3
    combs = find_combs(strokes, [Rule((60.0, 100.5), (381.0, 100.5), 2.0), Rule((60.0, 60.5), (381.0, 60.5), 2.0)])
    assert {len(comb.lattice.cells) for comb in combs} == {8}
