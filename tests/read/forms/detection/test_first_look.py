"""What a small copy of a page tells of its forms."""

import numpy as np
import pytest

from helpers.forms import table
from helpers.writing import picture_of, sheet_of
from inkdigits.read.forms.detection.find_forms import find_forms
from inkdigits.read.forms.detection.first_look import look_first


def enlarged(picture, times):
    return np.repeat(np.repeat(picture, times, axis=0), times, axis=1)


@pytest.fixture(scope="module")
def large_table():
    return enlarged(table([["12", "3"]] * 4).picture, 5)


def test_large_cells_need_no_other_look(large_table):
    first = look_first(large_table)
    assert first.is_all
    [small] = first.certain
    [whole], _ = find_forms(large_table)
    assert len(small.lattice.cells) == len(whole.lattice.cells) == 8
    assert np.abs(small.corners - whole.corners).max() < 10  # a rule is 10 pixels thick


def test_forms_that_are_certain_are_not_looked_for_again(large_table):
    first = look_first(large_table)
    forms, structure = find_forms(large_table, first.certain, is_all=True)
    assert forms == list(first.certain)
    assert structure.strokes.any()


def test_other_forms_are_looked_for_beside_those_that_are_certain():
    page = np.concatenate([table([["12", "3"]] * 4).picture, table([["4"] * 2] * 3).picture])
    forms, _ = find_forms(page)
    first, second = forms
    assert {len(form.lattice.cells) for form in find_forms(page, [first])[0]} == {8, 6}
    assert find_forms(page, [first])[0][0] is first
    assert len(second.lattice.cells) == 6


def test_a_small_picture_is_only_asked_for_rules():
    first = look_first(table([["12", "3"]] * 4).picture)
    assert first.may_have_forms
    assert first.certain == ()
    assert not look_first(picture_of(sheet_of(["123456"], 48, gap=0.5)[0])).may_have_forms


def test_a_large_page_without_rules_has_no_forms():
    page = enlarged(picture_of(sheet_of(["12345", "67890"], 48, gap=0.5)[0]), 6)
    assert not look_first(page).may_have_forms


def test_a_pattern_is_not_looked_at_twice():
    page = np.full((1300, 1600, 3), 245, np.uint8)
    for rule in range(4):
        page[20 + rule : -20 : 30, 20:-20] = page[20:-20, 20 + rule : -20 : 30] = 20
    assert look_first(page) == (True, (), False)
