"""Several views of one line -> the most likely string and the alternatives of each character. Knows no pictures."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.decoding.ctc import (
    Frames,
    LabelIds,
    align,
    drop_blank_frames,
    greedy_decode,
    pad_views,
    single_edits,
    string_log_probabilities,
)

_MAX_ROUNDS = 3
"""How often the best string may be improved by a single edit."""

_MIN_LOG_PROBABILITY = -1e3
"""One view alone can't make a string less likely than this."""


@dataclass(frozen=True, eq=False)
class DecodedLine:
    """The string of a line.

    Attributes:
        label_ids: The string as class numbers.
        view: The view in which it is most likely.
        spans: First frame and the one after the last of each label, in that view.
        log_probability: Natural logarithm of the probability of the whole string among all strings, uncalibrated.
        posteriors: (labels, classes), float64, each row summing to 1: what each label may be if the others are right.
        log_likelihood_ratio: How much likelier the string is than an empty line, in nats.
        margin: How much likelier the string is than all other candidates together, in nats; infinite if every label
            is certain.
        agreement: The share of the views whose own best path gives the string, 0 … 1.
        least_view_log_probability: Natural logarithm of the string's probability in the view in which it is least
            likely.
    """

    label_ids: LabelIds
    view: int
    spans: tuple[tuple[int, int], ...]
    log_probability: float
    posteriors: NDArray[np.float64]
    log_likelihood_ratio: float
    margin: float
    agreement: float
    least_view_log_probability: float

    @property
    def probability(self) -> float:
        """Of the whole string among all strings, uncalibrated, 0 … 1."""
        return math.exp(min(0.0, self.log_probability))


def rescore(views: Sequence[Frames]) -> DecodedLine:
    """Return the string that is most likely in all views together.

    The greedy string of each view is a candidate. The best candidate is then improved by single edits.

    Args:
        views: (T, C) each, float64, probabilities; the last class is the blank.

    Examples:
        >>> blank, one, two = np.array([[0.05, 0.05, 0.9], [0.8, 0.1, 0.1], [0.3, 0.6, 0.1]])
        >>> decoded = rescore([np.array([blank, one, blank, two])])
        >>> decoded.label_ids, decoded.spans
        ((0, 1), ((1, 2), (3, 4)))
    """
    kept, padded = without_blanks(views)
    greedy = [greedy_decode(view) for view in views]
    candidates = dict.fromkeys(greedy)
    # A single candidate is scored below, together with its alternatives.
    scores = score_strings(padded, list(candidates)) if len(candidates) > 1 else {}
    best = _most_likely(scores) if scores else next(iter(candidates))
    view = scores[best].best_view if scores else _clearest_view(padded)
    for _ in range(_MAX_ROUNDS):
        frames = padded[view, : len(kept[view])]
        aligned, spans = (best, view), align(frames, best)
        strings = (best, *single_edits(best, frames, spans))
        scores |= score_strings(padded, [string for string in strings if string not in scores])
        before, best = best, _most_likely(scores)
        view = scores[best].best_view
        if best == before:
            break
    frame_numbers = kept[view]
    if aligned != (best, view):
        spans = align(padded[view, : len(frame_numbers)], best)
    return DecodedLine(
        best,
        view,
        tuple((int(frame_numbers[first]), int(frame_numbers[last - 1]) + 1) for first, last in spans),
        scores[best].log_probability,
        label_posteriors(best, scores, views[0].shape[1] - 1),
        scores[best].log_probability - float(np.log(padded[:, :, -1]).sum(axis=1).mean()),
        _margin(best, scores),
        greedy.count(best) / len(views),
        scores[best].least_log_probability,
    )


def without_blanks(views: Sequence[Frames]) -> tuple[list[NDArray[np.intp]], NDArray[np.float64]]:
    """Return the frames of each view that matter, and the views with these frames alone.

    Args:
        views: (T, C) each, float64, probabilities.

    Returns:
        The indices of the frames of each view, (kept,); and the views as `pad_views` gives them, (V, T, C).
    """
    kept = [drop_blank_frames(view) for view in views]
    return kept, pad_views([view[frames] for view, frames in zip(views, kept, strict=True)])


def _clearest_view(padded: NDArray[np.float64]) -> int:
    """Return the view whose own best path is most likely."""
    return int(np.log(padded.max(axis=2)).sum(axis=1).argmax())


class StringScore(NamedTuple):
    """How likely one string is.

    Attributes:
        log_probability: Mean over the views of the logarithm of its probability.
        least_log_probability: The same in the view in which it is least likely.
        best_view: The view in which it is most likely.
    """

    log_probability: float
    least_log_probability: float
    best_view: int


def score_strings(padded: NDArray[np.float64], strings: Sequence[LabelIds]) -> dict[LabelIds, StringScore]:
    """Return how likely strings are.

    Args:
        padded: (V, T, C), float64, probabilities as `pad_views` gives them.
        strings: Class numbers of each.
    """
    strings = list(dict.fromkeys(strings))
    if not strings:
        return {}
    in_views = string_log_probabilities(padded, strings)  # (V, K)
    in_views = np.maximum(in_views, _MIN_LOG_PROBABILITY)
    means, least = in_views.mean(axis=0).tolist(), in_views.min(axis=0).tolist()
    best_views = in_views.argmax(axis=0).tolist()
    return {string: StringScore(*values) for string, *values in zip(strings, means, least, best_views, strict=True)}


def _margin(best: LabelIds, scores: Mapping[LabelIds, StringScore]) -> float:
    others = [score.log_probability for string, score in scores.items() if string != best]
    return scores[best].log_probability - float(np.logaddexp.reduce(others)) if others else math.inf


def _most_likely(scores: Mapping[LabelIds, StringScore]) -> LabelIds:
    return max(scores, key=lambda string: scores[string].log_probability)


def label_posteriors(best: LabelIds, scores: Mapping[LabelIds, StringScore], classes: int) -> NDArray[np.float64]:
    """Return what each label may be, from the scores of the strings that differ from the best in it alone.

    Args:
        best: The best string.
        scores: Of it and of others.
        classes: How many labels there are.

    Returns:
        (labels, classes), float64, each row summing to 1.
    """
    table = np.full((len(best), classes), -np.inf)
    for position, label in enumerate(best):
        table[position, label] = scores[best].log_probability
    for string, score in scores.items():
        if len(string) != len(best):
            continue
        differing = [number for number, (ours, theirs) in enumerate(zip(best, string, strict=True)) if ours != theirs]
        if len(differing) == 1:
            table[differing[0], string[differing[0]]] = score.log_probability
    powers = np.exp(table - table.max(axis=1, keepdims=True, initial=-1e9))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))  # (labels, classes)
