"""What tells written lines from walls, arrows and stains: fits the weights of `inkdigits.read.rejection`.

    python benchmarks/doubt.py --data-dir ../shared/mnist

Lines of held-back MNIST digits, from which no network has learned, against what is found in pictures without digits;
then how many of either are read, with the weights that stand in the package. Prints only: four minutes.
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
from inkdigits.read.reader import MIN_CONFIDENCE, Reader, confidence_of, find_writing
from inkdigits.read.rejection import Evidence, written

HELD_BACK = 0.05
"""The share of MNIST's training digits that the reader's recipes hold back."""

WITHOUT_DIGITS = range(10_000, 10_920)
"""Numbers of the pictures without digits: others than those of `reading.py` and of the tests."""

LINES = {1: 150, 2: 60, 3: 60, 5: 60, 8: 60, 12: 60}
"""Lines of each length."""

SHEETS = 8
"""Of each kind."""

STRIPS = 400
"""Lines with marks, on all grounds, as the line networks learn from."""

HOW_MANY_TIMES = 4.5
"""How much more often people show a reader writing than these pictures do."""

LEAST_SURE = 0.3
"""What the networks are less sure of is refused in any case, and nothing to learn from."""


@dataclass(frozen=True)
class Found:
    """A line that was found.

    Attributes:
        text: What was read.
        sure: How sure the networks are of that.
        clues: What tells whether it was written.
    """

    text: str
    sure: float
    clues: Evidence


def main() -> None:
    """Find lines, fit, and print."""
    options = _options()
    held_back = load("mnist", data_dir=options.data_dir).splits(HELD_BACK).validation
    assert held_back is not None
    reader = Reader()
    without = _found(reader, ((sample.source, "") for sample in _without_digits()), len(WITHOUT_DIGITS))
    composed = list(compose(held_back))
    writing = _found(reader, composed, len(composed))
    right = [line for said, lines in writing for line in lines if line.text in said.split("\n")]
    wrong = [line for _, lines in without for line in lines if line.sure >= LEAST_SURE]
    for name, is_lone in (("lone digits", True), ("several digits", False)):
        some = [[line for line in lines if (line.clues.agreement is not None) is is_lone] for lines in (right, wrong)]
        print(f"{name}: {len(some[0])} written, {len(some[1])} not; {fit_weights(*some)}")
    print(f"without digits: {sum(_reads(lines) for _, lines in without)} of {len(without)} pictures are read")
    for name, is_lone in (("one digit", True), ("more digits", False)):
        own = [(said, lines) for said, lines in writing if (len(said) == 1) is is_lone and _joined(lines) == said]
        kept = sum(_joined(line for line in lines if _is_read(line)) == said for said, lines in own)
        print(f"{name}: {kept} of {len(own)} that are read rightly where nothing is refused")


def compose(digits: Split) -> Iterator[tuple[Picture, str]]:
    """Compose pictures of writing: lines of all sizes, with thin pens, on sheets, marked; with what they say."""
    for length, count in LINES.items():
        for number in range(count):
            generator = np.random.default_rng((number, length, 77))
            height = round(float(np.exp(generator.uniform(np.log(14), np.log(200)))))
            plan = SheetPlan(length=length, height=height)
            picture, said = compose_sheet(plan, digits.images, digits.labels, generator)
            yield picture, said
            if number % 2 == 0 and height >= 40:
                yield _thinned(picture, max(2, round(height * 0.05))), said
    for values in KINDS.values():
        for number in range(SHEETS):
            generator = np.random.default_rng((number, 99))
            plan = SheetPlan(height=int(generator.choice([20, 30, 60])), **values)  # type: ignore[arg-type]
            yield compose_sheet(plan, digits.images, digits.labels, generator)
    composer, generator = LineComposer(digits.images, digits.labels), np.random.default_rng(5)
    for _ in range(STRIPS // 10):
        for strip, said in zip(*composer.batch(10, generator), strict=True):
            text = "".join(str(sign) for sign in said if sign < 10)
            if text:
                large = cv2.resize(255 - strip, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
                yield cv2.cvtColor(large, cv2.COLOR_GRAY2RGB), text  # type: ignore[misc]


def _thinned(picture: Picture, width: int) -> Picture:
    return np.asarray(cv2.dilate(picture, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))), np.uint8)


def _without_digits() -> Iterable[Any]:
    return no_digits(len(WITHOUT_DIGITS), first=WITHOUT_DIGITS.start)


def _found(reader: Reader, samples: Iterable[tuple[Any, str]], total: int) -> list[tuple[str, list[Found]]]:
    results = []
    with track("Reading", total, unit="pictures") as advance:
        for picture, said in samples:
            lines = find_writing(np.ascontiguousarray(picture), reader.line_networks, reader.digit_network)
            results.append((said, [Found(own.line.text, confidence_of(own.line), clues) for own, clues in lines]))
            advance(1)
    return results


def fit_weights(right: Sequence[Found], wrong: Sequence[Found]) -> NDArray[np.float64]:
    """Return what nothing weighs, and each of the terms."""
    terms = np.array([line.clues.terms for line in (*right, *wrong)])
    model = LogisticRegression(max_iter=5000).fit(terms, np.repeat([1, 0], [len(right), len(wrong)]))
    return np.round(np.append(model.intercept_ + np.log(HOW_MANY_TIMES), model.coef_), 2)


def _is_read(line: Found) -> bool:
    return line.sure * written(line.clues) >= MIN_CONFIDENCE


def _reads(lines: Sequence[Found]) -> bool:
    return any(_is_read(line) for line in lines)


def _joined(lines: Iterable[Found]) -> str:
    return "\n".join(line.text for line in lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="where MNIST lies; else $INKDIGITS_DATA or the cache")
    return parser.parse_args()


if __name__ == "__main__":
    main()
