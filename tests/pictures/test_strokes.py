import numpy as np

from inkdigits.pictures.strokes import keep_digit


def test_without_a_stroke_there_is_no_digit():
    assert keep_digit(np.zeros((40, 40), dtype=bool)) is None


def test_a_long_one_is_not_a_ruled_line():
    mask = np.zeros((40, 40), dtype=bool)
    mask[:, 19:21] = True
    assert np.array_equal(keep_digit(mask), mask)


def test_a_dotted_stroke_is_gathered_step_by_step():
    mask = np.zeros((60, 40), dtype=bool)
    for top in range(5, 53, 8):
        mask[top : top + 6, 18:22] = True
    assert np.array_equal(keep_digit(mask), mask)


def test_strokes_cut_off_by_the_edge_are_removed():
    mask = np.zeros((60, 60), dtype=bool)
    mask[20:40, 28:32] = True
    digit = mask.copy()
    mask[5:60, :6] = True  # larger than the digit itself
    assert np.array_equal(keep_digit(mask), digit)
