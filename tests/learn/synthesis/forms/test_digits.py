import numpy as np
import pytest

from inkdigits.learn.synthesis.forms.digits import DigitPool, stroke_thickness


def bars(*widths):
    images = np.zeros((len(widths), 28, 28), np.uint8)
    for image, width in zip(images, widths, strict=True):
        image[4:24, 10 : 10 + width] = 255
    return images


def test_thickness_grows_with_the_stroke():
    found = stroke_thickness(bars(1, 2, 4, 8))
    assert found == pytest.approx([20 / 21, 40 / 22, 80 / 24, 160 / 28])
    assert stroke_thickness(np.zeros((1, 28, 28), np.uint8)) == [0]


def test_digits_of_about_one_thickness_are_chosen():
    widths = [1, 2, 3, 4, 5, 6] * 10
    pool = DigitPool(bars(*widths), np.repeat(np.arange(10), 6))
    generator = np.random.default_rng(0)
    fine = [stroke_thickness(pool.choose(3, pool.thickness(0.0), generator)[None])[0] for _ in range(50)]
    thick = [stroke_thickness(pool.choose(3, pool.thickness(1.0), generator)[None])[0] for _ in range(50)]
    assert np.mean(fine) < 2
    assert np.mean(thick) > 3.5
