"""Several views of one line -> the most likely string, its rivals and each digit's alternatives. Knows no pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.reading.ctc import Signs, align, best_path, condense, log_probabilities, neighbours, stack

_ROUNDS = 3
"""How often the best string may be bettered by changing one sign."""


@dataclass(frozen=True, eq=False)
class Choice:
    """What a line says.

    Attributes:
        signs: The chosen string as class numbers.
        view: The view that it is clearest in.
        spans: First step and the one after the last of each sign, in that view.
        probability: Of the whole string, among all strings, uncalibrated.
        posteriors: (len(signs), classes): what each sign may be, given that the others are right.
    """

    signs: Signs
    view: int
    spans: tuple[tuple[int, int], ...]
    probability: float
    posteriors: NDArray[np.float64]


def choose(views: Sequence[NDArray[np.float64]]) -> Choice:
    """Choose the string that all views together hold most likely.

    The best path of each view is a candidate; the best candidate is then changed one sign at a time for as long as
    that makes it more likely.

    Args:
        views: Each (T, C), probabilities; the last class is the blank.

    Examples:
        >>> blank, one, two = np.array([[0.05, 0.05, 0.9], [0.8, 0.1, 0.1], [0.3, 0.6, 0.1]])
        >>> choice = choose([np.array([blank, one, blank, two])])
        >>> choice.signs, choice.spans
        ((0, 1), ((1, 2), (3, 4)))
    """
    kept = [condense(view) for view in views]
    stacked = stack([view[steps] for view, steps in zip(views, kept, strict=True)])
    scores = _score(stacked, list(dict.fromkeys(best_path(view) for view in views)))
    best = max(scores, key=lambda string: scores[string])
    for _ in range(_ROUNDS):
        clearest = _clearest(stacked, best)
        rivals = [string for string in neighbours(best, stacked[clearest]) if string not in scores]
        if rivals:
            scores |= _score(stacked, list(dict.fromkeys(rivals)))
        better = max(scores, key=lambda string: scores[string])
        if better == best:
            break
        best = better
    clearest = _clearest(stacked, best)
    places = kept[clearest]
    spans = align(stacked[clearest, : len(places)], best)
    return Choice(
        best,
        clearest,
        tuple((int(places[first]), int(places[last - 1]) + 1) for first, last in spans),
        float(np.exp(scores[best])),
        _posteriors(best, scores, views[0].shape[1] - 1),
    )


def _score(stacked: NDArray[np.float64], strings: list[Signs]) -> dict[Signs, float]:
    """Return each string's logarithm of probability, averaged over the views as if each were another witness."""
    each = np.maximum(log_probabilities(stacked, strings), -1e3)
    return dict(zip(strings, each.mean(axis=0).tolist(), strict=True))


def _clearest(stacked: NDArray[np.float64], string: Signs) -> int:
    return int(log_probabilities(stacked, [string])[:, 0].argmax())


def _posteriors(best: Signs, scores: dict[Signs, float], classes: int) -> NDArray[np.float64]:
    """Return what each sign may be: the probabilities of the strings that differ from the best in it alone."""
    table = np.full((len(best), classes), -np.inf)
    for place, sign in enumerate(best):
        table[place, sign] = scores[best]
    for string, score in scores.items():
        if len(string) != len(best):
            continue
        differing = [place for place, (ours, theirs) in enumerate(zip(best, string, strict=True)) if ours != theirs]
        if len(differing) == 1:
            table[differing[0], string[differing[0]]] = score
    powers = np.exp(table - table.max(axis=1, keepdims=True, initial=-1e9))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
