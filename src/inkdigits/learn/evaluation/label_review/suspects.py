"""Ranks labels by how probably they are wrong. Knows probabilities and pixels; nothing of networks."""

from dataclasses import dataclass

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from numpy.typing import NDArray

from inkdigits.core.types import Labels, Probabilities
from inkdigits.data.dataset import Split
from inkdigits.learn.evaluation.mistakes import Mistake
from inkdigits.learn.evaluation.neighbours import NeighbourPair, find_neighbours

_LEAST, _SHARE = 100, 0.02
"""How many digits to look at, at least and as a share: more than have wrong labels in most data."""


@dataclass(frozen=True)
class Suspect:
    """A digit whose label may be wrong, and why.

    Attributes:
        index: Its place in the split.
        label: The class number that the data gives it.
        suggested: The class number that it more probably is: the likeliest of the others.
        score: The probability of its label: the lower, the likelier is an error.
        is_likely: Whether confident learning takes the label for wrong.
        probabilities: (classes,), float32, summing to 1.
        nearest: The most similar digits of the given and of the suggested class, by pixels, in the training set.
    """

    index: int
    label: int
    suggested: int
    score: float
    is_likely: bool
    probabilities: NDArray[np.float32]
    nearest: NeighbourPair


def rank_suspects(probabilities: Probabilities, split: Split, train: Split) -> list[Suspect]:
    """Return the digits whose labels are most probably wrong, likeliest first.

    Confident learning estimates how often each class is labelled as each other one, from the digits that are sure to be
    of a class, and says from that how many labels are wrong (cleanlab, "prune by noise rate"). Their order is by the
    probability of the given label. Two in a hundred digits are returned, at least a hundred, and all that it takes for
    wrong.

    Args:
        probabilities: (N, classes), float32, rows that sum to 1: out of fold.
        split: The N digits with their labels.
        train: Digits to show the nearest of; of the same split, suspects themselves are left out.
    """
    labels = split.labels
    scores = get_label_quality_scores(labels, probabilities, method="self_confidence", adjust_pred_probs=False)
    is_likely = likely_errors(probabilities, labels)
    order = np.argsort(scores, kind="stable")
    last_likely = int(np.flatnonzero(is_likely[order])[-1]) + 1 if is_likely.any() else 0
    count = min(len(split), max(_LEAST, round(_SHARE * len(split)), last_likely))
    chosen = order[:count]
    others = probabilities.copy()
    others[np.arange(len(split)), labels] = -1
    suggested = others.argmax(axis=1)
    cases = [
        Mistake(place, int(labels[place]), int(suggested[place]), float(scores[place]), probabilities[place])
        for place in chosen.tolist()
    ]
    return [
        Suspect(
            index=case.index,
            label=case.label,
            suggested=case.prediction,
            score=case.confidence,
            is_likely=bool(is_likely[case.index]),
            probabilities=case.probabilities,
            nearest=nearest,
        )
        for case, nearest in zip(cases, _nearest(cases, split, train), strict=True)
    ]


def likely_errors(probabilities: Probabilities, labels: Labels) -> NDArray[np.bool_]:
    """Return which labels confident learning takes for wrong.

    Args:
        probabilities: (N, classes), float32, rows that sum to 1: out of fold.
        labels: (N,), int64, class numbers.

    Returns:
        (N,), bool.
    """
    present, renumbered = np.unique(labels, return_inverse=True)
    if len(present) < 2:
        return np.zeros(len(labels), bool)
    shares = probabilities[:, present] + np.float32(1e-9)  # cleanlab needs a digit of every class
    shares = shares / shares.sum(axis=1, keepdims=True)
    wrong: NDArray[np.bool_] = find_label_issues(renumbered, shares, n_jobs=1, filter_by="prune_by_noise_rate")
    return wrong


def _nearest(cases: list[Mistake], split: Split, train: Split) -> list[NeighbourPair]:
    if split is not train:
        return find_neighbours(cases, split.images, train)
    trusted = np.ones(len(train), bool)
    trusted[[case.index for case in cases]] = False
    places = np.flatnonzero(trusted)
    found = find_neighbours(cases, split.images, train[places])
    return [pair.moved(places) for pair in found]
