"""Several views of one line -> the most likely text that fits what the user knows. Knows no pictures.

All probabilities are those among texts that fit: what may be a 1 or a 7 is surely a 7 if only that fits.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.decoding.ctc import Frames, LabelIds, align, single_edits
from inkdigits.read.decoding.fitting import FittingStrings, find_fitting, mean_log_probability
from inkdigits.read.decoding.rescoring import DecodedLine, label_posteriors, score_strings, without_blanks
from inkdigits.read.patterns.automaton import Automaton

MIN_LOG_FIT = -4.0
"""Nats: if it is less likely than this that a line fits, mean over the views, nothing fits.

Of 300 lines composed of 12 MNIST test digits all fit their own length at more than -1.3. With a digit more or less than
there are, half of them are below -4, and with two less nearly all below -6.
"""

_WIDTH = 32
"""So many beginnings of a string are looked at; a single wanted string is almost never lost."""

_RIVALS = 8
"""So many texts are found at least: how much less likely the others are tells how sure the best is."""

_MIN_SHARE = 1e-6
"""Some of the mass is always left, so that its logarithm stays finite."""

_CHECKED = 100
"""So many texts are checked: one in ten passes a check digit."""


@dataclass(frozen=True, eq=False)
class FittingText:
    """A text that fits, with all strings of labels that have it: they differ in other characters.

    Attributes:
        text: Its digits.
        strings: The strings, the most likely first.
        log_probabilities: Natural logarithm of the probability of all of them in each view, (V,), float64.
    """

    text: str
    strings: tuple[LabelIds, ...]
    log_probabilities: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FittingLine:
    """What a line says among the texts that fit.

    Attributes:
        decoded: The most likely string that fits and passes the check, with its probabilities among such strings. None
            if there is none.
        texts: The most likely texts that fit and pass, the most likely first, each with its probability.
        log_fit: Natural logarithm of the probability that the line fits the pattern, mean over the views.
    """

    decoded: DecodedLine | None
    texts: tuple[tuple[str, float], ...]
    log_fit: float

    @property
    def is_no_match(self) -> bool:
        """Whether it is too unlikely that the line fits the pattern."""
        return self.log_fit < MIN_LOG_FIT


def decode_fitting(
    views: Sequence[Frames],
    automaton: Automaton,
    names: Sequence[str],
    *,
    count: int = 1,
    check: Callable[[str], bool] | None = None,
) -> FittingLine:
    """Return the most likely text that an automaton accepts.

    Args:
        views: (T, C) each, float64, probabilities; the last class is the blank.
        automaton: Which strings fit.
        names: The digit of each class number; later classes are not part of the text.
        count: So many texts are wanted.
        check: Tells which texts may be right at all.

    Examples:
        >>> from inkdigits.read.patterns.automaton import make_automaton
        >>> from inkdigits.read.patterns.syntax import parse_pattern
        >>> view = np.array([[0.05, 0.05, 0.05, 0.85], [0.6, 0.3, 0.05, 0.05]])  # 0, 1, another sign, blank
        >>> decode_fitting([view], make_automaton(parse_pattern("1"), "01"), "01").texts[0][0]
        '1'
    """
    kept, padded = without_blanks(views)
    wanted = max(count, _CHECKED if check else _RIVALS)
    found = find_fitting(padded, automaton, len(names), count=wanted, width=max(_WIDTH, wanted))
    log_fit = mean_log_probability(found.log_mass)
    if log_fit < MIN_LOG_FIT:
        return FittingLine(None, (), log_fit)
    texts = _texts(found, names)
    passes = [check is None or check(text.text) for text in texts]
    passed = [text for text, is_right in zip(texts, passes, strict=True) if is_right]
    if not passed:
        return FittingLine(None, (), log_fit)
    log_norm = _without(found.log_mass, [text for text, is_right in zip(texts, passes, strict=True) if not is_right])

    def fits(string: LabelIds) -> bool:
        return automaton.accepts(string) and (check is None or check(text_of(string, names)))

    decoded = _decoded(kept, padded, fits, passed, log_norm)
    likely = [(text.text, _probability(text.log_probabilities - log_norm)) for text in passed[:count]]
    return FittingLine(decoded, tuple(likely), log_fit)


def text_of(string: LabelIds, names: Sequence[str]) -> str:
    """Return the digits of a string.

    Args:
        string: Class numbers.
        names: The digit of each class number; later classes are left out.
    """
    return "".join(names[label] for label in string if label < len(names))


def _texts(found: FittingStrings, names: Sequence[str]) -> list[FittingText]:
    """Return strings by their digits, the most likely text first."""
    by_text: dict[str, list[LabelIds]] = {}
    for string in found.log_probabilities:
        by_text.setdefault(text_of(string, names), []).append(string)
    texts = [
        FittingText(text, tuple(strings), np.logaddexp.reduce([found.log_probabilities[one] for one in strings]))
        for text, strings in by_text.items()
    ]
    return sorted(texts, key=lambda text: -mean_log_probability(text.log_probabilities))


def _without(log_mass: NDArray[np.float64], failed: Sequence[FittingText]) -> NDArray[np.float64]:
    """Return the logarithm of the mass that is left without texts that failed the check, (V,)."""
    if not failed:
        return log_mass
    lost = np.exp(np.array([text.log_probabilities for text in failed]) - log_mass).sum(axis=0)  # shares, (V,)
    return np.asarray(log_mass + np.log(np.maximum(1 - lost, _MIN_SHARE)))


def _decoded(
    kept: Sequence[NDArray[np.intp]],
    padded: NDArray[np.float64],
    fits: Callable[[LabelIds], bool],
    passed: Sequence[FittingText],
    log_norm: NDArray[np.float64],
) -> DecodedLine:
    """Return the first of several texts with what tells how sure it is."""
    best, others = passed[0], passed[1:]
    string = best.strings[0]
    in_views = np.array([text.log_probabilities - log_norm for text in passed])  # (texts, V)
    shares = [mean_log_probability(in_view) for in_view in in_views]
    view = int(in_views[0].argmax())
    frames = padded[view, : len(kept[view])]
    spans = align(frames, string)
    edits = [edit for edit in single_edits(string, frames, spans) if fits(edit)]
    scores = score_strings(padded, [string, *edits, *(one for text in others for one in text.strings)])
    empty = float(np.log(padded[:, :, -1]).sum(axis=1).mean())
    return DecodedLine(
        string,
        view,
        tuple((int(kept[view][first]), int(kept[view][last - 1]) + 1) for first, last in spans),
        shares[0],
        label_posteriors(string, scores, padded.shape[2] - 1),
        mean_log_probability(best.log_probabilities) - empty,
        shares[0] - float(np.logaddexp.reduce(shares[1:])) if others else math.inf,
        float((in_views.argmax(axis=0) == 0).mean()),
        mean_log_probability(in_views[0].min(keepdims=True)),
    )


def _probability(log_probabilities: NDArray[np.float64]) -> float:
    return math.exp(min(0.0, mean_log_probability(log_probabilities)))
