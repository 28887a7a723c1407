"""Several views of one line and an automaton -> the most likely strings that the automaton accepts. Knows no pictures.

A backward pass over frames and states of the automaton gives the probability that the rest of a line fits. With it the
search knows of each beginning how likely all strings are that begin so and fit; it keeps the best beginnings of each
length. As the mean over the views is taken of logarithms, what it knows is an upper bound, and nothing is lost unless
more beginnings than are kept look better than the best string.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.decoding.ctc import LabelIds
from inkdigits.read.patterns.automaton import NOWHERE, Automaton

_MIN_LOG_PROBABILITY = -1e3
"""One view alone can't make a string less likely than this, as in `rescoring`."""

_LEAST_SHARE = -25.0
"""Beginnings this much less likely than the best string, in nats, are left."""


@dataclass(frozen=True, eq=False)
class FittingStrings:
    """The likely strings that fit.

    Attributes:
        log_probabilities: Of each string the natural logarithm of its probability in each view, (V,), float64; the
            most likely string first.
        log_mass: Natural logarithm of the probability that a view's string fits, (V,), float64; may be -inf.
    """

    log_probabilities: dict[LabelIds, NDArray[np.float64]]
    log_mass: NDArray[np.float64]


def find_fitting(
    views: NDArray[np.float64], automaton: Automaton, digits: int, *, count: int = 1, width: int = 16
) -> FittingStrings:
    """Return the most likely strings with a digit that fit.

    Args:
        views: (V, T, C), float64, probabilities as `pad_views` gives them; the last class is the blank.
        automaton: Accepts strings of the other classes.
        digits: The first so many classes are digits.
        count: So many strings are wanted; more may be found.
        width: So many beginnings of each length are kept.

    Examples:
        >>> from inkdigits.read.patterns.automaton import make_automaton
        >>> from inkdigits.read.patterns.syntax import parse_pattern
        >>> views = np.full((1, 3, 4), 0.05)  # 0, 1, another sign, blank
        >>> views[0, [0, 1, 2], [0, 3, 1]] = 0.85
        >>> found = find_fitting(views, make_automaton(parse_pattern("1+"), "01"), 2)
        >>> list(found.log_probabilities)[:2], np.exp(found.log_mass).round(2)
        ([(1,)], array([0.13]))
    """
    rest, log_mass = _fitting_rest(views, automaton)
    found: dict[LabelIds, NDArray[np.float64]] = {}
    if np.isfinite(log_mass).all():
        _Search(views, automaton, rest, digits, count, width).run(found)
    ordered = sorted(found, key=lambda string: -mean_log_probability(found[string]))
    return FittingStrings({string: found[string] for string in ordered}, log_mass)


def mean_log_probability(in_views: NDArray[np.float64]) -> float:
    """Return the mean over views of a logarithm of a probability.

    Args:
        in_views: (V,), float64, nats, at most 0; may be -inf.
    """
    return float(np.maximum(in_views, _MIN_LOG_PROBABILITY).mean())


def _fitting_rest(views: NDArray[np.float64], automaton: Automaton) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how likely it is that the rest of a line fits.

    Returns:
        (T, V, states + 1, labels): of all frames behind one that shows a label which led to a state; the last state is
        `NOWHERE`. And the logarithm of the same of the whole line, (V,).
    """
    number, frames, classes = views.shape
    states, labels = automaton.next_states.shape
    columns = np.arange(labels)
    rest = np.zeros((frames, number, states + 1, labels))
    rest[-1, :, :-1] = automaton.is_end[:, None]
    after_blank = np.broadcast_to(automaton.is_end.astype(np.float64), (number, states))
    for frame in range(frames - 1, -1, -1):
        shown = views[:, frame, None, :]  # (V, 1, C)
        arriving = shown[..., :-1] * rest[frame][:, automaton.next_states, columns]  # (V, states, labels)
        after_blank = shown[..., -1] * after_blank + arriving.sum(axis=2)
        if frame:
            stay = shown[..., :-1] * rest[frame, :, :-1]
            # A label may be shown again, but as a new one only behind a blank.
            np.maximum(stay + after_blank[..., None] - arriving, 0.0, out=rest[frame - 1, :, :-1])
    assert classes == labels + 1
    with np.errstate(divide="ignore"):
        return rest, np.log(after_blank[:, 0])


class _Search:
    """Beginnings of strings, all of one length, that grow label by label."""

    def __init__(
        self,
        views: NDArray[np.float64],
        automaton: Automaton,
        rest: NDArray[np.float64],
        digits: int,
        count: int,
        width: int,
    ) -> None:
        self._frames = np.ascontiguousarray(views.transpose(1, 0, 2))  # (T, V, C)
        self._automaton, self._rest, self._digits, self._count, self._width = automaton, rest, digits, count, width
        self._best: list[float] = []

    def run(self, found: dict[LabelIds, NDArray[np.float64]]) -> None:
        """Add the strings that were found."""
        frames, views, _ = self._frames.shape
        strings: list[LabelIds] = [()]
        states = np.zeros(1, np.intp)
        # How likely it is that the frames before one show a beginning, ending in its last label or in a blank.
        in_label = np.zeros((frames + 1, views, 1))
        in_blank = np.concatenate([np.ones((1, views)), np.cumprod(self._frames[..., -1], axis=0)])[..., None]
        for _ in range(frames):
            parents, labels = np.nonzero(self._automaton.next_states[states] != NOWHERE)
            if not len(parents):
                return
            after = self._automaton.next_states[states[parents], labels]
            last = np.array([string[-1] if string else -1 for string in strings])
            arriving = in_blank[:-1, :, parents] + (last[parents] != labels) * in_label[:-1, :, parents]
            arriving *= self._frames[:, :, labels]  # (T, V, children)
            bounds = np.einsum("tvc,tvc->vc", arriving, self._rest[:, :, after, labels])
            kept = self._likely(bounds)
            if not len(kept):
                return
            strings = [(*strings[parents[child]], int(labels[child])) for child in kept]
            states = after[kept]
            in_label, in_blank = self._forward(arriving[:, :, kept], labels[kept])
            ends = np.flatnonzero(self._automaton.is_end[states])
            with np.errstate(divide="ignore"):
                totals = np.log(in_label[-1] + in_blank[-1])  # (V, kept)
            for end in ends:
                if min(strings[end]) < self._digits:
                    found[strings[end]] = totals[:, end]
                    self._best.append(mean_log_probability(totals[:, end]))
            self._best = sorted(self._best, reverse=True)[: self._count]

    def _likely(self, bounds: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return which children to keep, the best ones first.

        Args:
            bounds: (V, children): how likely all fitting strings are that begin like one.
        """
        with np.errstate(divide="ignore"):
            logs = np.maximum(np.log(np.maximum(bounds, 0.0)), _MIN_LOG_PROBABILITY).mean(axis=0)
        least = _MIN_LOG_PROBABILITY
        if self._best:
            enough = len(self._best) == self._count
            least = self._best[-1] if enough else self._best[0] + _LEAST_SHARE
        order = np.argsort(-logs, kind="stable")[: self._width]
        return np.asarray(order[logs[order] > least])

    def _forward(
        self, arriving: NDArray[np.float64], labels: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how likely the frames before each one show certain beginnings, (T + 1, V, kept) each.

        Args:
            arriving: (T, V, kept): how likely each frame is the first that shows the last label.
            labels: The last label of each.
        """
        frames, views, kept = arriving.shape
        in_label, in_blank = np.zeros((frames + 1, views, kept)), np.zeros((frames + 1, views, kept))
        again, blanks = self._frames[:, :, labels], self._frames[:, :, -1:]
        for frame in range(frames):
            here, then = in_label[frame], in_label[frame + 1]
            np.multiply(again[frame], here, out=then)
            then += arriving[frame]
            blank = in_blank[frame + 1]
            np.add(in_blank[frame], here, out=blank)
            blank *= blanks[frame]
        return in_label, in_blank
