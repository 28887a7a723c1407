"""Signs of numbers -> the path of a pen. Knows no digits and no ink.

Lengths are in heights of a digit: y is 0 on the baseline and -1 at the head, x begins at about 0.
"""

from collections.abc import Callable

import numpy as np

from inkdigits.learn.synthesis.ink import PenPath

_JITTER = 0.02
"""Standard deviation of each point, in heights."""


def write_sign(sign: str, generator: np.random.Generator) -> list[PenPath]:
    """Write a sign as somebody may write it.

    Args:
        sign: One of `SIGNS`.
        generator: Draws everything.

    Returns:
        Its strokes, each (points, 2), float32.

    Examples:
        >>> [stroke.shape for stroke in write_sign("=", np.random.default_rng(1))]
        [(3, 2), (3, 2)]
    """
    strokes = _WRITERS[sign](generator)
    return [
        (np.array(stroke) + generator.normal(0, _JITTER, (len(stroke), 2))).astype(np.float32) for stroke in strokes
    ]


_Strokes = list[list[tuple[float, float]]]


def _dot(y: float, generator: np.random.Generator) -> list[tuple[float, float]]:
    size = generator.uniform(0, 0.06)
    angle = generator.uniform(0, 6)
    return [(0, y), (size * np.cos(angle), y + size * np.sin(angle)), (0, y)]


def _point(generator: np.random.Generator) -> _Strokes:
    raised = generator.random() < 0.08
    return [_dot(-generator.uniform(0.3, 0.5) if raised else generator.uniform(-0.1, 0.06), generator)]


def _tick(top: float, generator: np.random.Generator) -> _Strokes:
    drop, back, bend = generator.uniform(0.12, 0.42), generator.uniform(-0.03, 0.2), generator.uniform(-0.03, 0.06)
    return [[(back, top), (back + bend, top + 0.4 * drop), (0, top + drop)]]


def _comma(generator: np.random.Generator) -> _Strokes:
    return _tick(generator.uniform(-0.12, 0.04), generator)


def _apostrophe(generator: np.random.Generator) -> _Strokes:
    return _tick(-generator.uniform(0.95, 1.25), generator)


def _dash(y: float, length: float, generator: np.random.Generator) -> list[tuple[float, float]]:
    rise = generator.normal(0, 0.07, 3) * length
    return [(0, y + rise[0]), (length / 2, y + rise[1]), (length, y + rise[2])]


def _minus(generator: np.random.Generator) -> _Strokes:
    return [_dash(-generator.uniform(0.25, 0.65), generator.uniform(0.25, 1.0), generator)]


def _slash(generator: np.random.Generator) -> _Strokes:
    foot, head, across = generator.uniform(0, 0.3), -generator.uniform(0.95, 1.3), generator.uniform(0.3, 0.8)
    middle = (across * generator.uniform(0.42, 0.58), (head + foot) / 2)
    return [[(across, head), middle, (0, foot)]]


def _colon(generator: np.random.Generator) -> _Strokes:
    low = generator.uniform(-0.2, 0)
    return [_dot(low, generator), _dot(low - generator.uniform(0.3, 0.5), generator)]


def _plus(generator: np.random.Generator) -> _Strokes:
    size, y = generator.uniform(0.18, 0.4), -generator.uniform(0.35, 0.55)
    tall, lean = size * generator.uniform(0.8, 1.3), generator.normal(0, 0.05)
    down, across = (
        [(size + lean, y - tall), (size - lean, y + tall)],
        [(0, y), (2 * size, y + generator.normal(0, 0.04))],
    )
    if generator.random() < 0.15:  # without lifting the pen
        return [[*down, (0.2 * size, y + 0.4 * tall), *across]]
    return [across, down] if generator.random() < 0.4 else [down, across]


def _times(generator: np.random.Generator) -> _Strokes:
    size, y = generator.uniform(0.16, 0.32), -generator.uniform(0.25, 0.5)
    tall = size * generator.uniform(0.8, 1.3)
    left, right, top, foot = 0.0, 2 * size, y - tall, y + tall
    if generator.random() < 0.2:  # two curves back to back
        bulge = size * generator.uniform(0.6, 0.95)
        return [[(left, top), (left + bulge, y), (left, foot)], [(right, top), (right - bulge, y), (right, foot)]]
    return [[(left, top), (right, foot)], [(right, top), (left, foot)]]


def _equals(generator: np.random.Generator) -> _Strokes:
    y, apart, length = -generator.uniform(0.2, 0.45), generator.uniform(0.14, 0.34), generator.uniform(0.3, 0.9)
    upper, lower = _dash(y - apart, length * generator.normal(1, 0.08), generator), _dash(y, length, generator)
    return [[*upper, *lower]] if generator.random() < 0.1 else [upper, lower]


def _opening(generator: np.random.Generator) -> _Strokes:
    head, foot, bulge = -generator.uniform(0.95, 1.3), generator.uniform(-0.02, 0.28), generator.uniform(0.14, 0.36)
    middle = (head + foot) / 2
    return [
        [
            (bulge, head),
            (0.25 * bulge, (head + middle) / 2),
            (0, middle),
            (0.25 * bulge, (foot + middle) / 2),
            (bulge, foot),
        ]
    ]


def _closing(generator: np.random.Generator) -> _Strokes:
    (stroke,) = _opening(generator)
    widest = stroke[0][0]
    return [[(widest - x, y) for x, y in stroke]]


_WRITERS: dict[str, Callable[[np.random.Generator], _Strokes]] = {
    ".": _point,
    ",": _comma,
    "'": _apostrophe,
    "-": _minus,
    "/": _slash,
    ":": _colon,
    "+": _plus,
    "x": _times,
    "=": _equals,
    "(": _opening,
    ")": _closing,
}
