"""Rules drawn whole, and taken away."""

import numpy as np

from inkdigits.read.forms.detection.rules.long_rules import Rule, with_rules, without_rules


def test_rules_are_drawn_whole_or_taken_away():
    strokes = np.zeros((40, 100), dtype=bool)
    strokes[20:22, 10:90:8] = True
    strokes[5:15, 50] = True
    rule = Rule((10.0, 20.0), (89.0, 20.0), 2.0)
    assert with_rules(strokes, [rule])[20, 10:90].all()
    rest = without_rules(strokes, [rule])
    assert not rest[16:26].any()
    assert rest[5:15, 50].all()
    assert strokes.sum() == 30  # it stays as it was
