"""Random changes to batches of pictures. Knows nothing of labels or networks.

All random numbers come from torch's random state of the pictures' device, which the checkpoint holds.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from inkdigits.recipes.schema import Augmentation


def augment(pictures: Tensor, settings: Augmentation) -> Tensor:
    """Change each picture on its own: its place and shape, its strokes, its ink.

    All changes of place and shape are combined into one sampling grid, so that pictures are resampled only once.

    Args:
        pictures: (N, 1, H, W), float32 in 0 … 1.
        settings: The limit of each change; each is drawn uniformly within it.

    Returns:
        New pictures (N, 1, H, W), float32 in 0 … 1; pixels from outside are 0.

    Examples:
        >>> from inkdigits.recipes.schema import Augmentation
        >>> augment(torch.rand(4, 1, 28, 28), Augmentation(rotate_degrees=10)).shape
        torch.Size([4, 1, 28, 28])
    """
    warped = _warp(pictures, settings) if _has_warp(settings) else pictures
    if settings.redrawn == 1:
        return _change_ink(warped, settings)
    chosen = torch.rand(len(warped), device=warped.device) < settings.redrawn
    return warped.masked_scatter(chosen.view(-1, 1, 1, 1), _change_ink(warped[chosen], settings))


def _has_warp(settings: Augmentation) -> bool:
    shifts = (settings.rotate_degrees, settings.shift_pixels, settings.scale, settings.shear_degrees)
    return any(shifts) or settings.elastic_pixels > 0


def _warp(pictures: Tensor, settings: Augmentation) -> Tensor:
    """Rotate, shift, scale, shear and distort."""
    matrices = _affine_matrices(pictures, settings)
    grid = functional.affine_grid(matrices, list(pictures.shape), align_corners=False)  # (N, H, W, 2)
    if settings.elastic_pixels:
        grid = grid + _elastic_displacements(pictures, settings)
    return functional.grid_sample(pictures, grid, align_corners=False)


def _change_ink(pictures: Tensor, settings: Augmentation) -> Tensor:
    """Change the width of strokes, sharpness, contrast and noise."""

    def draw(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(len(pictures), 1, 1, 1, device=pictures.device)

    if settings.stroke_width:
        dilated = _dilate(pictures)
        eroded = -_dilate(-pictures)
        change = draw(-settings.stroke_width, settings.stroke_width)
        # Erosion goes half as far, because strokes of one or two pixels would vanish.
        grown, lost = change.clamp(min=0) * (dilated - pictures), 0.5 * change.clamp(max=0) * (pictures - eroded)
        pictures = pictures + grown + lost
    if settings.blur:
        pictures = pictures + draw(0, settings.blur) * (functional.avg_pool2d(pictures, 3, 1, 1) - pictures)
    if settings.contrast:
        pictures = pictures * draw(1 - settings.contrast, 1)
    if settings.noise:
        pictures = (pictures + draw(0, settings.noise) * torch.randn_like(pictures)).clamp(0, 1)
    return pictures


def _dilate(pictures: Tensor) -> Tensor:
    """Return the largest value of each pixel and the eight around it.

    Maxima of whole shifted pictures, across and then down, take a fifth of the time of max_pool2d on one channel.
    """
    around = functional.pad(pictures, (1, 1, 1, 1), mode="replicate")  # (N, 1, H + 2, W + 2)
    across = torch.maximum(torch.maximum(around[..., :-2], around[..., 1:-1]), around[..., 2:])  # (N, 1, H + 2, W)
    return torch.maximum(torch.maximum(across[..., :-2, :], across[..., 1:-1, :]), across[..., 2:, :])


def _affine_matrices(pictures: Tensor, settings: Augmentation) -> Tensor:
    """Return (N, 2, 3) maps from places in the result to places in the picture, with sides of length 2."""
    number, _, height, width = pictures.shape

    def draw(limit: float) -> Tensor:
        return (torch.rand(number, device=pictures.device) * 2 - 1) * limit

    angle = draw(math.radians(settings.rotate_degrees))
    shear = torch.tan(draw(math.radians(settings.shear_degrees)))
    across, down = 1 + draw(settings.scale), 1 + draw(settings.scale)
    cosine, sine = torch.cos(angle), torch.sin(angle)
    rows = [
        cosine / across,
        (shear * cosine - sine) / down,
        draw(2 * settings.shift_pixels / width),
        sine / across,
        (shear * sine + cosine) / down,
        draw(2 * settings.shift_pixels / height),
    ]
    return torch.stack(rows, dim=1).reshape(number, 2, 3)  # (N, 6) to (N, 2, 3)


def _elastic_displacements(pictures: Tensor, settings: Augmentation) -> Tensor:
    """Return (N, H, W, 2) smooth displacements whose mean length is about `elastic_pixels`."""
    number, _, height, width = pictures.shape
    # Displacements that are smooth over several pixels need no value at each: two a deviation are enough.
    spacing = min(4, max(1, int(settings.elastic_smoothness // 2)))
    rows, columns = (math.ceil((side - 1) / spacing) + 1 for side in (height, width))
    deviation = settings.elastic_smoothness / spacing
    reach = max(1, round(2.5 * deviation))
    offsets = torch.arange(-reach, reach + 1, device=pictures.device, dtype=pictures.dtype)
    kernel = torch.exp(-(offsets**2) / (2 * deviation**2))
    # Squares that sum to 1 keep the variance of the noise.
    kernel = kernel / kernel.square().sum().sqrt()
    noise = torch.randn(number * 2, 1, rows + 2 * reach, columns + 2 * reach, device=pictures.device)
    smooth = functional.conv2d(functional.conv2d(noise, kernel.view(1, 1, -1, 1)), kernel.view(1, 1, 1, -1))
    if spacing > 1:
        size = ((rows - 1) * spacing + 1, (columns - 1) * spacing + 1)
        smooth = functional.interpolate(smooth, size=size, mode="bilinear", align_corners=True)
        smooth = smooth[..., :height, :width]
    # The length of a two-dimensional normal vector is on average sqrt(pi / 2) of its deviation.
    pixels = smooth.reshape(number, 2, height, width).permute(0, 2, 3, 1) * settings.elastic_pixels  # (N, H, W, 2)
    side = torch.tensor([width, height], device=pictures.device, dtype=pictures.dtype)
    return pixels / math.sqrt(math.pi / 2) * 2 / side
