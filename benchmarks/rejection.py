"""Fits the weights of `inkdigits.read.rejection`, which tell written lines from walls, arrows and stains.

    python benchmarks/rejection.py --data-dir ../shared/mnist

Compares lines of held-back MNIST digits, from which no network has learned, with what is found in pictures without
digits. Then counts how many of either are read with the weights of the package. Takes four minutes and only prints.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from handwriting import KINDS
from no_digits import no_digits
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from inkdigits.core.progress import track
from inkdigits.core.types import Picture
from inkdigits.data.dataset import Split
from inkdigits.data.load import load
from inkdigits.learn.synthesis.line import LineComposer
from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet
from inkdigits.read.reader import MIN_CONFIDENCE, Reader, length_adjusted_confidence, read_lines
from inkdigits.read.rejection import Evidence, text_probability

HELD_BACK = 0.05
"""The share of MNIST's training digits that the reader's recipes hold back."""

WITHOUT_DIGITS = range(10_000, 10_920)
"""Numbers of the pictures without digits; `reading.py` and the tests use others."""

LINES = {1: 150, 2: 60, 3: 60, 5: 60, 8: 60, 12: 60}
"""Lines of each length."""

SHEETS = 8
"""Sheets of each kind."""

LINE_IMAGES = 400
"""Lines with marks, on all backgrounds, as line networks learn from."""

WRITING_TO_OTHER = 4.5
"""How much more often users give a reader writing than these pictures do."""

LEAST_CONFIDENCE = 0.3
"""Lines with less are refused in any case, and are left out of the fit."""


@dataclass(frozen=True)
class FoundLine:
    """A line that was found.

    Attributes:
        text: What was read.
        confidence: Of the text, if the line is writing.
        evidence: That the line is writing.
    """

    text: str
    confidence: float
    evidence: Evidence


def main() -> None:
    """Find lines, fit, and print."""
    options = _options()
    held_back = load("mnist", data_dir=options.data_dir).splits(HELD_BACK).validation
    assert held_back is not None
    reader = Reader()
    without = _find_lines(reader, ((sample.source, "") for sample in _without_digits()), len(WITHOUT_DIGITS))
    composed = list(compose(held_back))
    writing = _find_lines(reader, composed, len(composed))
    positives = [line for text, lines in writing for line in lines if line.text in text.split("\n")]
    negatives = [line for _, lines in without for line in lines if line.confidence >= LEAST_CONFIDENCE]
    for name, is_single in (("lone digits", True), ("several digits", False)):
        pair = [
            [line for line in lines if (line.evidence.digit_probability is not None) is is_single]
            for lines in (positives, negatives)
        ]
        print(f"{name}: {len(pair[0])} written, {len(pair[1])} not; {fit_weights(*pair)}")
    false_alarms = sum(_is_anything_read(lines) for _, lines in without)
    print(f"without digits: {false_alarms} of {len(without)} pictures are read")
    for name, is_single in (("one digit", True), ("more digits", False)):
        own = [(text, lines) for text, lines in writing if (len(text) == 1) is is_single and _joined(lines) == text]
        kept = sum(_joined(line for line in lines if _is_accepted(line)) == text for text, lines in own)
        print(f"{name}: {kept} of {len(own)} that are read rightly where nothing is refused")


def compose(digits: Split) -> Iterator[tuple[Picture, str]]:
    """Yield pictures of writing with their text: lines of all sizes, with thin pens, on sheets, with marks.

    Args:
        digits: What they are composed of.
    """
    for length, count in LINES.items():
        for number in range(count):
            generator = np.random.default_rng((number, length, 77))
            height = round(float(np.exp(generator.uniform(np.log(14), np.log(200)))))
            plan = SheetPlan(length=length, height=height)
            picture, text = compose_sheet(plan, digits.images, digits.labels, generator)
            yield picture, text
            if number % 2 == 0 and height >= 40:
                yield _thinned(picture, max(2, round(height * 0.05))), text
    for values in KINDS.values():
        for number in range(SHEETS):
            generator = np.random.default_rng((number, 99))
            plan = SheetPlan(height=int(generator.choice([20, 30, 60])), **values)  # type: ignore[arg-type]
            yield compose_sheet(plan, digits.images, digits.labels, generator)
    composer, generator = LineComposer(digits.images, digits.labels), np.random.default_rng(5)
    for _ in range(LINE_IMAGES // 10):
        for image, label_ids in zip(*composer.batch(10, generator), strict=True):
            text = "".join(str(label) for label in label_ids if label < 10)
            if text:
                large = cv2.resize(255 - image, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
                yield cv2.cvtColor(large, cv2.COLOR_GRAY2RGB), text  # type: ignore[misc]


def _thinned(picture: Picture, width: int) -> Picture:
    return np.asarray(cv2.dilate(picture, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))), np.uint8)


def _without_digits() -> Iterable[Any]:
    return no_digits(len(WITHOUT_DIGITS), first=WITHOUT_DIGITS.start)


def _find_lines(reader: Reader, samples: Iterable[tuple[Any, str]], total: int) -> list[tuple[str, list[FoundLine]]]:
    results = []
    with track("Reading", total, unit="pictures") as advance:
        for picture, text in samples:
            found, _ = read_lines(np.ascontiguousarray(picture), reader.line_networks, reader.digit_network)
            lines = [
                FoundLine(reading.line.text, length_adjusted_confidence(reading.line), evidence)
                for reading, evidence in found
            ]
            results.append((text, lines))
            advance(1)
    return results


def fit_weights(positives: Sequence[FoundLine], negatives: Sequence[FoundLine]) -> NDArray[np.float64]:
    """Return the intercept and the weight of each feature, (1 + features,), float64, any finite values.

    Args:
        positives: Lines of writing.
        negatives: Lines that were found in pictures without digits.
    """
    features = np.array([line.evidence.features for line in (*positives, *negatives)])  # (lines, features)
    is_writing = np.repeat([1, 0], [len(positives), len(negatives)])
    model = LogisticRegression(max_iter=5000).fit(features, is_writing)
    return np.round(np.append(model.intercept_ + np.log(WRITING_TO_OTHER), model.coef_), 2)


def _is_accepted(line: FoundLine) -> bool:
    return line.confidence * text_probability(line.evidence) >= MIN_CONFIDENCE


def _is_anything_read(lines: Sequence[FoundLine]) -> bool:
    return any(_is_accepted(line) for line in lines)


def _joined(lines: Iterable[FoundLine]) -> str:
    return "\n".join(line.text for line in lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="where MNIST lies; else $INKDIGITS_DATA or the cache")
    return parser.parse_args()


if __name__ == "__main__":
    main()
