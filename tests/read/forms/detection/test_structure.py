import numpy as np
import pytest

from helpers.forms import comb, table, toothed_comb
from helpers.writing import picture_of, sheet_of
from inkdigits.read.forms.detection.find_forms import find_forms
from inkdigits.read.forms.detection.structure import find_structure, may_be_ruled


def strokes_of(picture):
    return find_structure(np.ascontiguousarray(picture)).strokes


@pytest.mark.parametrize("text", ["123456789012", "1111", "0", "888000", "7"])
def test_plain_digits_are_not_searched_for_forms(text):
    picture = picture_of(sheet_of([text], 48, gap=0.5)[0])
    assert not may_be_ruled(strokes_of(picture))
    assert find_forms(picture) == ([], None)


FORMS = {
    "comb": lambda: comb("12345"),
    "boxes": lambda: comb("12345", gap=12),
    "teeth": lambda: toothed_comb("12345"),
    "table": lambda: table([["12", "345"], ["6", "78"]]),
    "rows": lambda: table([["12", "345"], ["6", "78"]], down=False),
    "columns": lambda: table([["12", "345"], ["6", "78"]], across=False),
}


@pytest.mark.parametrize("kind", FORMS)
def test_every_kind_of_form_is_searched_for(kind):
    assert may_be_ruled(strokes_of(FORMS[kind]().picture))


def test_dotted_rules_are_many_strokes():
    strokes = np.zeros((200, 400), dtype=bool)
    for row in (40, 41, 100, 101):
        strokes[row, 20:380:8] = strokes[row, 21:380:8] = True
    assert may_be_ruled(strokes)


def test_digits_that_touch_their_boxes_hide_no_boxes():
    strokes = np.zeros((72, 200), dtype=bool)
    for left in range(20, 180, 40):
        strokes[14:60, [left, left + 30]] = strokes[[14, 59], left : left + 31] = True
        strokes[14:50, left + 8 : left + 22] = True  # fills much of the box from its upper side
    assert may_be_ruled(strokes)
