import numpy as np
import pytest

from inkdigits.core.types import SIGNS
from inkdigits.learn.synthesis.handwriting.signs import write_sign


def box(sign, seed):
    points = np.concatenate(write_sign(sign, np.random.default_rng(seed)))
    return (*points.min(axis=0), *points.max(axis=0))


@pytest.mark.parametrize("sign", SIGNS)
def test_signs_have_strokes_in_a_line_of_writing(sign):
    for seed in range(30):
        strokes = write_sign(sign, np.random.default_rng(seed))
        assert all(stroke.dtype == np.float32 and stroke.shape[1] == 2 for stroke in strokes)
        left, top, right, bottom = box(sign, seed)
        assert -1.5 < top <= bottom < 0.6
        assert right - left < 1.3


def test_where_a_sign_stands_tells_what_it_is():
    boxes = {sign: np.array([box(sign, seed) for seed in range(40)]) for sign in SIGNS}
    tops, bottoms = ({sign: values[:, place] for sign, values in boxes.items()} for place in (1, 3))
    assert tops[","].min() > -0.3
    assert bottoms["'"].max() < -0.3
    assert tops["-"].min() > -1
    assert bottoms["-"].max() < 0
    assert (bottoms["/"] - tops["/"]).min() > 0.8
    assert (bottoms["("] - tops["("]).min() > 0.8
    widths = {sign: values[:, 2] - values[:, 0] for sign, values in boxes.items()}
    assert widths["."].max() < 0.2 < np.median(widths["-"])
