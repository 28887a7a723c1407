"""What a line network's outputs say: strings, their probabilities, and where each sign stands. Knows no pictures.

A line network gives, for each step across a strip, the probabilities of the classes and of a blank, which is the
last class. A string stands for every way to spread its signs over the steps, with blanks between them; its
probability is the sum over these. Graves et al., 2006.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

LabelIds: TypeAlias = tuple[int, ...]
"""A string as class numbers."""

_RESCALE_EVERY = 16
"""Steps between two rescalings: few enough that float64 doesn't run out."""

_SURE_BLANK = 0.9999
"""Paper that is at least this likely at a step is beyond doubt."""

_SURE_SIGN = 0.998
"""So is a sign: what else may stand there is too unlikely to be named."""

_LEAST = 1e-12
"""A class is never quite impossible, so that a string's logarithm stays finite."""


def softmax(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Turn logits (…, C) into probabilities, softened by `temperature`."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def probabilities(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Return the probabilities (…, C) of a line's steps, none of them quite 0."""
    return np.asarray(np.maximum(softmax(logits, temperature), _LEAST))


def pad_views(variants: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Put the steps of several views of one line into one array, the shorter filled up with sure blanks.

    Args:
        variants: Each (T, C), probabilities.

    Returns:
        (V, T, C): a string's probability is what it was.
    """
    steps, classes = max(len(variant) for variant in variants), variants[0].shape[1]
    stacked = np.full((len(variants), steps, classes), _LEAST)
    stacked[:, :, -1] = 1.0
    for row, variant in zip(stacked, variants, strict=True):
        row[: len(variant)] = variant
    return stacked


def drop_blank_frames(steps: NDArray[np.float64]) -> NDArray[np.intp]:
    """Find the steps that matter: of a run of sure blanks one is as good as all.

    A network is sure of the paper between two digits on most of its steps: what is left is a third of them, and
    the logarithm of a string's probability stays the same within 0.0001 a step left out.

    Args:
        steps: (T, C), probabilities.

    Returns:
        Which steps to keep, in their order.

    Examples:
        >>> blank, one = np.array([0.0, 1.0]), np.array([1.0, 0.0])
        >>> drop_blank_frames(np.array([blank, blank, one, blank, blank, blank, one])).tolist()
        [0, 2, 3, 6]
    """
    is_blank = steps[:, -1] > _SURE_BLANK
    repeats = is_blank & np.concatenate([[False], is_blank[:-1]])
    return np.flatnonzero(~repeats)


def greedy_decode(steps: NDArray[np.float64]) -> LabelIds:
    """Read the most likely class of each step: repeats count once, blanks fall away.

    Examples:
        >>> blank, one, two = np.eye(3)[2], np.eye(3)[0], np.eye(3)[1]
        >>> greedy_decode(np.array([blank, one, one, blank, one, two, blank]))
        (0, 0, 1)
    """
    classes = steps.argmax(axis=1)
    changes = np.flatnonzero(np.diff(classes, prepend=-1))
    return tuple(int(sign) for sign in classes[changes] if sign != steps.shape[1] - 1)


def log_probabilities(views: NDArray[np.float64], strings: Sequence[LabelIds]) -> NDArray[np.float64]:
    """Return the logarithm of each string's probability in each view.

    Args:
        views: (V, T, C), probabilities as `pad_views` gives them.
        strings: K strings of class numbers.

    Returns:
        (V, K), natural logarithms; minus infinity where a string needs more steps than there are.

    Examples:
        >>> views = np.full((1, 2, 2), 0.5)  # one class and the blank, two steps
        >>> np.exp(log_probabilities(views, [(), (0,), (0, 0)])).round(2).tolist()
        [[0.25, 0.75, 0.0]]
    """
    blank = views.shape[2] - 1
    ends = np.array([2 * len(string) for string in strings])
    # A string's states: the blank before its first sign, that sign, the blank behind it, and so on.
    states = np.full((len(strings), ends.max(initial=0) + 1), blank)
    for row, string in zip(states, strings, strict=True):
        row[1 : 2 * len(string) : 2] = string
    # 1 where a sign may follow the one before without a blank between.
    skips = np.zeros(states.shape)
    skips[:, 3::2] = (states[:, 3::2] != states[:, 1:-2:2]) & (states[:, 3::2] != blank)
    emissions = np.take(views.transpose(1, 0, 2), states, axis=2)  # (T, V, K, S)
    # How likely each string is up to a step that ends in its state s, behind two states that nothing comes from.
    so_far = np.zeros((len(views), len(strings), states.shape[1] + 2))
    so_far[:, :, 2] = 1.0  # before the first step; in a blank, as if one stood there
    here, one_before, two_before = so_far[:, :, 2:], so_far[:, :, 1:-1], so_far[:, :, :-2]
    # A step is a few small sums: to make room for each would take longer than they do.
    arriving, skipping = np.empty_like(here), np.empty_like(here)
    scale = np.zeros(so_far.shape[:2])
    for step, emission in enumerate(emissions):
        np.add(here, one_before, out=arriving)
        np.multiply(two_before, skips, out=skipping)
        arriving += skipping
        np.multiply(arriving, emission, out=here)
        if step % _RESCALE_EVERY == 0:
            most = np.maximum(here.max(axis=2), 1e-300)
            here /= most[..., None]
            scale += np.log(most)
    rows = np.arange(len(strings))
    # The last sign, of an empty string a state that nothing comes from, or the blank behind it.
    total = so_far[:, rows, ends + 1] + so_far[:, rows, ends + 2]
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(total) + scale)


def neighbours(
    string: LabelIds, steps: NDArray[np.float64], spans: Sequence[tuple[int, int]], most: int = 3
) -> list[LabelIds]:
    """Return strings one change away: another sign in place of one, or one left out.

    Where a step is sure of its sign, there is nothing to change: without that step any other string is unlikely.

    Args:
        string: What to change.
        steps: (T, C), probabilities: the signs tried at a place are those most likely about there.
        spans: The place of each sign, as `align` finds it.
        most: How many other signs are tried at each place.
    """
    changed: list[LabelIds] = []
    for place, (first, last) in enumerate(spans):
        likely = steps[first:last, :-1].max(axis=0)
        if likely[string[place]] > _SURE_SIGN:
            continue
        others = [int(sign) for sign in np.argsort(-likely)[: most + 1] if sign != string[place]][:most]
        changed += [(*string[:place], other, *string[place + 1 :]) for other in others]
        changed.append((*string[:place], *string[place + 1 :]))
    return changed


def align(steps: NDArray[np.float64], string: LabelIds) -> list[tuple[int, int]]:
    """Find the most likely place of each sign.

    Args:
        steps: (T, C), probabilities.
        string: What stands there; it must fit into the steps.

    Returns:
        For each sign its first step and the one after its last.

    Examples:
        >>> blank, one = np.array([0.1, 0.9]), np.array([0.9, 0.1])
        >>> align(np.array([blank, one, one, blank, one]), (0, 0))
        [(1, 3), (4, 5)]
    """
    if greedy_decode(steps) == string:  # nothing is likelier than the likeliest of each step
        return _runs(steps)
    states = np.full(2 * len(string) + 1, steps.shape[1] - 1)
    states[1::2] = string
    logs = np.log(steps)[:, states]  # (T, S)
    skips = np.full(len(states), -np.inf)  # what it costs to come from two states before
    skips[3::2][states[3::2] != states[1:-2:2]] = 0.0
    best = np.full((len(steps), len(states) + 2), -np.inf)  # two states that nothing comes from, then the string's
    best[0, 2:4] = logs[0, :2]
    for step in range(1, len(steps)):
        before, here = best[step - 1], best[step, 2:]
        np.maximum(before[2:], before[1:-1], out=here)
        np.maximum(here, before[:-2] + skips, out=here)
        here += logs[step]
    state = len(states) - 1 if len(states) == 1 or best[-1, -1] >= best[-1, -2] else len(states) - 2
    path, costs = [state], skips.tolist()
    for before in reversed(best[:-1].tolist()):
        two, one, stay = before[state : state + 3]
        two += costs[state]
        state -= 0 if stay >= max(one, two) else 1 if one >= two else 2
        path.append(state)
    path.reverse()
    return [_span(path, 2 * place + 1) for place in range(len(string))]


def _runs(steps: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return where the most likely class stays the same, but for the blank."""
    classes = steps.argmax(axis=1)
    starts = np.flatnonzero(np.diff(classes, prepend=-1))
    ends = [*starts[1:].tolist(), len(classes)]
    runs = zip(starts.tolist(), ends, classes[starts].tolist(), strict=True)
    return [(first, last) for first, last, sign in runs if sign != steps.shape[1] - 1]


def _span(path: list[int], state: int) -> tuple[int, int]:
    first = path.index(state)
    return first, first + path.count(state)
