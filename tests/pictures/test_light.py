import numpy as np
import pytest

from helpers.writing import blank, picture_of, write
from inkdigits.pictures.light import darkness, full_ink, noise_sigma


def written(height=120, width=300):
    canvas = blank(height, width)
    write(canvas, "5203", 30, 30, 60)
    return canvas


def paper_and_ink(taken, canvas):
    return taken[canvas == 0], taken[canvas == 1]


def test_paper_is_zero_and_ink_is_the_share_of_light_that_it_takes():
    canvas = written()
    paper, ink = paper_and_ink(darkness(picture_of(canvas, paper=200, ink=50)), canvas)
    assert np.abs(paper).max() < 0.1
    assert ink == pytest.approx(0.75, abs=0.03)


@pytest.mark.parametrize("strength", [0.4, 0.7])
def test_a_gradient_and_the_edge_of_a_shadow_are_divided_out(strength):
    canvas = written()
    across = np.linspace(1, 1 - strength, canvas.shape[1], dtype=np.float32)
    shadow = np.where(np.arange(canvas.shape[1]) < 130, 1, 1 - strength).astype(np.float32)
    for light in (across, shadow):
        lit = np.broadcast_to(light, canvas.shape)
        paper, ink = paper_and_ink(darkness(picture_of(canvas, light=lit)), canvas)
        # A ramp of a pixel at the shadow's edge is nothing that anyone would take for ink.
        assert np.quantile(paper, 0.99) < 0.12
        assert np.quantile(ink, 0.02) > 0.6


def test_bright_strokes_on_a_dark_ground_are_ink_too():
    canvas = written()
    on_paper = darkness(picture_of(canvas, paper=235, ink=40))
    on_board = darkness(255 - picture_of(canvas, paper=235, ink=40))
    assert np.array_equal(on_paper, on_board)


def test_of_the_colours_the_one_that_shows_the_ink_is_taken():
    # Mixed to the same grey: only the single colours tell ink from paper.
    canvas = written()
    paper, ink = (230, 150, 150), (60, 236, 150)
    assert np.dot(np.subtract(paper, ink), (0.299, 0.587, 0.114)) == pytest.approx(0, abs=1)
    taken = darkness(picture_of(canvas, paper=paper, ink=ink))
    assert np.median(taken[canvas == 1]) > 0.5
    assert np.abs(taken[canvas == 0]).mean() < 0.03


def test_noise_sigma_is_the_deviation_of_the_noise_and_strokes_are_none():
    noise = np.random.default_rng(1).normal(0, 0.05, (200, 300)).astype(np.float32)
    assert noise_sigma(noise) == pytest.approx(0.05, rel=0.1)
    assert noise_sigma(noise + written(200, 300)) == pytest.approx(0.05, rel=0.1)
    assert noise_sigma(np.zeros((1, 1), np.float32)) == 0


def test_full_ink_is_the_darkness_of_strokes_and_not_of_a_speck():
    taken = 0.6 * written()
    assert full_ink(taken) == pytest.approx(0.6, abs=0.05)
    speck = np.zeros((120, 300), np.float32)
    speck[40, 50] = 1
    assert full_ink(speck) < 0.2


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 2), (3, 1000)])
@pytest.mark.parametrize("value", [40, 128, 255])
def test_pictures_of_any_size_and_light_have_an_answer(shape, value):
    taken = darkness(np.full((*shape, 3), value, np.uint8))
    assert taken.shape == shape
    assert np.isfinite(taken).all()
    assert full_ink(taken) < 0.05
