import numpy as np
import pytest

from helpers.forms import comb, table, toothed_comb
from helpers.writing import picture_of, sheet_of
from inkdigits.read.forms.detection.find_forms import find_forms
from inkdigits.read.forms.detection.structure import find_structure, may_be_ruled, with_pale_rules


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


def test_a_grid_whose_digits_all_touch_its_rules_is_one_stroke():
    strokes = np.zeros((300, 100), dtype=bool)
    strokes[20:261:40, 10:91] = strokes[20:261, 10:91:40] = True
    strokes[30:60, 10:20] = strokes[150:182, 60:64] = True
    assert may_be_ruled(strokes)


def pale_table(darkness=8, cell=60):
    """Return a page with pale rules, grain as of paper, and a dark pen in some cells."""
    page = np.full((3 * cell + 60, 4 * cell + 60), 215.0)
    for number in range(5):
        page[30 : 3 * cell + 31, 30 + number * cell : 32 + number * cell] -= darkness
    for number in range(4):
        page[30 + number * cell : 32 + number * cell, 30 : 4 * cell + 31] -= darkness
    for row, column in ((0, 0), (1, 2), (2, 1), (2, 3)):
        page[45 + row * cell : 75 + row * cell, 58 + column * cell : 62 + column * cell] = 50
    page += np.random.default_rng(0).normal(0, 1, page.shape)
    return np.repeat(page.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)


def test_pale_rules_are_darker_all_along():
    structure = find_structure(pale_table())
    whole = with_pale_rules(structure)
    rule = np.s_[100:130, 90:92]
    assert structure.strokes[rule].mean() < 0.3
    assert whole.strokes[rule].any(axis=1).mean() > 0.9
    assert whole.strokes[40:80, 100:140].mean() < 0.02  # paper


def test_a_table_of_pale_rules_is_found():
    [form], _ = find_forms(pale_table())
    assert form.lattice.vertices.shape[:2] == (4, 5)
