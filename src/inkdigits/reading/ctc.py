"""What a line network's outputs say: strings, their probabilities, and where each sign stands. Knows no pictures.

A line network gives, for each step across a strip, the probabilities of the classes and of a blank, which is the
last class. A string stands for every way to spread its signs over the steps, with blanks between them; its
probability is the sum over these. Graves et al., 2006.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Signs: TypeAlias = tuple[int, ...]
"""A string as class numbers."""

_RESCALE_EVERY = 8
"""Steps between two rescalings: few enough that float64 doesn't run out."""

_SURE = 0.9999
"""A step is paper if it is at least this likely."""

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


def stack(variants: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
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


def condense(steps: NDArray[np.float64]) -> NDArray[np.intp]:
    """Find the steps that matter: of a run of sure blanks one is as good as all.

    A network is sure of the paper between two digits on most of its steps: what is left is a third of them, and
    the logarithm of a string's probability stays the same within 0.0001 a step left out.

    Args:
        steps: (T, C), probabilities.

    Returns:
        Which steps to keep, in their order.

    Examples:
        >>> blank, one = np.array([0.0, 1.0]), np.array([1.0, 0.0])
        >>> condense(np.array([blank, blank, one, blank, blank, blank, one])).tolist()
        [0, 2, 3, 6]
    """
    is_blank = steps[:, -1] > _SURE
    repeats = is_blank & np.concatenate([[False], is_blank[:-1]])
    return np.flatnonzero(~repeats)


def best_path(steps: NDArray[np.float64]) -> Signs:
    """Read the most likely class of each step: repeats count once, blanks fall away.

    Examples:
        >>> blank, one, two = np.eye(3)[2], np.eye(3)[0], np.eye(3)[1]
        >>> best_path(np.array([blank, one, one, blank, one, two, blank]))
        (0, 0, 1)
    """
    classes = steps.argmax(axis=1)
    changes = np.flatnonzero(np.diff(classes, prepend=-1))
    return tuple(int(sign) for sign in classes[changes] if sign != steps.shape[1] - 1)


def log_probabilities(views: NDArray[np.float64], strings: Sequence[Signs]) -> NDArray[np.float64]:
    """Return the logarithm of each string's probability in each view.

    Args:
        views: (V, T, C), probabilities as `stack` gives them.
        strings: K strings of class numbers.

    Returns:
        (V, K), natural logarithms; minus infinity where a string needs more steps than there are.

    Examples:
        >>> views = np.full((1, 2, 2), 0.5)  # one class and the blank, two steps
        >>> np.exp(log_probabilities(views, [(), (0,), (0, 0)])).round(2).tolist()
        [[0.25, 0.75, 0.0]]
    """
    blank = views.shape[2] - 1
    longest = max((len(string) for string in strings), default=0)
    # Signs with a blank before, between and after: the states of a string, padded with blanks never reached.
    states = np.full((len(strings), 2 * longest + 1), blank)
    skips = np.zeros(states.shape)
    for row, skip, string in zip(states, skips, strings, strict=True):
        row[1 : 2 * len(string) : 2] = string
        for place in range(1, len(string)):
            skip[2 * place + 1] = string[place] != string[place - 1]
    ends = 2 * np.array([len(string) for string in strings])
    emitted = views[:, :, states]  # (V, T, K, S)
    reach = np.zeros((len(views), *states.shape))
    reach[:, :, :2] = emitted[:, 0, :, :2]
    scale = np.zeros(reach.shape[:2])
    for step in range(1, views.shape[1]):
        arriving = reach.copy()
        arriving[:, :, 1:] += reach[:, :, :-1]
        arriving[:, :, 2:] += reach[:, :, :-2] * skips[:, 2:]
        reach = arriving * emitted[:, step]
        if step % _RESCALE_EVERY == 0:
            most = np.maximum(reach.max(axis=2), 1e-300)
            reach /= most[..., None]
            scale += np.log(most)
    rows = np.arange(len(strings))
    total = reach[:, rows, ends] + np.where(ends > 0, reach[:, rows, np.maximum(ends - 1, 0)], 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(total) + scale)


def neighbours(string: Signs, steps: NDArray[np.float64], most: int = 3) -> list[Signs]:
    """Return strings one change away: another sign in place of one, or one left out.

    Args:
        string: What to change.
        steps: (T, C), probabilities: the signs tried at a place are those most likely about there.
        most: How many other signs are tried at each place.
    """
    spans = align(steps, string)
    changed: list[Signs] = []
    for place, (first, last) in enumerate(spans):
        likely = np.argsort(-steps[first:last, :-1].max(axis=0))
        others = [int(sign) for sign in likely[: most + 1] if sign != string[place]][:most]
        changed += [(*string[:place], other, *string[place + 1 :]) for other in others]
        changed.append((*string[:place], *string[place + 1 :]))
    return changed


def align(steps: NDArray[np.float64], string: Signs) -> list[tuple[int, int]]:
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
    blank = steps.shape[1] - 1
    states = np.full(2 * len(string) + 1, blank)
    states[1::2] = string
    may_skip = np.zeros(len(states), dtype=bool)
    may_skip[3::2] = states[3::2] != states[1:-2:2]
    logs = np.log(steps)[:, states]  # (T, S)
    best = np.full(len(states), -np.inf)
    best[:2] = logs[0, :2]
    came_from = np.zeros(logs.shape, np.int8)
    for step in range(1, len(steps)):
        one_back = np.concatenate([[-np.inf], best[:-1]])
        two_back = np.where(may_skip, np.concatenate([[-np.inf, -np.inf], best[:-2]])[: len(best)], -np.inf)
        options = np.stack([best, one_back, two_back])
        came_from[step] = options.argmax(axis=0)
        best = options.max(axis=0) + logs[step]
    state = len(states) - 1 if len(states) == 1 or best[-1] >= best[-2] else len(states) - 2
    path = np.empty(len(steps), np.int64)
    for step in range(len(steps) - 1, -1, -1):
        path[step] = state
        state -= int(came_from[step, state])
    return [_span(path, 2 * place + 1) for place in range(len(string))]


def _span(path: NDArray[np.int64], state: int) -> tuple[int, int]:
    steps = np.flatnonzero(path == state)
    return int(steps[0]), int(steps[-1]) + 1
