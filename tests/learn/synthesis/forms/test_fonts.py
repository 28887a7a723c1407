import numpy as np
import pytest

from inkdigits.learn.synthesis.forms.fonts import print_text
from inkdigits.learn.synthesis.forms.style import HELD_BACK_STYLES, TRAINING_STYLES

FONTS = TRAINING_STYLES.fonts + HELD_BACK_STYLES.fonts


@pytest.mark.parametrize("font", FONTS)
def test_words_are_as_high_as_asked(font):
    ink = print_text("H", 40, font)
    assert ink.dtype == np.float32
    assert 34 <= ink.shape[0] <= 46
    assert ink.max() == pytest.approx(1, abs=0.01)
    assert print_text("HHHH", 40, font).shape[1] > 3 * ink.shape[1]


def test_fonts_differ():
    assert len({print_text("Agr25", 30, font).tobytes() for font in FONTS}) == len(FONTS)


def test_a_text_without_ink_is_empty():
    assert print_text(" ", 20, "DejaVuSans").tolist() == [[0.0]]
