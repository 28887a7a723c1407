"""What light and a camera do to a picture: tables under paper, shadows, blur, noise, JPEG. Knows no pages."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Picture

Light = NDArray[np.float32]
"""(H, W, 3), red, green and blue, about 0 … 1."""


def make_table(height: int, width: int, covered: NDArray[np.float32], generator: np.random.Generator) -> Light:
    """Make a dark table with grain, darker beside the paper.

    Args:
        height: In pixels.
        width: In pixels.
        covered: (H, W), float32, 1 is under paper and 0 is not.
        generator: Draws everything.

    Returns:
        (H, W, 3), float32, red, green and blue in 0 … 1.
    """
    brightness = generator.uniform(0.05, 0.4)
    colour = np.clip(brightness * generator.uniform(0.7, 1.15, 3), 0, 0.6).astype(np.float32)
    if generator.random() < 0.5:
        colour = np.clip(brightness * np.array([1.15, 0.85, 0.6], np.float32), 0, 0.6)
    fine, coarse = (2, 40) if generator.random() < 0.5 else (6, 6)
    small = generator.standard_normal((height // fine + 2, width // coarse + 2), dtype=np.float32)
    grain = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    shadow = cv2.blur(covered, (max(3, width // 40), max(3, height // 40)))
    shade = (1 + np.float32(generator.uniform(0.02, 0.2)) * grain) * (1 - np.float32(0.6) * shadow)
    return np.asarray(np.clip(shade, 0, 2)[..., None] * colour, np.float32)


def light_up(view: Light, generator: np.random.Generator) -> Light:
    """Return a view in uneven, tinted light, perhaps with the shadow of a hand.

    Args:
        view: (H, W, 3), float32, red, green and blue in 0 … 1.
        generator: Draws everything.

    Returns:
        (H, W, 3), float32, red, green and blue in 0 … 1.
    """
    height, width = view.shape[:2]
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None]
    across, down, round_off = (*generator.uniform(-0.35, 0.35, 2), generator.uniform(0, 0.4))
    light = 1 + np.float32(across) * x + np.float32(down) * y - np.float32(round_off) * (x**2 + y**2)
    if generator.random() < 0.35:
        light = light * (1 - np.float32(generator.uniform(0.1, 0.4)) * _shadow(height, width, generator))
    warmth = generator.normal(0, 0.05)  # lamps are yellow, the shade is blue
    tint = (1 + np.array([warmth, 0, -warmth]) + generator.normal(0, 0.012, 3)).astype(np.float32)
    exposure = np.float32(generator.uniform(0.62, 0.98) / tint.max())
    return np.asarray(np.clip(view * light[..., None] * (tint * exposure), 0, 1), np.float32)


def _shadow(height: int, width: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return a soft shadow, (H, W), float32, 0 is lit and 1 is dark: made small, since it has no edges."""
    corners = generator.uniform(-0.4, 1.4, (int(generator.integers(3, 6)), 2)) * 128
    layer = np.zeros((128, 128), np.float32)
    cv2.fillPoly(layer, [cv2.convexHull(corners.astype(np.int32))], 1.0)
    soft = cv2.GaussianBlur(layer, (0, 0), generator.uniform(2, 12))
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def degrade(view: Light, detail: float, strength: float, generator: np.random.Generator) -> Picture:
    """Return the picture that a camera saves: blurred, noisy, compressed.

    Args:
        view: (H, W, 3), float32, red, green and blue in 0 … 1.
        detail: Height of a cell, in pixels: what must stay legible.
        strength: How much of each, 0 … 1.
        generator: Draws everything.

    Returns:
        (H, W, 3), uint8, red, green and blue in 0 … 255.
    """
    blur = generator.uniform(0.25, max(0.5, min(0.028 * detail, 1.8))) * (0.5 + 0.5 * strength)
    shown = np.asarray(cv2.GaussianBlur(view, (0, 0), blur), np.float32)
    if strength > 0.6 and generator.random() < 0.15:
        shown = np.asarray(cv2.filter2D(shown, -1, _motion(max(2.0, 0.06 * detail), generator)), np.float32)
    sigma = generator.uniform(0.5, 6) * strength / 255
    grain = generator.standard_normal(shown.shape, dtype=np.float32)
    if generator.random() < 0.5:
        grain = np.asarray(cv2.GaussianBlur(grain, (0, 0), 0.7), np.float32) * 2
    picture = np.clip(np.round((shown + grain * np.float32(sigma)) * 255), 0, 255).astype(np.uint8)
    quality = int(generator.integers(55 if strength > 0.6 else 75, 97))
    stored = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    seen = np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(seen[:, :, ::-1])


def _motion(length: float, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return the kernel of a hand that moved."""
    side = 2 * round(length / 2) + 1
    kernel = np.zeros((side, side), np.float32)
    angle = generator.uniform(0, np.pi)
    reach = (side - 1) / 2 * np.array([np.cos(angle), np.sin(angle)])
    middle = np.array([side // 2, side // 2])
    ends = [tuple(int(value) for value in np.round(middle + sign * reach)) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0)
    return np.asarray(kernel / kernel.sum(), np.float32)
