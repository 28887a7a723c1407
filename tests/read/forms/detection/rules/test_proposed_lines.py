import numpy as np

from inkdigits.read.forms.detection.rules.long_rules import find_long_rules
from inkdigits.read.forms.detection.rules.proposed_lines import fit_lines, propose_lines


def ruled(slope=0.0, dashed=False):
    """Return a mask with one rule, and how dark it is."""
    strokes = np.zeros((300, 500), dtype=bool)
    columns = np.arange(60, 440)
    columns = columns[(columns // 6) % 2 == 0] if dashed else columns
    rows = np.round(150 + slope * (columns - 250)).astype(int)
    strokes[rows, columns] = strokes[rows + 1, columns] = True
    return strokes, strokes.astype(np.uint8) * 180


def test_a_line_that_is_a_little_off_moves_to_the_middle_of_its_ink():
    strokes, contrast = ruled(slope=0.1)
    [fitted] = fit_lines(strokes, contrast, np.array([[[70.0, 134.0], [430.0, 165.0]]]))
    assert np.abs(fitted[:, 1] - (150.5 + 0.1 * (fitted[:, 0] - 250))).max() < 0.8


def test_dashed_and_tilted_rules_are_measured_whole():
    for slope in (0.0, -0.2):
        strokes, contrast = ruled(slope, dashed=True)
        [rule], upright = find_long_rules(strokes, contrast)
        assert upright == []
        assert abs(rule.start[0] - 60) < 8
        assert abs(rule.end[0] - 440) < 8


def test_of_many_lines_proposed_in_noise_hardly_any_is_left():
    generator = np.random.default_rng(0)
    strokes = generator.random((480, 640)) < 0.12
    contrast = np.where(strokes, generator.integers(60, 90, strokes.shape), 40).astype(np.uint8)
    proposed = propose_lines(strokes)
    assert sum(map(len, proposed)) > 100
    assert sum(len(fit_lines(strokes, contrast, lines)) for lines in proposed) <= 3
    assert find_long_rules(strokes, contrast) == ([], [])


def test_nothing_is_proposed_on_empty_paper():
    empty = np.zeros((100, 100), dtype=bool)
    assert find_long_rules(empty, empty.astype(np.uint8)) == ([], [])
    assert fit_lines(empty, empty.astype(np.uint8), np.zeros((0, 2, 2))).shape == (0, 2, 2)
