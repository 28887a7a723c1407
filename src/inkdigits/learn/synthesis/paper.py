"""Backgrounds under the ink and a camera's effects over it: paper, print, ruling, blur, noise. Knows no digits."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import LINE_HEIGHT
from inkdigits.learn.synthesis.ink import Ink
from inkdigits.learn.synthesis.marks import draw_stroke
from inkdigits.pictures.levels import to_unit_range

_WAVE_SHEETS = 32
"""How many different security prints there are; each is made once, when it is first used."""


def make_background(height: int, width: int, generator: np.random.Generator, *, vertical: bool = True) -> Ink:
    """Make the background of a line: clean paper, blotches, print, a pattern, ruling, or several of them.

    Args:
        height: Of the canvas, in pixels.
        width: Of the canvas, in pixels.
        generator: Draws everything.
        vertical: Whether there may be vertical rules and frames. Cropped to the height of a digit, each looks like a 1.

    Returns:
        (height, width), float32, 0 is clean paper and 1 is as dark as ink; it may go a little beyond both.
    """
    background = np.zeros((height, width), np.float32)
    if generator.random() < 0.3:
        return background
    if generator.random() < 0.45:
        background += _cloud(height, width, generator) * np.float32(generator.uniform(0.02, 0.2))
    if generator.random() < 0.45:
        np.maximum(background, _security_print(height, width, generator), out=background)
    if generator.random() < 0.2:
        np.maximum(background, _repeated_tile(height, width, generator), out=background)
    if generator.random() < 0.35:
        _rule(background, generator, vertical)
    if generator.random() < 0.15:
        _edge_shadow(background, generator, vertical)
    return background


def _cloud(height: int, width: int, generator: np.random.Generator) -> Ink:
    """Make soft blotches of a random size: smooth noise around 0."""
    cell = int(generator.integers(2, 16))
    small = generator.standard_normal((height // cell + 2, width // cell + 2), dtype=np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def blots(width: int, generator: np.random.Generator) -> Ink:
    """Make blots as dark as ink and as large as digits, as a wall or cloth looks in the image of a line.

    Args:
        width: Of the line image, in pixels.
        generator: Draws everything.

    Returns:
        (40, width), float32, 0 is empty and 1 is ink.
    """
    cell = generator.uniform(4, 22)
    rows, columns = round(LINE_HEIGHT / cell) + 3, round(width / cell) + 3
    small = generator.standard_normal((rows, columns), dtype=np.float32)
    cloud = np.asarray(cv2.resize(small, (width, LINE_HEIGHT), interpolation=cv2.INTER_CUBIC), np.float32)
    level = float(np.quantile(cloud, generator.uniform(0.5, 0.9)))
    ink = np.clip((cloud - level) * np.float32(generator.uniform(0.8, 4)), 0, 1)
    if generator.random() < 0.7:
        # The finder of lines takes blots above and below for other lines and erases them.
        _, labels = cv2.connectedComponents((ink > 0).astype(np.uint8))
        ink = ink * np.isin(labels, np.unique(labels[LINE_HEIGHT // 2 - 2 : LINE_HEIGHT // 2 + 2]))
    return np.asarray(ink, np.float32)


def wall(width: int, generator: np.random.Generator) -> Ink:
    """Make bars with joints between them, as bricks, tiles or a ladder look in the image of a line.

    Args:
        width: Of the line image, in pixels.
        generator: Draws everything.

    Returns:
        (40, width), float32, 0 is empty and 1 is ink.
    """
    ink = np.zeros((LINE_HEIGHT, width), np.float32)
    row_height, joint = generator.uniform(10, 28), generator.uniform(1, 5)
    brick = row_height * generator.uniform(0.25, 3)
    y = generator.uniform(-row_height, 4)
    while y < LINE_HEIGHT:
        draw_stroke(ink, [(-2, y), (width + 2, y)], joint)
        x = generator.uniform(-brick, 0)
        while x < width:
            shift = generator.normal(0, 0.03) * row_height
            draw_stroke(ink, [(x, y), (x + shift, y + row_height)], joint * generator.uniform(0.8, 1.2))
            x += brick * generator.normal(1, 0.05) + 1
        y += row_height
    return 1 - ink if generator.random() < 0.3 else ink


def _security_print(height: int, width: int, generator: np.random.Generator) -> Ink:
    """Cut a piece out of a sheet of curved lines, as in security print."""
    sheet = _wave_sheet(int(generator.integers(_WAVE_SHEETS)))
    top = int(generator.integers(0, max(1, sheet.shape[0] - height)))
    left = int(generator.integers(0, max(1, sheet.shape[1] - width)))
    piece = sheet[top : top + height, left : left + width]
    if piece.shape != (height, width):
        piece = np.asarray(cv2.resize(piece, (width, height)))
    # One factor for scale and strength: `to_unit_range` and a second factor would round twice, to other bits.
    return piece * np.float32(generator.uniform(0.08, 0.5) / 255)


@lru_cache(_WAVE_SHEETS)
def _wave_sheet(number: int) -> NDArray[np.uint8]:
    """Return one of the sheets, (128, 1024)."""
    generator = np.random.default_rng(number)
    rows, columns = np.mgrid[0:128, 0:1024].astype(np.float32)  # (128, 1024) each
    pattern = np.zeros(rows.shape, np.float32)
    sharpness = generator.uniform(2, 12)
    for _ in range(generator.integers(1, 4)):
        angle, period = generator.uniform(0, np.pi), generator.uniform(3.0, 11.0)
        bend, long = generator.uniform(0, 6), generator.uniform(25, 120)
        across = columns * np.cos(angle) + rows * np.sin(angle)
        along = rows * np.cos(angle) - columns * np.sin(angle)
        phase = (across + bend * np.sin(along * (2 * np.pi / long) + generator.uniform(0, 6))) * (2 * np.pi / period)
        np.maximum(pattern, ((1 + np.sin(phase)) / 2) ** sharpness, out=pattern)
    return np.round(pattern * 255).astype(np.uint8)


def _repeated_tile(height: int, width: int, generator: np.random.Generator) -> Ink:
    """Repeat a small random tile, as in a screen print or a coarse copy."""
    tall, wide = generator.integers(2, 8, 2)
    tile = generator.random((tall, wide), dtype=np.float32) ** np.float32(generator.uniform(1, 4))
    tiles = np.tile(tile, (height // tall + 1, width // wide + 1))[:height, :width]
    return tiles * np.float32(generator.uniform(0.1, 0.45))


def _rule(background: Ink, generator: np.random.Generator, vertical: bool) -> None:
    """Draw ruled lines across, sometimes with vertical lines as on graph paper or in forms."""
    height, width = background.shape
    darkness = generator.uniform(0.15, 1.0)
    thickness = generator.uniform(0.6, 2.6)
    tilt = generator.normal(0, 0.012) * width
    if generator.random() < 0.35:
        pitch = generator.uniform(9, 32)
        rows = np.arange(generator.uniform(0, pitch), height, pitch)
    else:
        rows = generator.choice([0.06, 0.12, 0.8, 0.86, 0.93], generator.integers(1, 3)) * height
    for row in rows:
        y = row + generator.normal(0, 0.8)
        draw_stroke(background, [(-2, y), (width + 2, y + tilt)], thickness, darkness)
    if vertical and generator.random() < 0.45:
        pitch = generator.uniform(9, 60)
        # As dark as ink, and cut off by the edges of the line image, each would look like a 1.
        darkness = min(darkness, 0.5) * generator.uniform(0.3, 1.0)
        for x in np.arange(generator.uniform(0, pitch), width, pitch):
            draw_stroke(background, [(x - tilt / 8, -2), (x + tilt / 8, height + 2)], thickness, darkness)


def _edge_shadow(background: Ink, generator: np.random.Generator, vertical: bool) -> None:
    """Draw a dark bar along one edge, as a shadow or the frame of a box."""
    height, width = background.shape
    depth = int(generator.integers(1, 5))
    darkness = np.float32(generator.uniform(0.3, 1.0))
    side = generator.integers(4 if vertical else 2)
    if side < 2:
        bar = background[:depth] if side else background[height - depth :]
    else:
        bar = background[:, :depth] if side == 2 else background[:, width - depth :]
    np.maximum(bar, darkness, out=bar)


def photograph(ink: Ink, background: Ink, generator: np.random.Generator) -> Ink:
    """Combine ink and background as a camera or scanner would: faded, blurred, coarse, noisy.

    Args:
        ink: (height, width), float32, 0 is empty and 1 is ink.
        background: (height, width), float32, 0 is clean paper and 1 is as dark as ink.
        generator: Draws everything.

    Returns:
        (height, width), float32, 0 is paper and 1 is ink.
    """
    if generator.random() < 0.3:
        height, width = ink.shape
        fade = 1 + _cloud(height, width, generator) * np.float32(0.25)  # uneven pressure of the pen
        ink = ink * np.clip(fade, 0.4, 1)
    darkness = np.float32(generator.uniform(0.55, 1.0) if generator.random() < 0.8 else generator.uniform(0.3, 0.7))
    picture = 1 - (1 - ink * darkness) * (1 - np.clip(background, 0, 1))
    if generator.random() < 0.35:
        picture = _coarsen(picture, generator.uniform(0.4, 0.9))
    if generator.random() < 0.5:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), generator.uniform(0.3, 1.2)), np.float32)
    if generator.random() < 0.6:
        noise = generator.standard_normal(picture.shape, dtype=np.float32)
        if generator.random() < 0.4:
            noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.8), np.float32) * 2
        picture = picture + noise * np.float32(generator.uniform(0.005, 0.12))
    low, high = generator.uniform(-0.06, 0.12), generator.uniform(0.8, 1.15)
    if generator.random() < 0.5:
        picture = (picture - np.float32(low)) * np.float32(high / (1 - low))
    machine = generator.random()
    if machine < 0.05:
        return _fax(picture, generator)
    if machine < 0.11:
        return _compress(picture, generator)
    return np.asarray(np.clip(picture, 0, 1), np.float32)


def _fax(picture: Ink, generator: np.random.Generator) -> Ink:
    """Make a picture two-level, in rows that are coarser than columns."""
    height, width = picture.shape
    rows = round(height * generator.uniform(0.55, 1))
    coarse = np.asarray(cv2.resize(picture, (width, rows), interpolation=cv2.INTER_AREA), np.float32)
    threshold = np.float32(generator.uniform(0.3, 0.6) * float(coarse.max()))
    two_level = (coarse > threshold).astype(np.float32)
    return np.asarray(cv2.resize(two_level, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _compress(picture: Ink, generator: np.random.Generator) -> Ink:
    """Show a picture with the blocks and ripples of JPEG."""
    levels = np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    encoded = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, int(generator.integers(15, 60))])[1]
    return to_unit_range(np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8))


def _coarsen(picture: Ink, share: float) -> Ink:
    height, width = picture.shape
    small = cv2.resize(
        picture, (max(4, round(width * share)), max(4, round(height * share))), interpolation=cv2.INTER_AREA
    )
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def crop(picture: Ink, generator: np.random.Generator, inked: tuple[int, int] | None = None) -> None:
    """Crop a picture close to the writing: beyond the crop it is 0, without even the paper's noise.

    Args:
        picture: (height, width), float32, 0 is paper and 1 is ink; changed in place.
        generator: Draws where the crop is.
        inked: First and last column of the writing, which all stays; by default of the whole width.
    """
    height, width = picture.shape
    first, last = inked or (16, width - 17)
    top, bottom = generator.integers(0, height // 5, 2)
    left, right = generator.integers(0, 16, 2)
    picture[:top] = 0
    picture[height - bottom :] = 0
    picture[:, : min(left, first)] = 0
    picture[:, max(width - right, last + 1) :] = 0
