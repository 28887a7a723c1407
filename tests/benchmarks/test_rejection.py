"""The script that fits the weights of the rejection of lines."""

import numpy as np
import rejection

from inkdigits.read.rejection import Evidence


def found(ratio, share, ones=False, probability=None):
    return rejection.FoundLine("1" if ones else "7", 0.9, Evidence(ratio, share, ones, probability))


def test_the_weights_tell_writing_from_walls():
    generator = np.random.default_rng(0)
    written = [found(*generator.uniform((5, 0.5), (12, 1)), probability=0.9) for _ in range(200)]
    walls = [found(*generator.uniform((0, 0), (8, 0.7)), ones=True, probability=0.4) for _ in range(200)]
    intercept, ratio, share, only_ones, probability = rejection.fit_weights(written, walls)
    assert intercept < 0 < min(ratio, share, probability)
    assert only_ones < 0


def test_writing_is_composed_with_its_text(some_digits):
    composed = [picture for _, picture in zip(range(20), rejection.compose(some_digits), strict=False)]
    assert all(picture.ndim == 3 and text.isdigit() for picture, text in composed)
    assert [text for _, text in composed] == [
        text for _, (_, text) in zip(range(20), rejection.compose(some_digits), strict=False)
    ]
