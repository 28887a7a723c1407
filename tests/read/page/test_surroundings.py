"""What lies around a page is neither ink nor paper."""

import cv2
import numpy as np
import pytest

from helpers.writing import blank, picture_of, sheet_of, write
from inkdigits.read.page.surroundings import without_surroundings


@pytest.fixture(scope="module")
def page():
    return picture_of(sheet_of(["80512", "47963"], 40)[0], noise_sigma=2)


def on_table(page, table, angle=0.0):
    """Return the picture of a page in the middle of a table, of one grey level."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    matrix[:, 2] += (150, 150)
    size = (width + 300, height + 300)
    return cv2.warpAffine(page, matrix, size, borderMode=cv2.BORDER_CONSTANT, borderValue=(table,) * 3)


@pytest.mark.parametrize("angle", [0, 4, -12])
def test_a_dark_table_becomes_paper_and_the_page_stays(page, angle):
    picture = on_table(page, 35, angle)
    shown = without_surroundings(picture)
    assert shown[:100].min() > 200  # the table
    middle = np.s_[190:-190, 190:-190]
    assert np.array_equal(shown[middle], picture[middle])


def test_a_dark_edge_becomes_paper(page):
    picture = page.copy()
    picture[:, :14] = 20
    shown = without_surroundings(picture)
    assert shown[:, :14].min() > 180
    assert np.array_equal(shown[:, 40:], picture[:, 40:])


def test_pages_without_dark_surroundings_stay_the_same(page):
    width = page.shape[1]
    fading = (page * np.linspace(1, 0.2, width)[:, None]).astype(np.uint8)
    shadow = page.copy()
    shadow[:, : width // 2] = shadow[:, : width // 2] * 0.5
    board = 255 - page
    one = blank(200, 200)
    write(one, "0", 60, 40, 120, pen=30)
    for picture in (page, fading, shadow, board, 255 - picture_of(one)):
        assert without_surroundings(picture) is picture


def test_writing_in_the_dark_part_of_a_picture_is_kept(page):
    both = np.concatenate([page, (page * 0.3).astype(np.uint8)], axis=1)
    assert without_surroundings(both) is both
