import math

import pytest
import torch

from inkdigits.learn.training.tasks.augmentation import augment
from inkdigits.recipes.schema import Augmentation


def square(number=64):
    pictures = torch.zeros(number, 1, 28, 28)
    pictures[:, :, 11:17, 11:17] = 1
    return pictures


def places(pictures):
    """Return the centre of mass (N, 2) as row, column, and the mass (N,)."""
    mass = pictures.sum(dim=(1, 2, 3))
    steps = torch.arange(28.0)
    rows = (pictures.sum(dim=3)[:, 0] * steps).sum(dim=1) / mass
    columns = (pictures.sum(dim=2)[:, 0] * steps).sum(dim=1) / mass
    return torch.stack([rows, columns], dim=1), mass


def test_nothing_asked_for_changes_nothing():
    torch.testing.assert_close(augment(square(), Augmentation()), square(), atol=1e-5, rtol=0)


def test_shifts_stay_within_their_limit_and_use_it():
    torch.manual_seed(0)
    moved = (places(augment(square(500), Augmentation(shift_pixels=3)))[0] - 13.5).abs()
    assert moved.max() <= 3.01
    assert moved.max() > 2.8
    assert moved.mean() == pytest.approx(1.5, abs=0.15)


def test_scales_change_the_area_evenly_around_the_centre():
    torch.manual_seed(0)
    centres, mass = places(augment(square(500), Augmentation(scale=0.2)))
    assert (centres - 13.5).abs().max() < 0.05
    sides = (mass / 36).sqrt()
    assert 0.78 < sides.min() < 0.86
    assert 1.14 < sides.max() < 1.22


def test_rotations_keep_area_and_centre():
    torch.manual_seed(0)
    bar = torch.zeros(300, 1, 28, 28)
    bar[:, :, 4:24, 13:15] = 1
    turned = augment(bar, Augmentation(rotate_degrees=30))
    centres, mass = places(turned)
    assert (centres - 13.5).abs().max() < 0.05
    assert (mass / 40 - 1).abs().max() < 0.05
    tops = turned[:, 0, :8].sum(dim=1).argmax(dim=1)
    reach = math.sin(math.radians(30)) * 8
    assert (tops - 13.5).abs().max() <= reach + 1.5
    assert tops.unique().numel() > 5


def test_shear_moves_top_and_bottom_apart():
    torch.manual_seed(0)
    bar = torch.zeros(200, 1, 28, 28)
    bar[:, :, 4:24, 13:15] = 1
    sheared = augment(bar, Augmentation(shear_degrees=20))
    top, bottom = sheared[:, 0, 6].argmax(dim=1), sheared[:, 0, 21].argmax(dim=1)
    assert (top - bottom).abs().max() >= 4
    rows = sheared[:, 0].sum(dim=2).gt(0.5).sum(dim=1)
    assert (rows - 20).abs().max() <= 2


def test_the_elastic_warp_has_the_length_that_was_asked_for():
    torch.manual_seed(0)
    ramp = torch.arange(28.0).expand(400, 1, 28, 28).contiguous()
    warped = augment(ramp, Augmentation(elastic_pixels=1.5))
    across = (warped - ramp)[:, :, 8:20, 8:20]
    # One of two directions of a normal vector whose mean length is 1.5.
    assert across.std() == pytest.approx(1.5 / math.sqrt(math.pi / 2), rel=0.1)
    steps = across[..., 1:] - across[..., :-1]
    assert steps.std() < 0.35


def test_each_picture_is_changed_on_its_own_and_by_the_seed_alone():
    settings = Augmentation(rotate_degrees=10, shift_pixels=2, scale=0.1, shear_degrees=5, elastic_pixels=1)
    results = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        results.append(augment(square(8), settings))
    assert torch.equal(results[0], results[1])
    assert not torch.equal(results[0], results[2])
    assert not torch.equal(results[0][0], results[0][1])


class TestInk:
    """What happens to strokes and ink; the pictures stay where they are."""

    def test_strokes_grow_and_shrink_within_their_limit(self):
        torch.manual_seed(0)
        sides = (augment(square(500), Augmentation(stroke_width=1)).sum(dim=(1, 2, 3))).sqrt()
        assert 4.8 < sides.min() < 5.2
        assert 7.7 < sides.max() <= 8
        assert (sides > 6).float().mean() == pytest.approx(0.5, abs=0.08)

    def test_strokes_at_the_edge_end_there(self):
        torch.manual_seed(0)
        full = torch.ones(8, 1, 28, 28)
        torch.testing.assert_close(augment(full, Augmentation(stroke_width=1)), full)

    def test_blur_keeps_the_ink_and_softens_its_edge(self):
        torch.manual_seed(0)
        blurred = augment(square(100), Augmentation(blur=1))
        torch.testing.assert_close(blurred.sum(dim=(1, 2, 3)), torch.full((100,), 36.0))
        beside = blurred[:, 0, 14, 10]
        assert 0 < beside.min() < 0.05
        assert 0.28 < beside.max() <= 1 / 3 + 1e-6

    def test_contrast_makes_ink_fainter_and_paper_no_darker(self):
        torch.manual_seed(0)
        faint = augment(square(300), Augmentation(contrast=0.4))
        strongest = faint.amax(dim=(1, 2, 3))
        assert 0.6 <= strongest.min() < 0.63
        assert 0.97 < strongest.max() <= 1
        assert not faint[:, :, :10].any()

    def test_noise_differs_in_strength_and_stays_in_range(self):
        torch.manual_seed(0)
        noisy = augment(torch.full((300, 1, 28, 28), 0.5), Augmentation(noise=0.1))
        deviations = noisy.std(dim=(1, 2, 3))
        assert deviations.min() < 0.01
        assert 0.09 < deviations.max() < 0.11
        both = augment(square(50), Augmentation(noise=0.5))
        assert 0 <= both.min() <= both.max() <= 1

    def test_each_picture_is_changed_on_its_own_and_by_the_seed_alone(self):
        settings = Augmentation(stroke_width=0.5, blur=0.5, contrast=0.3, noise=0.1)
        results = []
        for seed in (1, 1, 2):
            torch.manual_seed(seed)
            results.append(augment(square(8), settings))
        assert torch.equal(results[0], results[1])
        assert not torch.equal(results[0], results[2])
        assert not torch.equal(results[0][0], results[0][1])

    def test_only_the_share_asked_for_is_redrawn(self):
        torch.manual_seed(0)
        given = square(400)
        drawn = augment(given, Augmentation(contrast=0.5, redrawn=0.25))
        changed = (drawn != given).flatten(1).any(dim=1)
        assert 0.18 < changed.float().mean() < 0.32
        torch.testing.assert_close(drawn[~changed], given[~changed])
        assert torch.equal(augment(given, Augmentation(contrast=0.5, redrawn=0)), given)
