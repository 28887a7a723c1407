"""The script that fits the weights of doubt."""

import doubt
import numpy as np

from inkdigits.read.rejection import Evidence


def found(evidence, share, ones=False, agreement=None):
    return doubt.Found("1" if ones else "7", 0.9, Evidence(evidence, share, ones, agreement))


def test_weights_follow_what_tells_writing_from_walls():
    generator = np.random.default_rng(0)
    written = [found(*generator.uniform((5, 0.5), (12, 1)), agreement=0.9) for _ in range(200)]
    walls = [found(*generator.uniform((0, 0), (8, 0.7)), ones=True, agreement=0.4) for _ in range(200)]
    nothing, evidence, share, only_ones, agreement = doubt.fit_weights(written, walls)
    assert nothing < 0 < min(evidence, share, agreement)
    assert only_ones < 0


def test_writing_is_composed_with_what_it_says(some_digits):
    composed = [picture for _, picture in zip(range(20), doubt.compose(some_digits), strict=False)]
    assert all(picture.ndim == 3 and said.isdigit() for picture, said in composed)
    assert [said for _, said in composed] == [
        said for _, (_, said) in zip(range(20), doubt.compose(some_digits), strict=False)
    ]
