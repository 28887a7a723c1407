import numpy as np

from inkdigits.learn.synthesis.printed import FONTS, print_digits


def test_every_font_prints_every_digit():
    images, labels = print_digits()
    assert len(images) == len(labels) == 10 * len(FONTS) * 6
    assert set(np.bincount(labels)) == {len(FONTS) * 6}
    assert images.reshape(len(images), -1).max(axis=1).min() == 255
