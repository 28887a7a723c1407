"""Pictures in which nothing should be read: surfaces, empty paper, printed words, scribbles. Knows no networks."""

import string
from functools import cache
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
from handwriting import Sample
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from surfaces import SURFACES, Grey, Maker, blurred

_SINGLE_LETTERS = "AEFHKMNRWXkmwxPhfdaet"
"""Letters that nobody mistakes for a digit, even a single one."""

_SYMBOLS = "?&%#*+=@{}~<>;:$§"

_FONTS = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSerif", "DejaVuSerif-Italic"),
    *("STIXGeneral", "STIXGeneralItalic", "cmr10", "cmss10", "cmtt10"),
)
"""Fonts of Matplotlib; Pillow's own font is used if one is missing."""


def no_digits(count: int, first: int = 0) -> list[Sample]:
    """Return pictures without digits, of each kind in turn.

    Args:
        count: How many.
        first: Number of the first one; a picture depends on its number alone.
    """
    return [_sample(number) for number in range(first, first + count)]


def _sample(number: int) -> Sample:
    generator = np.random.default_rng((number, 7))
    kind = list(KINDS)[number % len(KINDS)]
    height, width = (int(side) for side in generator.integers(60, 640, 2))
    picture = KINDS[kind](height, width, generator)
    return Sample(f"{kind} {number}", _photographed(picture, generator), "")


def _photographed(picture: Grey, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return a picture as photographed: light that falls off, noise and a tint of the camera."""
    height, width = picture.shape
    if generator.random() < 0.5:
        across, down = generator.uniform(-0.35, 0.35, 2)
        y, x = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j].astype(np.float32)
        picture = picture * (1 + np.float32(across) * x + np.float32(down) * y)
    noise = generator.standard_normal(picture.shape, dtype=np.float32) * np.float32(generator.uniform(0, 6))
    tint = generator.uniform(0.75, 1, 3) if generator.random() < 0.5 else np.ones(3)
    shown = (picture + noise)[..., None] * (tint / tint.max())
    return np.asarray(np.clip(np.round(shown), 0, 255), np.uint8)


def _paper(height: int, width: int, generator: np.random.Generator) -> Grey:
    return np.full((height, width), generator.uniform(90, 250), np.float32)


def _blank(height: int, width: int, generator: np.random.Generator) -> Grey:
    return _paper(height, width, generator)


def _gradient(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make paper in light that falls off, linearly or radially as from a lamp."""
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    angle = generator.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * x + np.sin(angle) * y if generator.random() < 0.5 else np.hypot(x - 0.5, y - 0.5)
    return np.asarray(_paper(height, width, generator) * (1 - generator.uniform(0.2, 0.7) * slope), np.float32)


def _shadow(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make a sheet with the shadow of a hand or a shelf across it."""
    picture = _paper(height, width, generator)
    corners = generator.uniform(-0.3, 1.3, (int(generator.integers(3, 7)), 2)) * (width, height)
    layer = np.zeros((height, width), np.float32)
    cv2.fillPoly(layer, [cv2.convexHull(corners.astype(np.int32))], 1.0)
    soft = blurred(layer, generator.uniform(0.005, 0.08) * max(height, width))
    return np.asarray(picture * (1 - generator.uniform(0.15, 0.6) * soft), np.float32)


def _ruled(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make ruled or squared paper, with or without a margin and holes."""
    picture = _paper(height, width, generator)
    gap, thick = generator.uniform(14, 60), int(generator.integers(1, 3))
    for y in np.arange(generator.uniform(0, gap), height, gap).astype(int):
        picture[y : y + thick] *= np.float32(generator.uniform(0.6, 0.9))
    if generator.random() < 0.4:
        for x in np.arange(generator.uniform(0, gap), width, gap).astype(int):
            picture[:, x : x + thick] *= np.float32(generator.uniform(0.6, 0.9))
    if generator.random() < 0.4:
        x = int(width * generator.uniform(0.08, 0.3))
        picture[:, x : x + thick + 1] *= np.float32(generator.uniform(0.4, 0.8))
    return picture


def _stained(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make a sheet with drops, smears and folds."""
    picture = _paper(height, width, generator)
    for _ in range(int(generator.integers(1, 6))):
        layer = np.zeros((height, width), np.float32)
        centre = (int(generator.integers(width)), int(generator.integers(height)))
        axes = [int(side) for side in generator.uniform(2, 0.15 * max(height, width), 2)]
        cv2.ellipse(layer, centre, axes, float(generator.uniform(0, 180)), 0, 360, 1.0, -1)
        picture *= 1 - np.float32(generator.uniform(0.1, 0.5)) * blurred(layer, generator.uniform(1, 12))
    if generator.random() < 0.3:
        x = int(generator.integers(width))
        picture[:, x:] *= np.float32(generator.uniform(0.85, 0.97))
        picture[:, x : x + 2] *= np.float32(generator.uniform(0.6, 0.9))
    return picture


def _word(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make a printed word of two to ten letters."""
    letters = generator.choice(list(string.ascii_letters), int(generator.integers(2, 11)))
    word = "".join(letters)
    case = generator.integers(4)
    return _print(
        word.lower() if case == 0 else word.upper() if case == 1 else word.title() if case == 2 else word, generator
    )


def _single_letter(height: int, width: int, generator: np.random.Generator) -> Grey:
    return _print(str(generator.choice(list(_SINGLE_LETTERS))), generator)


def _symbols(height: int, width: int, generator: np.random.Generator) -> Grey:
    return _print("".join(generator.choice(list(_SYMBOLS), int(generator.integers(1, 5)))), generator)


def _text(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make a few printed lines of words."""
    letters = list(string.ascii_lowercase) * 3 + [" "] * 14
    lines = (
        "".join(generator.choice(letters, int(generator.integers(8, 30)))) for _ in range(generator.integers(2, 7))
    )
    return _print("\n".join(lines), generator, largest=40)


def _print(text: str, generator: np.random.Generator, largest: int = 130) -> Grey:
    """Return a text printed on paper that is as large as needed."""
    font = _font(str(generator.choice(_FONTS)), int(generator.integers(16, largest)))
    left, top, right, bottom = (
        int(edge) for edge in ImageDraw.Draw(Image.new("L", (1, 1))).textbbox((0, 0), text, font=font)
    )
    margins = generator.integers(10, 80, 4)
    layer = Image.new("L", (right - left + int(margins[:2].sum()), bottom - top + int(margins[2:].sum())), 0)
    ImageDraw.Draw(layer).text((margins[0] - left, margins[2] - top), text, font=font, fill=255)
    ink = np.asarray(layer, np.float32) / 255
    height, width = ink.shape
    paper = _paper(height, width, generator)
    return np.asarray(paper * (1 - np.float32(generator.uniform(0.5, 0.95)) * ink), np.float32)


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"
    return ImageFont.truetype(path, size) if path.is_file() else ImageFont.load_default(size)


def _signature(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make a signature: one stroke that loops, rises and falls along a line."""
    picture = _paper(height, width, generator)
    size = generator.uniform(0.15, 0.6) * height
    steps = np.linspace(0, 1, 400)
    loops = generator.integers(4, 14)
    swings = _smooth_sizes(steps, int(loops), generator)
    x = width * (0.08 + 0.84 * steps) + 0.5 * size * np.sin(2 * np.pi * loops * steps) * generator.uniform(0.3, 1)
    y = height / 2 + 0.5 * size * np.cos(2 * np.pi * loops * steps) * swings + 0.06 * size * generator.normal() * steps
    _stroke(picture, x, y, generator)
    return picture


def _scribble(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make a scribble: one stroke back and forth over one place, as to try a pen or cross something out."""
    picture = _paper(height, width, generator)
    points = generator.uniform(0.15, 0.85, (int(generator.integers(8, 30)), 2)) * (width, height)
    steps = np.linspace(0, len(points) - 1, 30 * len(points))
    x, y = (np.interp(steps, np.arange(len(points)), points[:, axis]) for axis in (0, 1))
    x, y = (np.convolve(np.pad(values, 10, "edge"), np.ones(21) / 21, "valid") for values in (x, y))
    _stroke(picture, x, y, generator)
    return picture


def _smooth_sizes(steps: NDArray[np.float64], knots: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Return sizes between 0.2 and 1.2 that change smoothly along a stroke, (N,)."""
    return np.interp(steps, np.linspace(0, 1, knots + 1), generator.uniform(0.2, 1.2, knots + 1))


def _arrow(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make one to three arrows, level or tilted."""
    picture = _paper(height, width, generator)
    for _ in range(int(generator.integers(1, 4))):
        length = generator.uniform(0.3, 0.8) * min(height, width)
        angle = generator.choice([0, np.pi]) + generator.normal(0, 0.5)
        middle = generator.uniform(0.35, 0.65, 2) * (width, height)
        reach = length / 2 * np.array([np.cos(angle), np.sin(angle)])
        start, end = ((middle + sign * reach).round().astype(int).tolist() for sign in (-1, 1))
        pen = max(1, round(length * generator.uniform(0.02, 0.06)))
        cv2.arrowedLine(picture, start, end, float(picture[0, 0] * 0.2), pen, cv2.LINE_AA, tipLength=0.3)
    return picture


def _stroke(picture: Grey, x: NDArray[np.float64], y: NDArray[np.float64], generator: np.random.Generator) -> None:
    points = np.column_stack([x, y]).round().astype(np.int32)
    pen = max(1, round(min(picture.shape) * generator.uniform(0.008, 0.03)))
    cv2.polylines(picture, [points], False, float(picture[0, 0] * generator.uniform(0.1, 0.5)), pen, cv2.LINE_AA)


KINDS: dict[str, Maker] = SURFACES | {
    "blank": _blank,
    "gradient": _gradient,
    "shadow": _shadow,
    "ruled": _ruled,
    "stained": _stained,
    "word": _word,
    "letter": _single_letter,
    "signs": _symbols,
    "text": _text,
    "signature": _signature,
    "scribble": _scribble,
    "arrow": _arrow,
}
"""Functions that make a picture, by what it shows."""
