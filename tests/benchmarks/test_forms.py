"""Scoring forms: a perfect answer gets every point, and each kind of mistake is found."""

import form_cost
import form_scores
import form_sets
import numpy as np
import pytest

from inkdigits.data.dataset import Dataset
from inkdigits.learn.synthesis.forms.truth import Form, FormBlock, FormCell, rectangle


def cell(text, content, x, y, size=20):
    return FormCell(text, content, rectangle(x, y, x + size, y + size), np.zeros(4))


@pytest.fixture
def form():
    """A comb of three digits over a table of two rows: a word, 7 / nothing, 42."""
    comb = FormBlock("comb", (tuple(cell(digit, "written", 20 * place, 0) for place, digit in enumerate("123")),))
    rows = (
        (cell("", "words", 0, 100), cell("7", "written", 20, 100)),
        (cell("", "empty", 0, 120), cell("42", "written", 20, 120)),
    )
    return Form(np.zeros((200, 100, 3), np.uint8), (comb, FormBlock("table", rows)))


def digit(name, x, y):
    return {"digit": name, "box": [x, y, x + 10, y + 14], "confidence": 1.0}


def said(text, x, y):
    return {"text": text, "box": [x, y, x + 20, y + 20], "confidence": 1.0}


def right_answer():
    digits = [digit(name, 20 * place + 4, 3) for place, name in enumerate("123")]
    table = {
        "box": [0, 100, 40, 140],
        "rows": [[said("", 0, 100), said("7", 20, 100)], [said("", 0, 120), said("42", 20, 120)]],
    }
    return {"lines": [{"text": "123", "box": [4, 3, 54, 17], "digits": digits}], "tables": [table]}


def wrong(form, answer):
    return {(one.measure, one.read) for one in form_scores.judge(form, answer) if not one.right}


def test_a_right_answer_gets_every_point(form):
    verdicts = form_scores.judge(form, right_answer())
    assert all(verdict.right for verdict in verdicts)
    measures = [verdict.measure for verdict in verdicts]
    assert measures.count(form_scores.ROW_DIGIT) == 3
    assert measures.count(form_scores.TABLE_CELL) == 2
    assert {form_scores.COMB, form_scores.EMPTY, form_scores.WORDS, form_scores.SHAPE} <= set(measures)


def test_an_answer_without_tables_has_none_of_their_cells(form):
    answer = right_answer()
    del answer["tables"]
    found = wrong(form, answer)
    assert {(form_scores.TABLE_CELL, ""), (form_scores.EMPTY, "no cell"), (form_scores.SHAPE, "")} == found


def test_a_comb_that_fell_apart_is_wrong_though_its_digits_are_right(form):
    answer = right_answer()
    digits = answer["lines"][0]["digits"]
    answer["lines"] = [{"text": "12", "digits": digits[:2]}, {"text": "3", "digits": digits[2:]}]
    assert wrong(form, answer) == {(form_scores.COMB, "12|3")}


def test_a_comb_with_an_empty_cell_counts_for_itself():
    cells = (cell("1", "written", 0, 0), cell("", "empty", 20, 0), cell("3", "written", 40, 0))
    form = Form(np.zeros((60, 60, 3), np.uint8), (FormBlock("comb", (cells,)),))
    answer = {"lines": [{"text": "13", "digits": [digit("1", 4, 3), digit("3", 44, 3)]}]}
    assert {one.measure for one in form_scores.judge(form, answer)} == {
        form_scores.PARTLY_FILLED,
        form_scores.ROW_DIGIT,
    }
    assert not wrong(form, answer)


def test_mistakes_in_cells_are_found(form):
    answer = right_answer()
    rows = answer["tables"][0]["rows"]
    rows[0][0]["text"], rows[0][1]["text"], rows[1][0]["text"] = "8", "1", "5"
    found = wrong(form, answer)
    assert found == {(form_scores.WORDS, "8"), (form_scores.TABLE_CELL, "1"), (form_scores.EMPTY, "5")}


def test_a_number_in_two_cells_of_the_answer_is_wrong(form):
    answer = right_answer()
    narrow = [{"text": name, "box": [x, 120, x + 10, 140]} for name, x in (("4", 20), ("2", 30))]
    answer["tables"][0]["rows"][1][1:] = narrow
    assert wrong(form, answer) == {(form_scores.TABLE_CELL, "4|2"), (form_scores.SHAPE, "2 3")}


def test_a_digit_that_a_line_has_in_an_empty_cell_is_found(form):
    answer = right_answer()
    answer["lines"].append({"text": "1", "digits": [digit("1", 5, 123)]})
    assert wrong(form, answer) == {(form_scores.EMPTY, "1")}


def test_forms_to_develop_with_share_nothing_with_those_to_measure(some_digits):
    dataset = Dataset("some", some_digits, some_digits)
    measured, developed = (form_sets.composer(dataset, held_back=held_back) for held_back in (True, False))
    one = form_sets.composed_form(measured, "comb", 3, photographed=False)
    again = form_sets.composed_form(measured, "comb", 3, photographed=False)
    other = form_sets.composed_form(developed, "comb", 3, photographed=False)
    assert np.array_equal(one.picture, again.picture)
    assert one.blocks[0].text == again.blocks[0].text
    assert one.to_dict() != other.to_dict()


def test_as_many_forms_come_as_are_announced(some_digits):
    forms = form_sets.composer(Dataset("some", some_digits, some_digits), held_back=True)
    kinds = [kind for kind, _, _ in form_sets.composed_forms(forms, 0, photographed=False)]
    assert kinds == list(form_sets.SHARES)
    assert form_sets.form_count(0) == len(kinds)


def test_real_sets_count_what_they_say():
    label = "".join(str(number % 10) for number in range(81))
    rows = [[{"text": name} for name in label[start : start + 9]] for start in range(0, 81, 9)]
    rows[4][4]["text"] = ""
    sudoku = form_sets.REAL_SETS["wichtounet"].count
    assert sudoku(label, {"tables": [{"rows": rows[:2]}, {"rows": rows}]}) == 80
    assert sudoku(label, {"lines": []}) == 0
    numbers = [{"text": "1000"}, {"text": "99"}]
    scattered = {"lines": [{"text": "100099", "numbers": numbers}, {"text": "2"}, {"text": "2"}]}
    assert form_sets.REAL_SETS["tgtony_scattered"].count("", scattered) == 3
    assert form_sets.REAL_SETS["sparsha"].count("", {"lines": [{"text": "1234567891"}]}) == 1
    assert form_sets.REAL_SETS["envelopes_codes"].count("123", {"text": "1\n23"}) == 1


def test_the_cost_of_a_picture_comes_from_a_process_of_its_own():
    taken = form_cost.cost(np.full((60, 80, 3), 250, np.uint8))
    assert taken.answer == "0 lines, 0 refused, 0 tables"
    assert taken.seconds > 0
    assert taken.processor_s > 0
    assert 40 < taken.peak_mib < 1000
