"""Text in the format UNIPEN -> digits as strokes. Knows nothing of archives or of which set it is."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from inkdigits.core.errors import DataError
from inkdigits.data.hands.strokes import Stroke, StrokeDigits

_LABEL = re.compile(r'"(.*)"\s*$')


class _Segment(NamedTuple):
    """One character as it stands in the text."""

    label: str
    comment: str
    strokes: list[list[tuple[int, int]]]


def parse_unipen(text: str, name: str, writer_of: Callable[[str], int], *, height: int | None = None) -> StrokeDigits:
    r"""Return the digits in a UNIPEN text; other characters and movements above the paper are left out.

    Args:
        text: Lines `.SEGMENT … "8"`, perhaps `.COMMENT …`, then for each stroke `.PEN_DOWN`, a point a line and
            `.PEN_UP`; other lines that begin with a point are passed over.
        name: What to call the text in an error.
        writer_of: Takes the comment of a segment, which may be empty, and returns the number of the writer.
        height: Of the tablet, where y points up; None where it points down.

    Returns:
        The digits in the order of the text, with y down.

    Raises:
        DataError: A line is no point, a point lies outside of strokes, or there is no digit.

    Examples:
        >>> text = '.SEGMENT DIGIT 0 ? "1"\n.COMMENT 1 23 45\n.PEN_DOWN\n 10 90\n 10 20\n.PEN_UP\n.DT 100\n'
        >>> digits = parse_unipen(text, "one.txt", lambda comment: int(comment.split()[1]), height=100)
        >>> digits.labels.tolist(), digits.writers.tolist(), digits.digits[0][0].tolist()
        ([1], [23], [[10, 10], [10, 80]])
    """
    segments = [part for part in _segments(text, name) if part.label in "0123456789" and len(part.label) == 1]
    digits = [tuple(_stroke(points, name, height) for points in part.strokes if points) for part in segments]
    if not digits or not all(digits):
        raise DataError(f"{name} has {'a digit without strokes' if digits else 'no digits'}", **_EXPECTED)
    try:
        writers = [writer_of(part.comment) for part in segments]
    except (ValueError, IndexError) as error:
        raise DataError(f"{name} has a digit without a writer", **_EXPECTED) from error
    labels = np.array([int(part.label) for part in segments], np.int64)
    return StrokeDigits(tuple(digits), labels, np.array(writers, np.int16))


_EXPECTED = {"expected": "handwritten digits as UNIPEN text", "mend": "download or copy it again"}


def _segments(text: str, name: str) -> Iterator[_Segment]:
    segment: _Segment | None = None
    is_down = False
    for number, line in enumerate(text.splitlines(), 1):
        word, _, rest = line.strip().partition(" ")
        if word == ".SEGMENT":
            if segment is not None:
                yield segment
            label = _LABEL.search(rest)
            segment, is_down = _Segment(label[1] if label else "", "", []), False
        elif word == ".COMMENT" and segment is not None and not segment.strokes:
            segment = segment._replace(comment=rest.strip())
        elif word == ".PEN_DOWN" and segment is not None:
            segment.strokes.append([])
            is_down = True
        elif word == ".PEN_UP":
            is_down = False
        elif word.startswith(".") or not word or not is_down or segment is None:
            continue
        else:
            segment.strokes[-1].append(_point(word, rest, f"line {number} of {name}"))
    if segment is not None:
        yield segment


def _point(x: str, y: str, where: str) -> tuple[int, int]:
    try:
        return int(x), int(y.split(maxsplit=1)[0])
    except (ValueError, IndexError) as error:
        raise DataError(f"{where} is no point: {f'{x} {y}'.strip()[:40]!r}", **_EXPECTED) from error


def _stroke(points: list[tuple[int, int]], name: str, height: int | None) -> Stroke:
    stroke = np.array(points, np.int64)  # (points, 2)
    if height is not None:
        stroke[:, 1] = height - stroke[:, 1]
    limits = np.iinfo(np.int16)
    if stroke.min() < limits.min or stroke.max() > limits.max:
        raise DataError(f"{name} has a point beyond any tablet", **_EXPECTED)
    return stroke.astype(np.int16)
