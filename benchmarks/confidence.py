"""Fits the confidence of readings and writes `src/inkdigits/read/confidence/calibration.json`.

    python benchmarks/confidence.py --data-dir ../shared/mnist

Run it again when layout, networks or decoding have changed. It reads writing composed of held-back MNIST digits, from
which no network has learned, and pictures without digits; no real handwriting. Then it measures the result on MNIST
test digits, other seeds and other pictures without digits. Takes about five minutes; --share 0.2 on a busy machine is
enough to see whether it is worth it.
"""

import argparse
import datetime
import json
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from confidence_samples import FoundLine, Written, compose_lines, compose_single, find_lines, find_single
from form_confidence import FoundCells, cell_confidences, compose_forms, find_cells, fit_cells
from logistic import fit_logistic, logistic_probability
from measures import calibration_error, risk_coverage_area
from no_digits import no_digits
from numpy.typing import NDArray

from inkdigits.core.formatting import percent
from inkdigits.data.dataset import Split
from inkdigits.data.load import load
from inkdigits.read.confidence.calibration import (
    PATH,
    Calibration,
    load_calibration,
    product_features,
)
from inkdigits.read.confidence.evidence import SingleEvidence, digit_features
from inkdigits.read.confidence.limits import MIN_CONFIDENCE
from inkdigits.read.reader import Reader

HELD_BACK = 0.05
"""The share of MNIST's training digits that the reader's recipes hold back."""

WITHOUT_DIGITS = range(10_000, 11_380)
"""Numbers of the pictures without digits; `reading.py`, the tests and the measurement here use others."""

OTHERS_WITHOUT_DIGITS = range(20_000, 20_460)

OTHER_WEIGHTS = {"writing_one": 1.0, "writing_several": 3.0, "line": 1.6, "digit": 0.2, "single": 0.2}
"""What is found in a picture without digits counts this much: users give a reader more writing than these samples have.
Chosen so that 98 % of the held-back pictures without digits are refused, with --single 95 %."""

MEASURED = 0.4
"""The measurement reads this share of the number of composed pictures that the fit reads."""

LIMITS = np.unique(np.round(np.concatenate([np.arange(0, 0.95, 0.05), 1 - np.geomspace(0.05, 0.0003, 40)]), 4))
"""Limits of confidence for which the share of errors is told."""

Single = Sequence[tuple[SingleEvidence, bool]]


@dataclass(frozen=True)
class Samples:
    """What was found in writing, and in pictures without digits."""

    lines: Sequence[FoundLine]
    other_lines: Sequence[FoundLine]
    single: Single
    other_single: Single
    forms: FoundCells
    other_pictures: int


def main() -> None:
    """Fit, write, and measure; or only measure."""
    options = _options()
    share = options.share
    without, others = (_first(numbers, share) for numbers in (WITHOUT_DIGITS, OTHERS_WITHOUT_DIGITS))
    with ProcessPoolExecutor() as pool:
        held_back = [] if options.measure else _submit(pool, options.data_dir, "validation", 77, share, without)
        test = _submit(pool, options.data_dir, "test", 1234, share * MEASURED, others)
        if held_back:
            content = fit(_samples(held_back, len(without)))
            options.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        samples = _samples(test, len(others))
        measure(load_calibration(options.out), samples)


def _samples(parts: Sequence[Future[Any]], other_pictures: int) -> Samples:
    lines, other_lines, single, other_single, forms = (part.result() for part in parts)
    return Samples(lines, other_lines, single, other_single, forms, other_pictures)


def _first(numbers: range, share: float) -> range:
    return numbers[: max(1, round(share * len(numbers)))]


def _submit(
    pool: Executor, data_dir: Path | None, split: str, seed: int, share: float, without: range
) -> list[Future[Any]]:
    """Start to read composed pictures and pictures without digits: one task for each field of `Samples`."""
    return [
        pool.submit(_lines, data_dir, split, seed, share),
        pool.submit(_other_lines, without),
        pool.submit(_single, data_dir, split, seed, share),
        pool.submit(_other_single, without),
        pool.submit(_forms, data_dir, split, seed, share),
    ]


def _lines(data_dir: Path | None, split: str, seed: int, share: float) -> Sequence[FoundLine]:
    return find_lines(Reader(), compose_lines(_digits(data_dir, split), seed, share))


def _other_lines(without: range) -> Sequence[FoundLine]:
    return find_lines(Reader(), _without_digits(without))


def _single(data_dir: Path | None, split: str, seed: int, share: float) -> Single:
    return find_single(Reader(), compose_single(_digits(data_dir, split), seed, share))


def _forms(data_dir: Path | None, split: str, seed: int, share: float) -> FoundCells:
    return find_cells(Reader(), compose_forms(_digits(data_dir, split), seed, share))


def _other_single(without: range) -> Single:
    return find_single(Reader(), _without_digits(without))


def _digits(data_dir: Path | None, split: str) -> Split:
    data = load("mnist", data_dir=data_dir)
    digits = data.test if split == "test" else data.splits(HELD_BACK).validation
    assert digits is not None
    return digits


def _without_digits(numbers: range) -> Written:
    return ((sample.source, "") for sample in no_digits(len(numbers), first=numbers.start))  # type: ignore[misc]


def fit(samples: Samples) -> dict[str, Any]:
    """Return the content of `calibration.json`.

    Args:
        samples: From held-back digits.
    """
    lines, others = samples.lines, samples.other_lines
    regressions = {
        "text": fit_logistic([line.evidence.text_features for line in lines], [line.right for line in lines])
    }
    for name, is_one in (("writing_one", True), ("writing_several", False)):
        written = [line for line in lines if line.right and (len(line.posteriors) == 1) is is_one]
        other = [line for line in others if (len(line.posteriors) == 1) is is_one]
        features = [line.evidence.writing_features for line in (*written, *other)]
        is_writing = [True] * len(written) + [False] * len(other)
        regressions[name] = fit_logistic(features, is_writing, _weights(written, other, name))
    both, weights = [*lines, *others], _weights(lines, others, "line")
    text = [logistic_probability(regressions["text"], line.evidence.text_features) for line in both]
    writing = [
        logistic_probability(regressions["writing_one" if line.evidence.single else "writing_several"], features)
        for line, features in ((line, line.evidence.writing_features) for line in both)
    ]
    products = [product_features(one * other) for one, other in zip(text, writing, strict=True)]
    right = np.array([line.right for line in both])
    regressions["line"] = fit_logistic(products, right, weights)
    confidences = np.array([logistic_probability(regressions["line"], product) for product in products])
    regressions |= _fit_digits(both, text, writing, len(lines))
    regressions |= fit_cells(samples.forms)
    single = [*samples.single, *samples.other_single]
    single_right = np.array([right for _, right in single])
    single_weights = _weights(samples.single, samples.other_single, "single")
    regressions["single"] = fit_logistic([evidence.features for evidence, _ in single], single_right, single_weights)
    single_confidences = np.array(
        [logistic_probability(regressions["single"], evidence.features) for evidence, _ in single]
    )
    return {
        "made_by": "python benchmarks/confidence.py",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "samples": {
            "lines": len(lines),
            "other_lines": len(others),
            "single": len(samples.single),
            "other_single": len(samples.other_single),
            "cells": len(samples.forms.cells),
            "combs": len(samples.forms.combs),
        },
        "regressions": regressions,
        "errors": {
            "lines": expected_errors(confidences, right, weights),
            "single": expected_errors(single_confidences, single_right, single_weights),
        },
    }


def _fit_digits(
    lines: Sequence[FoundLine], text: Sequence[float], writing: Sequence[float], written: int
) -> dict[str, Any]:
    """Return the regressions of the digits in lines of several; the first `written` of the lines are writing."""
    digits = [
        (digit_features(posterior, witness, text[number]), right, number)
        for number, line in enumerate(lines)
        for posterior, witness, right in zip(line.posteriors, line.evidence.witness, line.digits_right, strict=True)
        if len(line.posteriors) > 1
    ]
    in_writing = [(features, right) for features, right, number in digits if number < written]
    regression = fit_logistic(*zip(*in_writing, strict=True))
    products = [
        product_features(writing[number] * logistic_probability(regression, features)) for features, _, number in digits
    ]
    weights = [1.0 if number < written else OTHER_WEIGHTS["digit"] for _, _, number in digits]
    return {"digit_text": regression, "digit": fit_logistic(products, [right for _, right, _ in digits], weights)}


def expected_errors(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.float64]
) -> list[tuple[float, float]]:
    """Return limits of confidence, each with the expected share of errors among what has at least that confidence.

    The share is the larger one of what was counted and of what the confidences say. It never rises with the limit.

    Args:
        confidences: (N,), float64, 0 … 1.
        right: (N,), bool.
        weights: (N,), float64, above 0.
    """
    table: list[tuple[float, float]] = []
    least = 1.0
    for limit in LIMITS:
        kept = confidences >= limit
        total = float(weights[kept].sum())
        if total < 1:
            break
        counted, said = weights[kept & ~right].sum(), (weights * (1 - confidences))[kept].sum()
        least = min(least, float(max(counted, said)) / total)
        table.append((float(limit), round(least, 5)))
    return table


def _weights(writing: Sequence[Any], other: Sequence[Any], regression: str) -> NDArray[np.float64]:
    return np.repeat([1.0, OTHER_WEIGHTS[regression]], [len(writing), len(other)])


def measure(calibration: Calibration, samples: Samples) -> None:
    """Print how good the confidences are.

    Args:
        calibration: What was fitted.
        samples: From other digits.
    """
    lines = np.array([calibration.line_confidence(line.evidence) for line in samples.lines])
    _print("lines", lines, np.array([line.right for line in samples.lines]))
    digits = [
        pair
        for line in samples.lines
        for pair in zip(calibration.digit_confidences(line.evidence, line.posteriors), line.digits_right, strict=True)
    ]
    _print("digits in lines", *(np.array(values) for values in zip(*digits, strict=True)))
    single = np.array([calibration.single_confidence(evidence) for evidence, _ in samples.single])
    _print("single digits", single, np.array([right for _, right in samples.single]))
    cells, combs = cell_confidences(calibration, samples.forms)
    _print("cells of forms", *cells)
    _print("combs", *combs)
    # Lines are not told apart by picture here: one that is read counts as if its picture were read.
    others = sum(calibration.line_confidence(line.evidence) >= MIN_CONFIDENCE for line in samples.other_lines)
    refused = f"{percent(1 - others / samples.other_pictures, 1)} of {samples.other_pictures}"
    print(f"lines: at least {refused} without digits refused")
    others = sum(calibration.single_confidence(evidence) >= MIN_CONFIDENCE for evidence, _ in samples.other_single)
    refused = f"{percent(1 - others / samples.other_pictures, 1)} of {samples.other_pictures}"
    print(f"--single: {refused} without digits refused")


def _print(name: str, confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> None:
    if not len(right):
        print(f"{name}: none found")
        return
    kept, answers = confidences >= MIN_CONFIDENCE, (confidences.tolist(), right.tolist())
    print(
        f"{name}: n {len(right)}, right {percent(right.mean())}, area {risk_coverage_area(*answers):.4f}, "
        f"calibration error {calibration_error(*answers):.3f}; "
        f"read {percent(kept.mean())}, of them right {percent(right[kept].mean())}, "
        f"refused though right {(right & ~kept).sum()}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="where MNIST lies; else $INKDIGITS_DATA or the cache")
    parser.add_argument("--out", type=Path, default=PATH, help="the file to write")
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of pictures, above 0, at most 1")
    parser.add_argument("--measure", action="store_true", help="fit nothing: measure the file that is there")
    options = parser.parse_args()
    if not 0 < options.share <= 1:
        parser.error(f"--share is {options.share:g}, expected above 0, at most 1")
    return options


if __name__ == "__main__":
    main()
