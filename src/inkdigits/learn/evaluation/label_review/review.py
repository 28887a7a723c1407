"""The review of a split's labels: suspects, equal and nearly equal pictures, odd ones. Draws nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from inkdigits.core.errors import DataError
from inkdigits.data.dataset import Dataset, Split
from inkdigits.data.review import SplitName
from inkdigits.learn.data_checks.duplicates import DuplicateGroup, find_duplicates
from inkdigits.learn.evaluation.label_review.near_duplicates import NearDuplicate, find_near_duplicates
from inkdigits.learn.evaluation.label_review.out_of_fold import (
    FOLDS,
    RECIPE,
    TEST_NETWORKS,
    choose_recipe,
    judge_out_of_fold,
)
from inkdigits.learn.evaluation.label_review.suspects import Suspect, rank_suspects

_ODD = 30


@dataclass(frozen=True)
class OddDigit:
    """A digit that looks like no other.

    Attributes:
        index: Its place in the split.
        oddness: 0 … 1; 1 is like no other.
    """

    index: int
    oddness: float


@dataclass(frozen=True)
class LabelReview:
    """What a review of a split's labels found.

    Attributes:
        dataset: The digits.
        split: "train" or "test".
        seconds: How long it took.
        suspects: The labels that are most probably wrong, likeliest first.
        duplicates: Equal pictures, in both splits.
        near_duplicates: Test digits that are nearly in the training set.
        odd: The digits of the split that look like no others, oddest first.
    """

    dataset: Dataset
    split: SplitName
    seconds: float
    suspects: tuple[Suspect, ...]
    duplicates: tuple[DuplicateGroup, ...]
    near_duplicates: tuple[NearDuplicate, ...]
    odd: tuple[OddDigit, ...]

    @property
    def digits(self) -> Split:
        """The digits that were reviewed."""
        return self.dataset.train if self.split == "train" else self.dataset.test

    @property
    def likely_errors(self) -> int:
        """How many labels confident learning takes for wrong."""
        return sum(suspect.is_likely for suspect in self.suspects)

    def to_dict(self) -> dict[str, Any]:
        """Return it ready for JSON; labels are class numbers, and `score` is the probability of the label."""
        return {
            "split": self.split,
            "examples": len(self.digits),
            "seconds": round(self.seconds, 3),
            "suspects": [
                {
                    "index": each.index,
                    "label": each.label,
                    "suggested": each.suggested,
                    "score": round(each.score, 7),
                }
                for each in self.suspects
            ],
            "likely_errors": self.likely_errors,
            "classes": list(self.dataset.classes),
            "duplicates": [
                {"train": list(each.train), "test": list(each.test), "conflict": each.has_conflict}
                for each in self.duplicates
            ],
            "near_duplicates": [
                {"test": each.test_index, "train": each.train_index, "distance": round(each.distance, 4)}
                for each in self.near_duplicates
            ],
            "odd": [{"index": each.index, "oddness": round(each.oddness, 4)} for each in self.odd],
        }


def review_labels(
    dataset: Dataset,
    split: SplitName = "test",
    *,
    recipe: str = RECIPE,
    networks: int | None = None,
    device: str = "auto",
    progress: bool = True,
) -> LabelReview:
    """Return the labels of a split that are probably wrong, and what else is doubtful about its digits.

    Args:
        dataset: The digits.
        split: "test" or "train".
        recipe: The name of the recipe, or a TOML file, of the networks that judge.
        networks: How many judge: for "train" the folds; by default 4.
        device: As for a training.
        progress: Whether to show how far the trainings are.

    Raises:
        DataError: There is no such split, or it has too few digits of a class for the folds.
        InkdigitsError: A training failed.
    """
    start_s = time.perf_counter()
    if split not in ("train", "test"):
        raise DataError(f"the split {split!r}", expected="train or test", mend="choose another --split")
    networks = networks or (FOLDS if split == "train" else TEST_NETWORKS)
    if split == "train":
        _check_folds(dataset, networks)
    chosen = choose_recipe(recipe, dataset)
    judged = judge_out_of_fold(dataset, split, recipe=chosen, networks=networks, device=device, progress=progress)
    digits = dataset.train if split == "train" else dataset.test
    suspects = rank_suspects(judged.probabilities, digits, dataset.train)
    oddest = np.argsort(-judged.oddness, kind="stable")[:_ODD].tolist()
    duplicates, near_duplicates = find_duplicates(dataset), find_near_duplicates(dataset)
    return LabelReview(
        dataset=dataset,
        split=split,
        seconds=time.perf_counter() - start_s,
        suspects=tuple(suspects),
        duplicates=tuple(duplicates),
        near_duplicates=tuple(near_duplicates),
        odd=tuple(OddDigit(index, float(judged.oddness[index])) for index in oddest),
    )


def _check_folds(dataset: Dataset, folds: int) -> None:
    if not 2 <= folds <= len(dataset.train) // 2:
        raise DataError(
            f"{folds} folds of {len(dataset.train):,} training digits",
            expected="at least 2, of two digits or more each",
            mend="choose another --networks",
        )
