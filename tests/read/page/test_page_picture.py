import numpy as np
import pytest

from inkdigits.read.page.page_picture import page_picture


@pytest.mark.parametrize(
    ("shape", "scale"), [((300, 400), 1.0), ((36, 60), 2.0), ((10, 60), 4.0), ((3600, 4800), 0.5), ((20, 1200), 2.0)]
)
def test_size_of_the_page(shape, scale):
    page = page_picture(np.full((*shape, 3), 200, np.uint8))
    assert page.scale == scale
    assert page.pixels.shape == (shape[0] * scale, shape[1] * scale, 3)


def test_small_pictures_can_be_enlarged_more():
    assert page_picture(np.full((100, 150, 3), 200, np.uint8), 200).scale == 2


def test_the_dark_around_a_page_is_painted_as_paper():
    table = np.full((400, 600, 3), 30, np.uint8)
    table[100:300, 120:480] = 220
    assert page_picture(table).pixels.min() > 200
