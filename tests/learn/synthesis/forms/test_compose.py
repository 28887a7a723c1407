import cv2
import numpy as np
import pytest

from inkdigits.learn.synthesis.forms.camera import MAX_TILT
from inkdigits.learn.synthesis.forms.compose import FORM_KINDS, FormComposer
from inkdigits.learn.synthesis.forms.style import HELD_BACK_STYLES


@pytest.fixture(scope="module")
def composer():
    """Composes with slabs that can be told apart: the digit d is 2 d + 2 pixels wide, and none is like a rule."""
    images = np.zeros((10, 28, 28), np.uint8)
    for digit, image in enumerate(images):
        image[4:24, 14 - digit - 1 : 14 + digit + 1] = 255
    return FormComposer(images, np.arange(10), HELD_BACK_STYLES)


def compose(composer, kind, seed=0, **options):
    return composer.compose(kind, np.random.default_rng(seed), cell_height=36.0, **options)


@pytest.mark.parametrize("photographed", [False, True])
@pytest.mark.parametrize("kind", FORM_KINDS)
def test_every_corner_is_in_the_picture(composer, kind, photographed):
    form = compose(composer, kind, photographed=photographed)
    height, width = form.picture.shape[:2]
    assert form.picture.shape == (height, width, 3)
    assert form.picture.dtype == np.uint8
    corners = np.concatenate([cell.quad for block in form.blocks for cell in block.cells])
    assert (corners >= -2).all()
    assert (corners <= (width + 2, height + 2)).all()


@pytest.mark.parametrize("photographed", [False, True])
@pytest.mark.parametrize("kind", ["comb", "partly filled comb", "boxes", "table", "grid", "sudoku", "graph"])
def test_digits_are_written_in_their_cells(composer, kind, photographed):
    """Cells with digits are darker in their middle than empty ones, wherever the camera put them."""
    darkness = {True: [], False: []}
    for seed in range(3):
        form = compose(composer, kind, seed, photographed=photographed)
        grey = form.picture.mean(axis=2)
        for block in form.blocks:
            for cell in block.cells:
                if cell.content in ("written", "empty"):
                    ink, paper = ink_and_paper(grey, cell)
                    darkness[cell.content == "written"].append(1 - ink / paper)
    assert min(darkness[True]) > 0.15
    assert np.quantile(darkness[False] or [0], 0.9) < 0.35  # but for a long tail from the cell above
    assert np.median(darkness[True]) > 3 * np.median(darkness[False] or [0])


def ink_and_paper(grey, cell):
    """Return the brightness of the darkest spot within a cell, where its ink is said to be, and of its paper."""
    across, down = np.array([0.06, 0.94, 0.94, 0.06]), np.array([0.15, 0.15, 0.85, 0.85])
    corner = np.stack([(1 - across) * (1 - down), across * (1 - down), across * down, (1 - across) * down], axis=1)
    inner = corner @ cell.quad
    mask = cv2.fillConvexPoly(np.zeros(grey.shape, np.uint8), inner.round().astype(np.int32), 1)
    blurred = cv2.blur(grey.astype(np.float32), (2, 2))
    paper = np.quantile(blurred[mask > 0], 0.9)
    if cell.ink.any():
        left, top, right, bottom = cell.ink.round().astype(int)
        said = np.zeros_like(mask)
        said[max(0, top) : bottom, max(0, left) : right] = 1
        mask &= said
    return blurred[mask > 0].min(), paper


def test_the_ink_is_in_the_box_that_is_said(composer):
    """On a page without tilt the darkest pixels near a number lie in the box of its ink."""
    form = next(form for seed in range(20) if (form := compose(composer, "table", seed)).tilt == 0)
    grey = form.picture.mean(axis=2)
    cells = [cell for cell in form.blocks[0].cells if cell.content == "written"]
    assert cells
    for cell in cells:
        left, top, right, bottom = cell.ink.round().astype(int)
        assert grey[top:bottom, left:right].min() < 0.8 * grey.max()
        x, y = cell.quad.mean(axis=0)
        assert cell.quad[0, 0] <= (left + right) / 2 <= cell.quad[1, 0]
        assert abs((top + bottom) / 2 - y) < 0.6 * (cell.quad[3, 1] - cell.quad[0, 1])
        assert abs(x - (left + right) / 2) <= (cell.quad[1, 0] - cell.quad[0, 0]) / 2


def test_a_number_has_as_many_slabs_as_digits(composer):
    """The widths of the slabs in a comb spell its text: the truth is what was written."""
    form = next(
        form
        for seed in range(40)
        if (form := compose(composer, "boxes", seed)).tilt == 0 and "pencil pen" not in form.blocks[0].styles
    )
    widths = {cell.text: cell.ink[2] - cell.ink[0] for cell in form.blocks[0].cells}
    order = sorted(widths, key=widths.get)
    assert [int(name) for name in order[:2]] == sorted(int(name) for name in order[:2])


def test_kinds_are_what_they_are_called(composer):
    comb, boxes = compose(composer, "comb").blocks[0], compose(composer, "boxes").blocks[0]
    assert (comb.kind, boxes.kind) == ("comb", "boxes")
    assert len(comb.rows) == len(boxes.rows) == 1
    assert len(comb.text) == len(comb.cells) == 8
    touching = comb.cells[1].quad[0] - comb.cells[0].quad[1]
    apart = boxes.cells[1].quad[0] - boxes.cells[0].quad[1]
    assert np.hypot(*touching) < 0.01
    assert np.hypot(*apart) > 3
    partly = [compose(composer, "partly filled comb", seed).blocks[0] for seed in range(6)]
    assert all(0 < len(block.text) < len(block.cells) for block in partly)
    assert {block.cells[0].content for block in partly} == {"written", "empty"}
    sudoku = compose(composer, "sudoku").blocks[0]
    assert [len(row) for row in sudoku.rows] == [9] * 9
    assert {cell.content for cell in sudoku.cells} <= {"printed", "written", "empty"}
    assert all(len(cell.text) == (cell.content != "empty") for cell in sudoku.cells)
    table = compose(composer, "table").blocks[0]
    assert len({len(row) for row in table.rows}) == 1
    assert all(1 <= len(cell.text) <= 4 for cell in table.cells if cell.content == "written")
    assert len(compose(composer, "sheet").blocks) >= 2
    assert len(compose(composer, "ledger").blocks[0].rows) >= 18


def test_photos_are_tilted_turned_and_seen_from_the_side(composer):
    forms = [compose(composer, "comb", seed, photographed=True) for seed in range(120)]
    tilts = np.array([form.tilt for form in forms])
    assert 0.6 * MAX_TILT < abs(tilts).max() <= MAX_TILT
    assert {form.turns for form in forms} == {0, 1, 2, 3}
    # The same cells are larger at one end where the camera stood aside.
    sides = [
        np.hypot(*(form.blocks[0].cells[end].quad[3] - form.blocks[0].cells[end].quad[0]).T)
        for form in forms
        for end in (0, -1)
    ]
    first, last = np.array(sides[::2]), np.array(sides[1::2])
    assert max(abs(np.log(first / last))) > 0.1
    for form in forms:
        along = form.blocks[0].cells[-1].quad[0] - form.blocks[0].cells[0].quad[0]
        angle = np.degrees(np.arctan2(along[1], along[0])) - 90 * form.turns
        assert abs((angle + 180) % 360 - 180) < 60


def test_scans_are_straight(composer):
    for seed in range(10):
        form = compose(composer, "comb", seed)
        assert form.turns == 0
        assert abs(form.tilt) <= 1
        along = form.blocks[0].cells[-1].quad[1] - form.blocks[0].cells[0].quad[0]
        assert abs(np.degrees(np.arctan2(along[1], along[0])) - form.tilt) < 0.05


@pytest.mark.parametrize("photographed", [False, True])
def test_everything_comes_from_the_generator(composer, photographed):
    first, second, other = (compose(composer, "sheet", seed, photographed=photographed) for seed in (1, 1, 2))
    assert np.array_equal(first.picture, second.picture)
    assert first.to_dict() == second.to_dict()
    assert first.to_dict() != other.to_dict()
