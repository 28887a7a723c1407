"""Glyphs of fonts and digits of people -> their ink, and digits as the reader cuts them out of lines. Reads nothing."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inkdigits.core.types import LINE_DIGIT_HEIGHT, LINE_HEIGHT, Images, Labels
from inkdigits.learn.synthesis.forms.fonts import AILERON, HERSHEY, print_text
from inkdigits.learn.synthesis.ink import DigitTransform, Ink, composite_ink, transform_digit
from inkdigits.learn.synthesis.paper import photograph
from inkdigits.read.read_line import normalize_crops

Font = str
"""A name of `print_text`, or the path of a font file."""


def print_line(text: str, font: Font, generator: np.random.Generator) -> Ink:
    """Print a text with the boldness, width and slant of a random relative of a font.

    Args:
        text: What to print.
        font: In what font.
        generator: Draws everything else.

    Returns:
        (h, w), float32, 0 is empty and 1 is ink, without margins.
    """
    height = float(np.exp(generator.uniform(np.log(11), np.log(90))))
    return _print(text, font, height, generator)


def print_glyphs(font: Font, count: int, generator: np.random.Generator) -> tuple[list[Ink], list[int]]:
    """Print digits one by one, in one size and boldness.

    Args:
        font: In what font.
        count: How many.
        generator: Draws which, and the size.

    Returns:
        Their ink (h, w), float32, 0 is empty and 1 is ink; and their labels.
    """
    height, seed = float(np.exp(generator.uniform(np.log(11), np.log(60)))), int(generator.integers(1 << 30))
    labels = generator.integers(0, 10, count).tolist()
    return [_print(str(label), font, height, np.random.default_rng(seed)) for label in labels], labels


def write_glyphs(images: Images, labels: Labels, generator: np.random.Generator) -> tuple[list[Ink], list[int]]:
    """Write digits one by one, in about the same size and slant.

    Args:
        images: Digits of one person or of several, (n, 28, 28), uint8, normalized.
        labels: (n,), int64.
        generator: Draws size and slant.

    Returns:
        As `print_glyphs`.
    """
    height, slant, width = generator.uniform(16, 40), generator.normal(0.05, 0.12), generator.normal(1, 0.08)
    transforms = [
        DigitTransform(height * generator.normal(1, 0.05), width, slant + generator.normal(0, 0.03)) for _ in images
    ]
    return [transform_digit(*pair) for pair in zip(images, transforms, strict=True)], labels.tolist()


def crop_glyphs(inks: Sequence[Ink], generator: np.random.Generator) -> Images:
    """Return digits as the reader cuts them out of a line: halfway to their neighbours, on paper, and normalized.

    Args:
        inks: Digits of a line, (h, w) each, float32, 0 is empty and 1 is ink.
        generator: Draws gaps, sharpness and paper.

    Returns:
        (n, 28, 28), uint8, 0 is empty and 255 is ink.
    """
    scale = generator.uniform(20, 27) / float(np.median([len(ink) for ink in inks]))
    gap, x, middles = generator.uniform(0, 0.35) * LINE_DIGIT_HEIGHT, 14.0, []
    canvas = np.zeros((LINE_HEIGHT, 40 * len(inks) + 40), np.float32)
    for ink in inks:
        soft = cv2.GaussianBlur(ink, (0, 0), 0.4 / scale) if scale < 0.8 else ink
        size = max(1, round(soft.shape[1] * scale)), max(1, round(len(soft) * scale))
        small = np.asarray(cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR), np.float32)
        foot = LINE_HEIGHT / 2 + LINE_DIGIT_HEIGHT / 2 + generator.normal(0, 0.5)
        composite_ink(canvas, small, round(x), round(foot) - len(small))
        middles.append(x + size[0] / 2)
        x += size[0] + gap
    canvas = photograph(soften(canvas, LINE_DIGIT_HEIGHT, generator), np.zeros_like(canvas), generator)
    edges = [middles[0] - 24, *((one + other) / 2 for one, other in pairwise(middles)), middles[-1] + 24]
    return normalize_crops([canvas[:, max(0, round(first)) : round(last)] for first, last in pairwise(edges)])


def soften(ink: Ink, height: float, generator: np.random.Generator) -> Ink:
    """Blur ink, and make its edges sharp again: how it was written can't be told by them then."""
    if generator.random() < 0.6:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), max(0.2, generator.uniform(0.0, 0.05) * height)), np.float32)
    if generator.random() < 0.7:
        ink = (ink - np.float32(generator.uniform(0.35, 0.55))) * np.float32(generator.uniform(1, 5)) + np.float32(0.5)
    return np.asarray(np.clip(ink, 0, 1), np.float32)


def _print(text: str, font: Font, height: float, generator: np.random.Generator) -> Ink:
    shown = text if font in HERSHEY or generator.random() < 0.5 else text.replace("x", "×").replace("-", "–")
    ink = print_text(shown, height, font) if font in HERSHEY or font == AILERON else _with_file(shown, height, font)
    if generator.random() < 0.4:
        ink = _changed(ink, height, generator)
    return ink


def _changed(ink: Ink, height: float, generator: np.random.Generator) -> Ink:
    """Make print bolder or finer, wider or narrower, or slanted."""
    size = max(1, round(height * generator.uniform(0.01, 0.04)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    change = generator.random()
    if change < 0.3:
        ink = np.asarray(cv2.dilate(ink, kernel), np.float32)
    elif change < 0.45 and size > 1:
        thinner = np.asarray(cv2.erode(ink, kernel), np.float32)
        ink = thinner if thinner.max() > 0.5 else ink
    width = max(1, round(ink.shape[1] * generator.uniform(0.8, 1.25)))
    ink = np.asarray(cv2.resize(ink, (width, ink.shape[0]), interpolation=cv2.INTER_AREA), np.float32)
    if generator.random() < 0.3:
        slant = generator.uniform(-0.05, 0.25)
        room = int(abs(slant) * ink.shape[0]) + 1
        move = np.array([[1, -slant, max(0.0, slant) * ink.shape[0]], [0, 1, 0]])
        ink = np.asarray(cv2.warpAffine(ink, move, (ink.shape[1] + room, ink.shape[0])), np.float32)
    return ink


def _with_file(text: str, height: float, font: Font) -> Ink:
    face = _face(font, max(4, round(height / 0.72)))
    left, top, right, bottom = (int(edge) for edge in face.getbbox(text))
    layer = Image.new("L", (max(1, right - left) + 4, max(1, bottom - top) + 4), 0)
    ImageDraw.Draw(layer).text((2 - left, 2 - top), text, font=face, fill=255)
    return np.asarray(layer, np.float32) / np.float32(255)


@cache
def _face(font: Font, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font, size)
