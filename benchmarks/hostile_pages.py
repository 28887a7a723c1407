"""Pages that are hard on whatever looks for forms: masses of rules, checks, dots and noise. Knows no readers."""

from collections.abc import Callable

import cv2
import numpy as np

from inkdigits.core.types import Picture


def _rules(generator: np.random.Generator) -> Picture:
    """Make ten thousand rules at all angles."""
    page = np.full((3000, 4000), 245, np.uint8)
    ends = generator.integers(0, (4000, 3000), (10_000, 2, 2))
    for start, end in ends.tolist():
        cv2.line(page, start, end, 30, 1, cv2.LINE_AA)
    return _colour(page)


def _level_rules(generator: np.random.Generator) -> Picture:
    """Make five thousand level and five thousand upright pieces of rules."""
    page = np.full((3000, 4000), 245, np.uint8)
    for number in range(10_000):
        x, y, length = int(generator.integers(3900)), int(generator.integers(2900)), int(generator.integers(40, 900))
        end = (x + length, y) if number % 2 else (x, y + length)
        cv2.line(page, (x, y), end, 30, 2)
    return _colour(page)


def _checks(side: int) -> Callable[[np.random.Generator], Picture]:
    def make(generator: np.random.Generator) -> Picture:
        y, x = np.mgrid[:3000, :4000] // side
        return _colour(np.where((x + y) % 2, 240, 20).astype(np.uint8))

    return make


def _halftone(generator: np.random.Generator) -> Picture:
    """Make a print of dots whose size follows clouds."""
    small = generator.random((12, 16), dtype=np.float32)
    tone = cv2.resize(small, (4000, 3000), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[:3000, :4000].astype(np.float32)
    wave = np.sin((x + y) * np.float32(0.55)) * np.sin((x - y) * np.float32(0.55))
    return _colour(np.where(0.5 + 0.5 * wave < tone, 235, 25).astype(np.uint8))


def _grid(pitch: int) -> Callable[[np.random.Generator], Picture]:
    """Make rules of one pixel."""

    def make(generator: np.random.Generator) -> Picture:
        page = np.full((3000, 4000), 245, np.uint8)
        page[::pitch] = page[:, ::pitch] = 20
        return _colour(page)

    return make


def _noise(generator: np.random.Generator) -> Picture:
    return generator.integers(0, 256, (5164, 7746, 3), dtype=np.uint8)  # 40 megapixels


def _speckle(generator: np.random.Generator) -> Picture:
    """Make two hundred thousand specks as large as digits, in rows and columns that nearly fit a table."""
    page = np.full((4000, 5000), 245, np.uint8)
    for y in range(8, 3990, 20):
        for x in range(8, 4990, 10):
            if generator.random() < 0.5:
                page[y : y + int(generator.integers(2, 14)), x : x + int(generator.integers(1, 7))] = 40
    return _colour(page)


def _nested_boxes(generator: np.random.Generator) -> Picture:
    """Make seven hundred boxes, each inside another."""
    page = np.full((3000, 4000), 245, np.uint8)
    for inset in range(0, 1490, 2):
        cv2.rectangle(page, (inset, inset), (3999 - inset, 2999 - inset), 20 if inset % 4 else 245, 2)
    return _colour(page)


def _colour(page: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]") -> Picture:
    return np.asarray(cv2.cvtColor(page, cv2.COLOR_GRAY2RGB), np.uint8)


HOSTILE_PAGES: dict[str, Callable[[np.random.Generator], Picture]] = {
    "ten thousand rules": _rules,
    "ten thousand level and upright rules": _level_rules,
    "checkerboard, 1 pixel": _checks(1),
    "checkerboard, 8 pixels": _checks(8),
    "checkerboard, 40 pixels": _checks(40),
    "halftone": _halftone,
    "grid of 1-pixel rules, 2 pixels apart": _grid(2),
    "grid of 1-pixel rules, 6 pixels apart": _grid(6),
    "grid of 1-pixel rules, 24 pixels apart": _grid(24),
    "noise of 40 megapixels": _noise,
    "specks in rows": _speckle,
    "nested boxes": _nested_boxes,
}
"""Functions that make a page, by what it shows."""
