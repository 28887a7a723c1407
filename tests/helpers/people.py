"""People who write, without their data sets: a few strokes a digit."""

import numpy as np

from inkdigits.learn.synthesis.handwriting.people import PenWriter, pen_writers

_CORNERS = {
    0: [[(4, 0), (0, 3), (0, 7), (4, 10), (7, 7), (7, 3), (4, 0)]],
    1: [[(0, 3), (4, 0), (4, 10)]],
    2: [[(0, 2), (3, 0), (6, 2), (0, 10), (7, 10)]],
    3: [[(0, 0), (6, 0), (3, 4), (6, 7), (3, 10), (0, 9)]],
    4: [[(3, 0), (0, 6), (7, 6)], [(5, 3), (5, 10)]],
    5: [[(6, 0), (1, 0), (0, 4), (5, 5), (5, 9), (0, 10)]],
    6: [[(5, 0), (0, 6), (2, 10), (6, 8), (4, 5), (1, 7)]],
    7: [[(0, 0), (7, 0), (2, 10)], [(2, 5), (6, 5)]],
    8: [[(5, 1), (1, 1), (5, 7), (3, 10), (0, 8), (5, 1)]],
    9: [[(6, 1), (1, 1), (1, 5), (6, 3), (6, 0), (5, 10)]],
}


def strokes_of(digit: int, size: int = 40) -> tuple[np.ndarray, ...]:
    """Return the strokes of a digit in units of a tablet, some dozen points each."""
    strokes = []
    for corners in _CORNERS[digit]:
        path = np.array(corners, np.float64) * size
        steps = np.linspace(0, len(path) - 1, 6 * len(path))
        strokes.append(np.stack([np.interp(steps, np.arange(len(path)), path[:, axis]) for axis in (0, 1)], axis=1))
    return tuple(stroke.round().astype(np.int16) for stroke in strokes)


def people_with_pens(count: int = 2) -> list[PenWriter]:
    """Return people who write each digit twice."""
    labels = np.tile(np.arange(10), 2 * count)
    digits = [strokes_of(int(label), 30 + 5 * (place // 20)) for place, label in enumerate(labels)]
    return pen_writers(digits, labels, np.repeat(np.arange(count), 20))
