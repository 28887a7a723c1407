import numpy as np

from inkdigits.learn.synthesis.writer_style import sample_writer_style


def test_digits_of_one_style_may_have_uneven_pressure_and_be_linked_at_their_feet():
    styles = [sample_writer_style(np.random.default_rng(seed)) for seed in range(300)]
    assert 0.05 < np.mean([style.pressure < 1 for style in styles]) < 0.3
    assert any(style.linked and style.linked_below for style in styles)
    assert any(style.linked and not style.linked_below for style in styles)
    assert min(style.pressure for style in styles) >= 0.4
