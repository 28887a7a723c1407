import numpy as np
import pytest

from helpers.forms import PAPER, table
from helpers.writing import blank, write
from inkdigits.corrections.cut_line import MAX_CUT_HEIGHT, cut_line
from inkdigits.read.reader import Reader


def numbers():
    """Return a picture of two numbers below each other, light green on black."""
    canvas = blank(260, 500)
    write(canvas, "2741", 60, 40, 60)
    write(canvas, "358", 60, 170, 60)
    return np.round(canvas[..., None] * np.array([90, 220, 120])).astype(np.uint8)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_line_is_cut_out_so_that_it_reads_the_same(turns):
    picture = numbers()
    line = Reader().read(picture).lines[1]
    assert line.text == "358"
    height, width = picture.shape[:2]
    left, top, right, bottom = line.box
    turned = {
        0: (left, top, right, bottom),
        1: (height - bottom, left, height - top, right),
        2: (width - right, height - bottom, width - left, height - top),
        3: (top, width - right, bottom, width - left),
    }
    cut = cut_line(np.rot90(picture, -turns), turned[turns], turns=turns)
    assert cut.ndim == 2
    assert cut.shape[1] > cut.shape[0]
    assert Reader().read(cut).text == "358"


def test_a_cell_is_cut_out_without_its_rules():
    picture = table([["12", "345"], ["7", "60"]]).picture
    for row in Reader().read(picture).tables[0].rows:
        for cell in row:
            cut = cut_line(picture, cell.box, is_cell=True)
            edge = np.concatenate([cut[0], cut[-1], cut[:, 0], cut[:, -1]])
            assert edge.min() > 0.9 * PAPER
            assert Reader().read(cut).text == cell.text


def test_large_lines_are_scaled_down():
    picture = np.full((900, 4000, 3), 255, np.uint8)
    assert cut_line(picture, (100, 100, 3900, 500)).shape == (MAX_CUT_HEIGHT, round(4000 * MAX_CUT_HEIGHT / 700))


@pytest.mark.parametrize("box", [(0, 0, 0, 0), (300, 0, 400, 10), (9, 9, 3, 3), (0, 300, 10, 400)])
def test_a_box_beside_the_picture_is_an_error(box):
    with pytest.raises(ValueError, match="expected one in the picture of 60x40"):
        cut_line(np.zeros((40, 60, 3), np.uint8), box)
