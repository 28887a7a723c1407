"""The sets of pictures that reading is measured on. Knows nothing of networks or results."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.dataset import Split
from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet


@dataclass(frozen=True)
class Sample:
    """One picture and its transcript, lines joined by newlines; the transcript is empty if there are no digits."""

    name: str
    source: Path | NDArray[Any]
    transcript: str


SINGLE = ("pavitra_scan", "hikaruikebe_photos", "canvas_drawn", "usps_train_2000")
"""Sets whose pictures hold one digit each."""


UNSEEN = ("orand_car_a_val",)
"""Sets that are measured only when they are asked for: what is looked at often can't guide anything."""


def choose_sets(sets: dict[str, list[Sample]], names: Sequence[str] | None) -> dict[str, list[Sample]]:
    """Return the sets to measure.

    Args:
        sets: All there are.
        names: Those to take, or "all"; by default all but `UNSEEN`.

    Raises:
        ValueError: There is no such set.
    """
    if names is None:
        return {name: samples for name, samples in sets.items() if name not in UNSEEN}
    unknown = sorted(set(names) - sets.keys() - {"all"})
    if unknown:
        raise ValueError(f"no set {unknown[0]}; there are {', '.join(sets)}")
    return {name: samples for name, samples in sets.items() if name in names or "all" in names}


def real_sets(folder: Path) -> dict[str, list[Sample]]:
    """Return the sets of real handwriting in a folder, by name.

    Args:
        folder: Holds labels.csv (file, kind, label, set) and the pictures, and perhaps usps_train_2000.npz.
    """
    sets: dict[str, list[Sample]] = {}
    with (folder / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            sets.setdefault(row["set"], []).append(Sample(row["file"], folder / row["file"], row["label"]))
    usps = folder / "usps_train_2000.npz"
    if usps.exists():
        with np.load(usps, allow_pickle=False) as content:
            pairs = zip(content["x"], content["y"], strict=True)
            sets["usps_train_2000"] = [Sample(str(number), x, str(int(y))) for number, (x, y) in enumerate(pairs)]
    return sets


HEIGHTS = (10, 14, 20, 40, 100, 200, 400)
"""Heights of a digit, in pixels of the picture."""

LENGTHS = (1, 2, 4, 8, 12, 15)
"""Digits in a line."""

KINDS = {
    "sheet of 6 lines": {"lines": 6, "length": 8},
    "tight lines": {"lines": 6, "length": 8, "spacing": 1.5},
    "long tails": {"lines": 6, "length": 8, "tails": 1.0, "spacing": 2.0},
    "touching digits": {"lines": 3, "length": 6, "gap": -0.05},
    "ruled paper": {"lines": 6, "length": 6, "ruled": True},
}
"""Kinds of sheets, beside single lines."""

SHEET_HEIGHTS = (14, 30, 80)


def composed_lines(split: Split, count: int) -> Iterator[tuple[int, int, list[Sample]]]:
    """Yield height, length and samples of composed lines.

    Args:
        split: The digits that they are composed of.
        count: How many of each height and length.
    """
    for height in HEIGHTS:
        for length in LENGTHS:
            plan = SheetPlan(length=length, height=height)
            yield height, length, list(_compose(plan, split, count))


def composed_sheets(split: Split, count: int) -> Iterator[tuple[str, int, list[Sample]]]:
    """Yield kind, height and samples of composed sheets.

    Args:
        split: The digits that they are composed of.
        count: How many of each kind and height.
    """
    for kind, values in KINDS.items():
        for height in SHEET_HEIGHTS:
            plan = SheetPlan(height=height, **values)  # type: ignore[arg-type]
            yield kind, height, list(_compose(plan, split, count))


def _compose(plan: SheetPlan, split: Split, count: int) -> Iterator[Sample]:
    for number in range(count):
        picture, transcript = compose_sheet(plan, split.images, split.labels, np.random.default_rng(number))
        yield Sample(f"{plan.lines}x{plan.length} at {plan.height} px, {number}", picture, transcript)
