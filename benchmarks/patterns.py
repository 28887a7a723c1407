r"""How much a pattern or a check digit helps: composed lines read with and without it.

    python benchmarks/patterns.py --data-dir ../shared/mnist

Lines of MNIST test digits: of twelve on paper in all sizes, plain, with long tails, and closely written; and of any
length with marks on all backgrounds, as line networks learn from. Each is read as it is, with a pattern of its exact
length, with a check digit, and with both. For the check digit, texts pass whose Luhn sum leaves the same remainder as
that of the right text: one in ten. The last column tells how many lines are read if the pattern says that they are one
digit shorter or longer than they are. Prints a table in Markdown.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from measures import calibration_error

from inkdigits.core.types import Picture
from inkdigits.data.dataset import Split
from inkdigits.data.load import load
from inkdigits.learn.synthesis.line import LineComposer
from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet
from inkdigits.read.confidence.limits import MIN_CONFIDENCE
from inkdigits.read.reader import Reader
from inkdigits.read.result import Line

LENGTH = 12
MIN_LENGTH = 4
"""Shortest line with marks."""

SHEETS: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "long tails": {"tails": 0.7},
    "closely written": {"gap": 0.02},
}

Known = Callable[[str], Mapping[str, Any]]
"""The right text -> arguments of `Reader.read`."""


def luhn_remainder(text: str) -> int:
    """Return the remainder of the Luhn sum: 0 for a number that ends with its check digit.

    Args:
        text: Digits.
    """
    values = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text))]
    return sum(value // 10 + value % 10 for value in values) % 10


def exactly(length: int) -> str:
    """Return the pattern of so many digits.

    Args:
        length: One or more.
    """
    return rf"\d{{{length}}}"


def _has_remainder_of(right: str) -> Callable[[str], bool]:
    return lambda text: luhn_remainder(text) == luhn_remainder(right)


WAYS: Mapping[str, Known] = {
    "nothing": lambda right: {},
    "length": lambda right: {"pattern": exactly(len(right))},
    "check digit": lambda right: {"check": _has_remainder_of(right)},
    "length and check digit": lambda right: {"pattern": exactly(len(right)), "check": _has_remainder_of(right)},
}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="where MNIST lies; else $INKDIGITS_DATA or the cache")
    parser.add_argument("--count", type=int, default=500, help="lines of each kind")
    options = parser.parse_args()
    digits, reader = load("mnist", data_dir=options.data_dir).test, Reader()
    print("| lines | known | wrong | of them read | right, refused | calibration error | shorter and longer |")
    print("|---|---|---|---|---|---|---|")
    kinds = {kind: compose_sheets(digits, options.count, plan) for kind, plan in SHEETS.items()}
    for kind, composed in (kinds | {"with marks": compose_marked(digits, options.count)}).items():
        written = list(composed)
        for way, known in WAYS.items():
            print(f"| {kind} | {way} | {measure(reader, written, known)} |", flush=True)


def compose_sheets(digits: Split, count: int, plan: Mapping[str, Any]) -> Iterator[tuple[Picture, str]]:
    """Yield lines on paper.

    Args:
        digits: What they are composed of.
        count: How many.
        plan: Changes to the plan of a sheet.
    """
    for number in range(count):
        generator = np.random.default_rng((number, 4711))
        height = round(float(np.exp(generator.uniform(np.log(14), np.log(120)))))
        sheet = SheetPlan(length=LENGTH, height=height, **plan)
        yield compose_sheet(sheet, digits.images, digits.labels, generator)


def compose_marked(digits: Split, count: int) -> Iterator[tuple[Picture, str]]:
    """Yield lines with marks on all backgrounds.

    Args:
        digits: What they are composed of.
        count: How many.
    """
    composer, generator, number = LineComposer(digits.images, digits.labels), np.random.default_rng(4711), 0
    while True:
        for image, label_ids in zip(*composer.batch(10, generator), strict=True):
            text = "".join(str(label) for label in label_ids if label < 10)
            if len(text) >= MIN_LENGTH:
                large = cv2.resize(255 - image, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
                yield np.asarray(cv2.cvtColor(large, cv2.COLOR_GRAY2RGB), np.uint8), text
                number += 1
                if number == count:
                    return


def measure(reader: Reader, written: Sequence[tuple[Picture, str]], known: Known) -> str:
    """Return the cells of a row of the table.

    Args:
        reader: Reads them.
        written: Pictures with their texts.
        known: What is known of each.
    """
    lines = [_longest_line(reader, picture, known(text)) for picture, text in written]
    right = np.array([line.text == text for line, (_, text) in zip(lines, written, strict=True)])
    confidences = np.array([line.confidence for line in lines])
    read = np.array([not line.reason and line.confidence >= MIN_CONFIDENCE for line in lines])
    cells = [f"{(~right).sum()}", f"{(~right & read).sum()}", f"{(right & ~read).sum()}"]
    error = calibration_error(confidences.tolist(), right.tolist())
    return " | ".join([*cells, f"{error:.3f}", _other_lengths(reader, written, known)])


def _other_lengths(reader: Reader, written: Sequence[tuple[Picture, str]], known: Known) -> str:
    """Return how many lines are read though the pattern is one digit shorter, and longer."""
    if "pattern" not in known("12"):
        return ""
    counts = [0, 0]
    for picture, text in written:
        for place, more in enumerate((-1, 1)):
            asked = {**known(text), "pattern": exactly(len(text) + more)}
            counts[place] += bool(reader.read(picture, **asked).lines)
    return f"{counts[0]} and {counts[1]}"


def _longest_line(reader: Reader, picture: Picture, known: Mapping[str, Any]) -> Line:
    reading = reader.read(picture, min_confidence=0, **known)
    nothing = Line((), 0.0, (0, 0, 1, 1))
    return max((*reading.lines, *reading.refused), key=lambda line: len(line.digits), default=nothing)


if __name__ == "__main__":
    main()
