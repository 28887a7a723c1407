"""Which forms are found, and that patterns are none."""

import numpy as np
import pytest

from helpers.forms import FormSheet, comb, table
from inkdigits.read.forms.detection.find_forms import find_forms


def shapes(picture):
    forms, _ = find_forms(picture)
    return [(len(form.lattice.rows) - 1, len(form.lattice.columns) - 1, len(form.lattice.cells)) for form in forms]


def test_a_table_a_comb_and_boxes():
    assert shapes(table([["1", "2", "3"]] * 4).picture) == [(4, 3, 12)]
    assert shapes(comb("123456").picture) == [(1, 6, 6)]
    assert shapes(comb("123456", gap=20).picture) == [(1, 11, 6)]


def test_a_large_picture_is_looked_at_small_first():
    large = np.repeat(np.repeat(table([["12", "3"]] * 3).picture, 4, axis=0), 4, axis=1)
    assert shapes(large) == [(3, 2, 6)]


@pytest.mark.parametrize("pitch", [2, 3, 5])
def test_a_raster_is_no_form(pitch):
    picture = np.full((200, 300, 3), 245, np.uint8)
    picture[::pitch] = picture[:, ::pitch] = 30
    assert shapes(picture) == []


def test_a_checkerboard_is_no_form():
    y, x = np.mgrid[:700, :900] // 40
    assert shapes(np.where((x + y)[..., None] % 2, 20, 245).astype(np.uint8).repeat(3, axis=2)) == []


def test_noise_is_no_form():
    assert shapes(np.random.default_rng(0).integers(0, 256, (400, 500, 3), dtype=np.uint8)) == []


def test_a_dashed_grid_with_wide_gaps():
    sheet, dash, gap = FormSheet(360, 460), 6, 9
    for number in range(6):
        for at in range(60, 390, dash + gap):
            sheet.rule((at, 60 + 48 * number), (min(at + dash, 390), 60 + 48 * number))
        for at in range(60, 300, dash + gap):
            sheet.rule((60 + 66 * number, at), (60 + 66 * number, min(at + dash, 300)))
    for row, column in np.ndindex(5, 5):
        if (2 * row + column) % 3:
            sheet.write("38"[row % 2], 80 + 66 * column, 68 + 48 * row, 30)
    assert shapes(sheet.picture) == [(5, 5, 25)]
