import numpy as np
import pytest

from helpers.writing import blank, draw, picture_of, sheet_of, turned
from inkdigits.read.page.binarize import binarize


@pytest.fixture(scope="module")
def sheet():
    return sheet_of(["80512", "47963"], 40)[0]


def found_and_false(page, canvas):
    """Return which share of the strokes is in the mask, and how much of the mask is nowhere near a stroke."""
    mask = page.mask
    assert mask.shape == canvas.shape
    near = np.asarray(np.pad(canvas, 2) > 0.02)
    around = np.zeros(canvas.shape, dtype=bool)
    for down in range(5):
        for right in range(5):
            around |= near[down : down + canvas.shape[0], right : right + canvas.shape[1]]
    return mask[canvas > 0.9].mean(), (mask & ~around).sum() / max(mask.sum(), 1)


def assert_clean(page, canvas, least=0.97, most_false=0.01):
    found, false = found_and_false(page, canvas)
    assert found > least, f"only {found:.1%} of the strokes"
    assert false < most_false, f"{false:.1%} of the mask is no stroke"


def test_dark_on_light_and_light_on_dark_give_the_same_page(sheet):
    picture = picture_of(sheet, noise_sigma=4)
    on_paper, on_board = binarize(picture), binarize(255 - picture)
    assert np.array_equal(on_paper.mask, on_board.mask)
    assert np.array_equal(on_paper.grey, on_board.grey)
    assert_clean(on_paper, sheet)


def test_grey_is_paper_0_and_ink_1(sheet):
    grey = binarize(picture_of(sheet, paper=180, ink=90)).grey
    assert grey.dtype == np.float32
    assert 0 <= grey.min() <= grey.max() <= 1
    assert np.median(grey[sheet == 1]) > 0.9
    assert np.median(grey[sheet == 0]) < 0.05


@pytest.mark.parametrize(
    ("paper", "ink"),
    [
        ((250, 250, 250), (40, 60, 170)),  # ballpoint
        ((250, 250, 250), (200, 40, 40)),  # a red pen
        ((245, 240, 200), (70, 140, 90)),  # green on cream
        ((120, 170, 210), (30, 40, 60)),  # a blue form
        ((40, 70, 55), (230, 230, 220)),  # chalk
        ((255, 235, 120), (240, 130, 30)),  # orange on yellow
        ((225, 225, 225), (170, 170, 175)),  # hard pencil
    ],
)
def test_ink_of_any_colour_on_paper_of_any_colour(sheet, paper, ink):
    assert_clean(binarize(picture_of(sheet, paper=paper, ink=ink, noise_sigma=2)), sheet)


def test_the_hard_edge_of_a_shadow_is_no_stroke(sheet):
    height, width = sheet.shape
    y, x = np.mgrid[:height, :width]
    light = np.where(x + 0.6 * y < 0.55 * width, 1, 0.45).astype(np.float32)
    assert_clean(binarize(picture_of(sheet, light=light, noise_sigma=2)), sheet, least=0.95, most_false=0.02)


@pytest.mark.parametrize(("left", "right"), [(1.0, 0.35), (0.3, 0.9)])
def test_light_that_falls_off_changes_nothing(sheet, left, right):
    light = np.broadcast_to(np.linspace(left, right, sheet.shape[1], dtype=np.float32), sheet.shape)
    assert_clean(binarize(picture_of(sheet, light=light, noise_sigma=2)), sheet)


def test_faint_and_strong_writing_stand_on_one_page():
    strong, faint = sheet_of(["80512", " "])[0], sheet_of([" ", "47963"])[0]
    width = max(strong.shape[1], faint.shape[1])
    strong, faint = (np.pad(part, ((0, 0), (0, width - part.shape[1]))) for part in (strong, faint))
    page = binarize(picture_of(np.maximum(strong, 0.45 * faint), noise_sigma=1.5))
    assert page.mask[strong > 0.9].mean() > 0.97
    assert page.mask[faint > 0.9].mean() > 0.97


def nothing(height=240, width=360, level=220):
    return np.full((height, width), level, np.float32)


PAPERS = {
    "white": nothing(level=255),
    "dark": nothing(level=60),
    "grain": nothing() + np.random.default_rng(0).normal(0, 6, (240, 360)),
    "coarse grain": nothing(level=120) + np.random.default_rng(0).normal(0, 12, (240, 360)),
    "gradient": nothing() * np.linspace(0.4, 1, 360),
    "shadow": nothing() * np.where(np.arange(360) < 200, 1, 0.4),
    "dark corner": nothing() * np.clip(1.3 - np.hypot(*np.mgrid[-0.7:0.7:240j, -0.7:0.7:360j]), 0.2, 1),
}


@pytest.mark.parametrize("paper", PAPERS)
def test_paper_without_writing_has_no_ink(paper):
    grey = np.clip(np.round(PAPERS[paper]), 0, 255).astype(np.uint8)
    page = binarize(np.repeat(grey[..., None], 3, axis=2))
    assert page.mask.sum() == 0


def ruled(canvas, pitch, *, down=False, pen=1.5):
    lines = blank(*canvas.shape)
    height, width = canvas.shape
    for y in range(pitch // 2, height, pitch):
        draw(lines, [(-5, y), (width + 5, y)], pen)
    for x in range(pitch // 2, width if down else 0, pitch):
        draw(lines, [(x, -5), (x, height + 5)], pen)
    return lines


@pytest.mark.parametrize("tilt", [0, 2])
@pytest.mark.parametrize("down", [False, True], ids=["ruled", "graph"])
@pytest.mark.parametrize("pitch", [34, 60])
def test_the_lines_of_the_paper_go_and_the_strokes_across_them_stay(down, pitch, tilt):
    canvas = sheet_of(["80512", "47963"], 80)[0]
    lines = turned(ruled(canvas, pitch, down=down), tilt)
    page = binarize(picture_of(np.maximum(canvas, 0.35 * lines), noise_sigma=2))
    # A stroke's own end may lie along a line; nearly all of the rest stays.
    assert page.mask[canvas > 0.9].mean() > 0.95
    only_line = (lines > 0.5) & (canvas == 0)
    assert page.mask[only_line].mean() < 0.06


def test_the_pattern_of_a_cheque_is_no_ink(sheet):
    y, x = np.mgrid[: sheet.shape[0], : sheet.shape[1]].astype(np.float32)
    waves = ((1 + np.sin((x + 6 * np.sin(y / 9)) * (2 * np.pi / 7))) / 2) ** 3
    page = binarize(picture_of(np.maximum(sheet, 0.18 * waves), noise_sigma=2))
    assert_clean(page, sheet, least=0.95)


def test_large_pictures_are_worked_on_smaller_and_small_ones_larger():
    large = binarize(np.full((1000, 4800, 3), 230, np.uint8))
    assert large.grey.shape == large.mask.shape == (500, 2400)
    assert large.scale == 0.5
    small = binarize(np.full((28, 28, 3), 230, np.uint8))
    assert small.scale > 2
    assert small.grey.shape == (round(28 * small.scale), round(28 * small.scale))


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (1, 50_000), (50_000, 1), (2, 2), (5, 9)])
def test_pictures_of_odd_sizes_make_a_page(shape):
    generator = np.random.default_rng(0)
    page = binarize(generator.integers(0, 256, (*shape, 3), dtype=np.uint8))
    assert page.grey.shape == page.mask.shape
    assert np.isfinite(page.grey).all()
