from dataclasses import fields

import numpy as np
import pytest

from inkdigits.learn.synthesis.forms.style import HELD_BACK_STYLES, TRAINING_STYLES, StyleSet, sample_form_style


@pytest.mark.parametrize("name", [field.name for field in fields(StyleSet)])
def test_what_is_held_back_is_never_trained_with(name):
    trained, held_back = getattr(TRAINING_STYLES, name), getattr(HELD_BACK_STYLES, name)
    if isinstance(trained, dict):
        trained, held_back = trained.values(), held_back.values()
    assert trained
    assert held_back
    assert not set(trained) & set(held_back)


def test_a_form_takes_its_values_from_one_set():
    generator = np.random.default_rng(0)
    styles = [sample_form_style(HELD_BACK_STYLES, 40.0, generator) for _ in range(200)]
    assert {style.font for style in styles} == set(HELD_BACK_STYLES.fonts)
    assert {style.pen for style in styles} == set(HELD_BACK_STYLES.pens.values())
    assert {style.aspect for style in styles} == set(HELD_BACK_STYLES.aspects)
    inks = set(HELD_BACK_STYLES.rule_colours.values()) | set(HELD_BACK_STYLES.pens.values())
    assert {style.inner.colour for style in styles} <= inks
    assert {style.inner.pattern for style in styles} == {None, *HELD_BACK_STYLES.patterns}
    assert any(style.outer.thickness > 2 * style.inner.thickness for style in styles)
    assert any(style.inner.by_hand for style in styles)
