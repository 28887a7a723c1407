"""How often the check of a data set is right: correct sets of many kinds, and each of them spoilt in one way.

    python benchmarks/data_checks.py --hands ../shared/hands

Counts correct sets that are called transposed, mirrored, rotated, inverted or shifted, and spoilt ones whose fault is
not named. Without --hands, the sets of single writers and of other nations are left out.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from hands import load_semeion
from recording import write_record

from inkdigits.core.types import Images
from inkdigits.data.changes import change_dataset
from inkdigits.data.dataset import Dataset, Split
from inkdigits.data.hands.mnist_writers import load_mnist_writers
from inkdigits.data.hands.pendigits import load_pendigits_strokes
from inkdigits.data.hands.pictures import crops_as_split, strokes_as_split
from inkdigits.data.hands.swiss import load_swiss_crops
from inkdigits.data.hands.uji import load_uji_strokes
from inkdigits.data.holdout import hold_back
from inkdigits.data.load import load
from inkdigits.learn.data_checks.check import check_dataset

WRONG_WAY = {
    "transposed",
    "mirrored",
    "upside down",
    "rotated",
    "transposed along the other diagonal",
    "inverted",
    "labels shifted",
    "labels misplaced",
}
"""Findings that no correct set may have."""


class Spoiling(NamedTuple):
    """A way to spoil a data set, and the finding that names it."""

    changes: Mapping[str, Any]
    kind: str


SPOILINGS = (
    Spoiling({"transpose": True}, "transposed"),
    Spoiling({"invert": True}, "inverted"),
    Spoiling({"shift_labels": 1}, "labels shifted"),
    Spoiling({"mirror": True}, "mirrored"),
    Spoiling({"shift_labels": -1}, "labels shifted"),
    Spoiling({"transpose": True, "mirror": True}, "rotated"),
    Spoiling({"flip": True}, "upside down"),
    Spoiling({"transpose": True, "invert": True}, "transposed"),
    Spoiling({"mirror": True, "flip": True}, "rotated"),
    Spoiling({"transpose": True, "flip": True}, "rotated"),
)

_EACH = {"mnist": 50, "uci": 20, "writer": 50, "thick": 20, "thin": 20, "few classes": 18}
"""How many sets of each kind; with the 22 of other nations they are 200."""


def named(name: str, digits: Split) -> Dataset:
    """Return digits as a data set with a test set held back.

    Args:
        name: Of the data set.
        digits: All of them.
    """
    train, test, _ = hold_back(digits, 10)
    return Dataset(name, train=train, test=test)


def draw(digits: Split, count: int, rng: np.random.Generator) -> Split:
    """Return some of the digits.

    Args:
        digits: All.
        count: How many to draw.
        rng: Draws them.
    """
    return digits[rng.permutation(len(digits))[:count]]


def restroke(images: Images, operation: Callable[..., Any]) -> Images:
    """Return digits with thicker or thinner strokes.

    Args:
        images: (N, 28, 28), uint8.
        operation: OpenCV's dilate or erode.
    """
    kernel = np.ones((2, 2), np.uint8)
    return np.stack([operation(image, kernel) for image in images])


def correct_sets(
    mnist: Split, uci: Split, each: Mapping[str, int], hands: Path | None = None, seed: int = 0
) -> Iterator[Dataset]:
    """Yield correct data sets.

    Args:
        mnist: MNIST's training digits.
        uci: The uci digits.
        each: How many of each kind.
        hands: The folder with the digits of writers and nations.
        seed: Draws digits, writers and classes.
    """
    rng = np.random.default_rng(seed)
    for number in range(each["mnist"]):
        size = len(mnist) if number == 0 else int(np.exp(rng.uniform(np.log(60), np.log(5000))))
        yield named(f"mnist {number}", draw(mnist, size, rng))
    for number in range(each["uci"]):
        size = len(uci) if number == 0 else int(np.exp(rng.uniform(np.log(60), np.log(1000))))
        yield named(f"uci {number}", draw(uci, size, rng))
    for kind, operation in (("thick", cv2.dilate), ("thin", cv2.erode)):
        for number in range(each[kind]):
            digits = draw(mnist, 400, rng)
            yield named(f"{kind} {number}", Split(restroke(digits.images, operation), digits.labels))
    for number in range(each["few classes"]):
        classes = rng.permutation(10)[: rng.integers(4, 8)]
        yield named(f"few classes {number}", draw(mnist[np.isin(mnist.labels, classes)], 300, rng))
    if hands is not None:
        yield from writer_sets(mnist, hands, each["writer"], rng)
        yield from national_sets(hands)


def writer_sets(mnist: Split, hands: Path, count: int, rng: np.random.Generator) -> Iterator[Dataset]:
    """Yield data sets of one writer of MNIST each.

    Args:
        mnist: MNIST's training digits.
        hands: The folder with `mnist_writers.npz`.
        count: How many.
        rng: Draws the writers.
    """
    writers = load_mnist_writers(hands).train
    ids, counts = np.unique(writers, return_counts=True)
    for writer in rng.permutation(ids[counts >= 60])[:count]:
        yield named(f"writer {writer}", mnist[writers == writer])


def national_sets(hands: Path) -> Iterator[Dataset]:
    """Yield data sets of Swiss and Turkish writers, one each, and of Spanish and Italian ones.

    Args:
        hands: Their folder.
    """
    swiss, turkish = load_swiss_crops(hands), load_pendigits_strokes(hands)
    for writer in range(10):
        yield named(f"swiss {writer}", crops_as_split(swiss[swiss.writers == writer]))
    for writer in range(1, 11):
        yield named(f"turkish {writer}", strokes_as_split(turkish[turkish.writers == writer]))
    yield named("spanish 0", strokes_as_split(load_uji_strokes(hands)))
    yield named("italian 0", load_semeion(hands / "semeion.npz"))


def measure(sets: list[Dataset]) -> dict[str, Any]:
    """Check each set as it is, and spoilt in the way whose turn it is.

    Args:
        sets: Correct data sets.
    """
    called, missed, durations_s = [], [], []
    for number, correct in enumerate(sets):
        start_s = time.perf_counter()
        found = {finding.kind for finding in check_dataset(correct)}
        durations_s.append(time.perf_counter() - start_s)
        if found & WRONG_WAY:
            called.append(f"{correct.name}: {', '.join(sorted(found & WRONG_WAY))}")
        spoiling = SPOILINGS[number % len(SPOILINGS)]
        found = {finding.kind for finding in check_dataset(change_dataset(correct, **spoiling.changes))}
        if spoiling.kind not in found:
            missed.append(f"{correct.name}, {spoiling.kind}: {', '.join(sorted(found)) or 'nothing found'}")
    kinds = Counter(one.name.rstrip("0123456789 ") for one in sets)
    return {
        "sets": len(sets),
        "kinds": dict(kinds),
        "correct called wrong": called,
        "spoilt not named": missed,
        "seconds": {"median": float(np.median(durations_s)), "most": max(durations_s)},
    }


def main() -> None:
    """Measure, and write a record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hands", type=Path, help="the folder with digits of other nations and MNIST's writers")
    parser.add_argument("--seed", type=int, default=0, help="draws digits, writers and classes")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "records", help="where the record goes")
    options = parser.parse_args()
    uci = load("uci")
    both = Split(
        np.concatenate([uci.train.images, uci.test.images]), np.concatenate([uci.train.labels, uci.test.labels])
    )
    record = {"seed": options.seed} | measure(
        list(correct_sets(load("mnist").train, both, _EACH, options.hands, options.seed))
    )
    kinds = ", ".join(f"{count} {kind}" for kind, count in record["kinds"].items())
    lines = [
        f"# Check of data sets, {datetime.now(UTC).date()}",
        "",
        f"{record['sets']} correct sets (seed {record['seed']}): {kinds}.",
        "",
        f"- Correct sets called the wrong way round: {len(record['correct called wrong'])}",
        *(f"    - {one}" for one in record["correct called wrong"]),
        f"- The same sets spoilt, and the fault not named: {len(record['spoilt not named'])}",
        *(f"    - {one}" for one in record["spoilt not named"]),
        f"- A check of a correct set takes {record['seconds']['median']:.2f} s (median), at most "
        f"{record['seconds']['most']:.2f} s.",
        "",
    ]
    write_record(record, "\n".join(lines), options.out, f"data-checks-{datetime.now(UTC).date()}")


if __name__ == "__main__":
    main()
