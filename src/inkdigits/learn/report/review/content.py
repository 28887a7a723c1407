"""What the page of a label review shows, as JSON with sprite sheets. Knows no HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits.core.types import Image
from inkdigits.data.dataset import Dataset, Split, fingerprint
from inkdigits.data.review import Decision, SplitName, picture_id
from inkdigits.learn.data_checks.duplicates import DuplicateGroup
from inkdigits.learn.evaluation.label_review import LabelReview
from inkdigits.learn.evaluation.label_review.suspects import Suspect
from inkdigits.learn.evaluation.neighbours import Neighbour
from inkdigits.learn.report.sprites import png_uri, posterize, sprite_sheet

SHEET_ROWS = 100
"""Rows of pictures in one sprite sheet, so that it decodes fast."""

MOST_SUSPECTS, MOST_WITH_NEAREST = 8000, 1500
"""Suspects on the page, and those of them that show the digits they look like: about 4 MB."""

MOST_OTHERS = 200
"""Groups of equal pictures, and pairs of nearly equal ones, on the page."""

_MOST_EQUAL = 20
"""Places of one picture that are listed."""

_COLUMNS = 3
"""Pictures in a row of a sprite sheet."""

Place = tuple[SplitName, int]


def page_record(
    review: LabelReview, original: Dataset, decisions: Iterable[Decision], decisions_path: Path
) -> dict[str, Any]:
    """Return the JSON-ready record that the page's script works on.

    Args:
        review: What was found.
        original: The data as loaded, without changes of its pictures: decisions are about these.
        decisions: What was decided so far.
        decisions_path: Where the decisions belong.
    """
    packer = _Packer(review.dataset, original)
    suspects = review.suspects[:MOST_SUSPECTS]
    sections = {
        "suspects": [
            packer.suspect(each, review.split, with_nearest=rank < MOST_WITH_NEAREST)
            for rank, each in enumerate(suspects)
        ],
        "odd": [packer.row([(review.split, each.index)]) | {"oddness": round(each.oddness, 3)} for each in review.odd],
        "near": [
            packer.row([("test", each.test_index), ("train", each.train_index)])
            for each in review.near_duplicates[:MOST_OTHERS]
        ],
        "equal": [packer.row(_places(group)[:_MOST_EQUAL]) for group in review.duplicates[:MOST_OTHERS]],
    }
    return {
        "file": decisions_path.name,
        "data": fingerprint(original),
        "split": review.split,
        "classes": list(original.classes),
        "sheetRows": SHEET_ROWS,
        "sections": sections,
        "sheets": packer.sheets(),
        "decisions": [asdict(each) for each in decisions],
    }


class _Packer:
    """Collects rows of pictures, and describes the digits in them."""

    def __init__(self, dataset: Dataset, original: Dataset) -> None:
        self._shown, self._original = dataset, original
        self._rows: list[list[Image | None]] = []

    def row(self, places: Sequence[Place]) -> dict[str, Any]:
        """Return digits in one row of pictures; those that are not the same picture as the first have their own."""
        images = [_split(self._shown, split).images[index] for split, index in places]
        different = [image for image in images[1:] if not np.array_equal(image, images[0])]
        return self._add([images[0], *different]) | {"digits": [self._digit(place) for place in places]}

    def suspect(self, suspect: Suspect, split: SplitName, *, with_nearest: bool) -> dict[str, Any]:
        """Return a suspect with the reason."""
        train = self._shown.train
        near = (suspect.nearest.of_label, suspect.nearest.of_prediction) if with_nearest else (None, None)
        images: list[Image | None] = [_split(self._shown, split).images[suspect.index]]
        images += [None if each is None else train.images[each.index] for each in near]
        shares = np.rint(suspect.probabilities.astype(np.float64) * 1000).astype(int).tolist()
        return self._add(images) | {
            "digits": [self._digit((split, suspect.index))],
            "suggested": suspect.suggested,
            "score": round(suspect.score, 4),
            "likely": suspect.is_likely,
            "shares": {str(number): share for number, share in enumerate(shares) if share},
            "near": [_neighbour(each) for each in near],
        }

    def sheets(self) -> list[str]:
        """Return all pictures as PNG in `data:` URIs."""
        return [
            png_uri(posterize(sprite_sheet(self._rows[start : start + SHEET_ROWS])))
            for start in range(0, len(self._rows), SHEET_ROWS)
        ]

    def _add(self, images: Sequence[Image | None]) -> dict[str, Any]:
        self._rows.append([*images[:_COLUMNS], *[None] * (_COLUMNS - len(images))])
        return {"row": len(self._rows) - 1, "pictures": sum(image is not None for image in images[:_COLUMNS])}

    def _digit(self, place: Place) -> list[Any]:
        """Return [split, index, picture, class number]."""
        split, index = place
        digits = _split(self._original, split)
        return [split, index, picture_id(digits.images[index]), int(digits.labels[index])]


def _places(group: DuplicateGroup) -> list[Place]:
    test: list[Place] = [("test", index) for index in group.test]
    train: list[Place] = [("train", index) for index in group.train]
    return test + train


def _split(dataset: Dataset, name: SplitName) -> Split:
    return dataset.train if name == "train" else dataset.test


def _neighbour(neighbour: Neighbour | None) -> list[Any] | None:
    """Return [index, distance]."""
    return None if neighbour is None else [neighbour.index, round(neighbour.distance, 2)]
