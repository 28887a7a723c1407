"""Rules go, and strokes that run along them stay."""

import cv2
import numpy as np

from helpers.forms import BLUE, comb
from inkdigits.read.forms.detection.find_forms import find_forms
from inkdigits.read.forms.detection.structure import stroke_threshold
from inkdigits.read.forms.raster import make_raster
from inkdigits.read.forms.ruleless import ink_without_rules


def ink_of(picture):
    [form], structure = find_forms(picture)
    raster = make_raster(form, structure.contrast, 255 * stroke_threshold(structure.contrast))
    return raster, ink_without_rules(raster, picture)


def test_rules_go():
    raster, ink = ink_of(comb(" " * 8).picture)
    assert ink[raster.rows[0] + 8 : raster.rows[1] - 8].max() < 0.15


def test_a_stroke_along_a_divider_stays():
    picture = comb(" " * 8).picture
    cv2.line(picture, (44 * 4 + 4, 52), (44 * 4 + 4, 92), (30, 30, 30), 5)
    raster, ink = ink_of(picture)
    beside = ink[raster.rows[0] + 12 : raster.rows[1] - 12, raster.columns[3] + 3 : raster.columns[3] + 7]
    assert np.median(beside.max(axis=1)) > 0.5
    others = np.delete(np.arange(1, 8), 2)
    for column in raster.columns[others].tolist():
        assert ink[raster.rows[0] + 12 : raster.rows[1] - 12, column - 6 : column + 7].max() < 0.15


def test_a_dark_stroke_on_a_pale_rule_stays():
    picture = comb(" " * 8, rules=(120, 150, 200)).picture
    for thickness, place in ((5, 44), (5, 97)):
        cv2.line(picture, (44, place), (44 * 9, place), (120, 150, 200), thickness)
    cv2.line(picture, (44 * 4 + 10, 44), (44 * 4 + 34, 44), BLUE, 4)  # the bar of a 7
    raster, ink = ink_of(picture)
    scale = (raster.columns[-1] - raster.columns[0]) / (44 * 8)
    left, right = (round(raster.columns[3] + scale * place) for place in (14, 30))
    bar = ink[raster.rows[0] - 3 : raster.rows[0] + 4]
    assert np.median(bar[:, left:right].max(axis=0)) > 0.25
    assert np.median(bar[:, raster.columns[5] + 10 : raster.columns[6] - 10].max(axis=0)) < 0.15
