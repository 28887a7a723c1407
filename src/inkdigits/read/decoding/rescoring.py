"""Several views of one line -> the most likely string, its rivals and each digit's alternatives. Knows no pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.decoding.ctc import (
    LabelIds,
    align,
    drop_blank_frames,
    greedy_decode,
    log_probabilities,
    neighbours,
    pad_views,
)

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
        evidence: How much likelier the string is than that nothing stands there, in nats.
    """

    signs: LabelIds
    view: int
    spans: tuple[tuple[int, int], ...]
    probability: float
    posteriors: NDArray[np.float64]
    evidence: float


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
    kept = [drop_blank_frames(view) for view in views]
    stacked = pad_views([view[steps] for view, steps in zip(views, kept, strict=True)])
    paths = dict.fromkeys(greedy_decode(view) for view in views)
    # Where all views read the same, it is listened to together with its rivals.
    heard = _score(stacked, list(paths)) if len(paths) > 1 else {}
    best = _likeliest(heard) if heard else next(iter(paths))
    view = heard[best].clearest if heard else _plainest(stacked)
    for _ in range(_ROUNDS):
        steps = stacked[view, : len(kept[view])]
        aligned, spans = (best, view), align(steps, best)
        strings = (best, *neighbours(best, steps, spans))
        heard |= _score(stacked, [string for string in strings if string not in heard])
        before, best = best, _likeliest(heard)
        view = heard[best].clearest
        if best == before:
            break
    places = kept[view]
    if aligned != (best, view):
        spans = align(stacked[view, : len(places)], best)
    return Choice(
        best,
        view,
        tuple((int(places[first]), int(places[last - 1]) + 1) for first, last in spans),
        float(np.exp(heard[best].score)),
        _posteriors(best, heard, views[0].shape[1] - 1),
        heard[best].score - float(np.log(stacked[:, :, -1]).sum(axis=1).mean()),
    )


def _plainest(stacked: NDArray[np.float64]) -> int:
    """Return the view whose own best path is likeliest."""
    return int(np.log(stacked.max(axis=2)).sum(axis=1).argmax())


class _Score(NamedTuple):
    """What the views say of one string, as if each were another witness.

    Attributes:
        score: The mean of the logarithms of its probability.
        clearest: The view that it is likeliest in.
    """

    score: float
    clearest: int


def _score(stacked: NDArray[np.float64], strings: Sequence[LabelIds]) -> dict[LabelIds, _Score]:
    strings = list(dict.fromkeys(strings))
    if not strings:
        return {}
    each = log_probabilities(stacked, strings)
    scores, clearest = np.maximum(each, -1e3).mean(axis=0).tolist(), each.argmax(axis=0).tolist()
    return {string: _Score(*heard) for string, *heard in zip(strings, scores, clearest, strict=True)}


def _likeliest(heard: Mapping[LabelIds, _Score]) -> LabelIds:
    return max(heard, key=lambda string: heard[string].score)


def _posteriors(best: LabelIds, heard: Mapping[LabelIds, _Score], classes: int) -> NDArray[np.float64]:
    """Return what each sign may be: the probabilities of the strings that differ from the best in it alone."""
    table = np.full((len(best), classes), -np.inf)
    for place, sign in enumerate(best):
        table[place, sign] = heard[best].score
    for string, (score, _) in heard.items():
        if len(string) != len(best):
            continue
        differing = [place for place, (ours, theirs) in enumerate(zip(best, string, strict=True)) if ours != theirs]
        if len(differing) == 1:
            table[differing[0], string[differing[0]]] = score
    powers = np.exp(table - table.max(axis=1, keepdims=True, initial=-1e9))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
