"""The forms that reading is measured on: composed ones, and real ones with what must be read in them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from handwriting import Sample, real_sets

from inkdigits.data.dataset import Dataset
from inkdigits.learn.synthesis.forms.compose import FORM_KINDS, FormComposer, FormKind
from inkdigits.learn.synthesis.forms.style import HELD_BACK_STYLES, TRAINING_STYLES
from inkdigits.learn.synthesis.forms.truth import Form

SHARES: dict[FormKind, float] = {
    "comb": 8, "partly filled comb": 4, "boxes": 4, "table": 2, "grid": 2, "sudoku": 1, "graph": 2, "sheet": 1,
}  # fmt: skip
"""How many forms of each kind, relative to the others: small ones hold little."""


def composer(dataset: Dataset, *, held_back: bool) -> FormComposer:
    """Return what composes forms to measure with, or forms to develop with that share nothing with them.

    Args:
        dataset: Its test digits are for measuring, its training digits for the others.
        held_back: Whether it is for measuring.
    """
    split = dataset.test if held_back else dataset.train
    return FormComposer(split.images, split.labels, HELD_BACK_STYLES if held_back else TRAINING_STYLES)


def composed_form(forms: FormComposer, kind: FormKind, number: int, *, photographed: bool) -> Form:
    """Return one composed form; it depends on its kind, number and camera alone.

    Args:
        forms: Composes it.
        kind: What it consists of.
        number: Which one.
        photographed: Whether a camera saw it, or a scanner.
    """
    generator = np.random.default_rng((FORM_KINDS.index(kind), number, photographed))
    return forms.compose(kind, generator, photographed=photographed)


def composed_forms(
    forms: FormComposer, count: int, *, photographed: bool, first: int = 0
) -> Iterator[tuple[FormKind, int, Form]]:
    """Yield kind, number and form.

    Args:
        forms: Composes them.
        count: Of the rarest kinds.
        photographed: Whether a camera saw them, or a scanner.
        first: Number of the first one of each kind.
    """
    for kind, share in SHARES.items():
        for number in range(first, first + max(1, round(share * count))):
            yield kind, number, composed_form(forms, kind, number, photographed=photographed)


def form_count(count: int) -> int:
    """Return how many forms `composed_forms` yields.

    Args:
        count: Of the rarest kinds.
    """
    return sum(max(1, round(share * count)) for share in SHARES.values())


@dataclass(frozen=True)
class RealSet:
    """A set of real forms.

    Attributes:
        what: What is counted.
        aim: How many must be right.
        total: How many there are.
        count: Label and answer of one picture -> how many are right.
    """

    what: str
    aim: int
    total: int
    count: Callable[[str, dict[str, Any]], int]


def _whole_text(label: str, answer: dict[str, Any]) -> int:
    return int(answer["text"].replace("\n", "") == label)


def _sudoku_cells(label: str, answer: dict[str, Any]) -> int:
    """Count the right digits in the table of 9 by 9 cells that has most of them."""
    boards = [
        "".join(cell["text"] if len(cell["text"]) == 1 else "?" for row in table["rows"] for cell in row)
        for table in answer.get("tables", [])
        if [len(row) for row in table["rows"]] == [9] * 9
    ]
    return max((sum(one == other for one, other in zip(label, board, strict=True)) for board in boards), default=0)


def _numbers(*expected: str) -> Callable[[str, dict[str, Any]], int]:
    """Count the numbers that stand as such in the answer, lines or parts of lines."""

    def count(label: str, answer: dict[str, Any]) -> int:
        read: Counter[str] = Counter()
        for line in answer["lines"]:
            read.update(number["text"] for number in line.get("numbers") or [line])
        return sum((read & Counter(expected)).values())

    return count


def _lines(*expected: str) -> Callable[[str, dict[str, Any]], int]:
    """Count the lines that were read as one."""

    def count(label: str, answer: dict[str, Any]) -> int:
        return sum((Counter(line["text"] for line in answer["lines"]) & Counter(expected)).values())

    return count


REAL_SETS = {
    "envelopes_codes": RealSet("post codes", 7, 7, _whole_text),
    "wichtounet": RealSet("digits in their cells", 154, 162, _sudoku_cells),
    "tgtony_scattered": RealSet(
        "numbers", 9, 12, _numbers("1000", "99", "20", "48", "6", "742", "2", "123", "456", "789", "10", "97")
    ),
    "sparsha": RealSet("lines", 2, 2, _lines("1234567891", "2345619773")),
}
"""Real forms of ../shared/photos, by name."""


def real_forms(folder: Path) -> Iterator[tuple[str, RealSet, list[Sample]]]:
    """Yield name, what to count, and pictures of each set of real forms.

    Args:
        folder: As for `real_sets`.
    """
    sets = real_sets(folder)
    for name, real in REAL_SETS.items():
        yield name, real, sets[name]
