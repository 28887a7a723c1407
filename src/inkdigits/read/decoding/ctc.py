"""CTC: frames of a line network -> strings, their probabilities and positions.

Knows no pictures. A line network gives, for each frame along a line, the probabilities of the classes and of a blank,
which is the last class. A string can be spread over the frames in many ways, with blanks between its characters; its
probability is the sum over all of them. Graves et al., 2006.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

LabelIds: TypeAlias = tuple[int, ...]
"""A string as class numbers."""

Frames: TypeAlias = NDArray[np.float64]
"""Probabilities of the classes in each frame of a line, (T, C); the last class is the blank."""

_RESCALE_EVERY = 16
"""Frames between two rescalings: few enough that float64 doesn't underflow."""

_CERTAIN_BLANK = 0.9999
"""A blank at least this likely is certain."""

_CERTAIN_LABEL = 0.998
"""A label at least this likely is certain: its alternatives are too unlikely to be named."""

_MIN_PROBABILITY = 1e-12
"""No class is quite impossible, so that the logarithm of a string's probability stays finite."""


def softmax(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Return the probabilities of logits.

    Args:
        logits: (…, C), float32, any finite values.
        temperature: What they are divided by: more than 1 makes the probabilities softer.

    Returns:
        (…, C), float64, each row summing to 1.
    """
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def frame_probabilities(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Return the class probabilities of a line's frames, none of them quite 0.

    Args:
        logits: (…, C), float32, any finite values.
        temperature: What they are divided by.

    Returns:
        (…, C), float64, each row summing to 1 (but for the lower bound of 1e-12).
    """
    return np.asarray(np.maximum(softmax(logits, temperature), _MIN_PROBABILITY))


def pad_views(views: Sequence[Frames]) -> NDArray[np.float64]:
    """Return several views of one line as one array, shorter ones padded with certain blanks.

    Padding doesn't change the probability of a string.

    Args:
        views: (T, C) each, float64, probabilities.

    Returns:
        (V, T, C), float64, probabilities.
    """
    frames, classes = max(len(view) for view in views), views[0].shape[1]
    padded = np.full((len(views), frames, classes), _MIN_PROBABILITY)
    padded[:, :, -1] = 1.0
    for row, view in zip(padded, views, strict=True):
        row[: len(view)] = view
    return padded


def drop_blank_frames(frames: Frames) -> NDArray[np.intp]:
    """Return the frames that matter: one of each run of certain blanks.

    Most frames of a line are certain blanks, and a third of all frames are left. The logarithm of a string's
    probability stays the same within 0.0001 for each dropped frame.

    Args:
        frames: (T, C), float64, probabilities.

    Returns:
        (kept,), intp, indices of the frames to keep, in order.

    Examples:
        >>> blank, one = np.array([0.0, 1.0]), np.array([1.0, 0.0])
        >>> drop_blank_frames(np.array([blank, blank, one, blank, blank, blank, one])).tolist()
        [0, 2, 3, 6]
    """
    is_blank = frames[:, -1] > _CERTAIN_BLANK
    is_repeated = is_blank & np.concatenate([[False], is_blank[:-1]])
    return np.flatnonzero(~is_repeated)


def greedy_decode(frames: Frames) -> LabelIds:
    """Return the string of the most likely class of each frame: repeats are merged, blanks dropped.

    Args:
        frames: (T, C), float64, probabilities.

    Examples:
        >>> blank, one, two = np.eye(3)[2], np.eye(3)[0], np.eye(3)[1]
        >>> greedy_decode(np.array([blank, one, one, blank, one, two, blank]))
        (0, 0, 1)
    """
    return tuple(label for label, _, _ in greedy_runs(frames))


def string_log_probabilities(views: NDArray[np.float64], strings: Sequence[LabelIds]) -> NDArray[np.float64]:
    """Return the logarithm of each string's probability in each view, by the forward algorithm.

    Args:
        views: (V, T, C), float64, probabilities as `pad_views` gives them.
        strings: K strings of class numbers.

    Returns:
        (V, K), float64, natural logarithms; minus infinity where a string needs more frames than there are.

    Examples:
        >>> views = np.full((1, 2, 2), 0.5)  # one class and the blank, two frames
        >>> np.exp(string_log_probabilities(views, [(), (0,), (0, 0)])).round(2).tolist()
        [[0.25, 0.75, 0.0]]
    """
    blank = views.shape[2] - 1
    ends = np.array([2 * len(string) for string in strings])
    # The states of a string: a blank, its first label, a blank, its second label, and so on to a last blank.
    states = np.full((len(strings), ends.max(initial=0) + 1), blank)  # (K, S)
    for row, string in zip(states, strings, strict=True):
        row[1 : 2 * len(string) : 2] = string
    # 1 where a label may follow the one before without a blank between them.
    skips = np.zeros(states.shape)
    skips[:, 3::2] = (states[:, 3::2] != states[:, 1:-2:2]) & (states[:, 3::2] != blank)
    emissions = np.take(views.transpose(1, 0, 2), states, axis=2)  # (T, V, K, S)
    # Forward probabilities of the states, preceded by two states that nothing comes from.
    forward = np.zeros((len(views), len(strings), states.shape[1] + 2))  # (V, K, 2 + S)
    forward[:, :, 2] = 1.0  # before the first frame: as if in the first blank
    here, one_before, two_before = forward[:, :, 2:], forward[:, :, 1:-1], forward[:, :, :-2]
    # The sums of a frame are small: allocating arrays for them would take longer than computing them.
    arriving, skipping = np.empty_like(here), np.empty_like(here)
    scale = np.zeros(forward.shape[:2])
    for frame, emission in enumerate(emissions):
        np.add(here, one_before, out=arriving)
        np.multiply(two_before, skips, out=skipping)
        arriving += skipping
        np.multiply(arriving, emission, out=here)
        if frame % _RESCALE_EVERY == 0:
            most = np.maximum(here.max(axis=2), 1e-300)  # (V, K)
            here /= most[..., None]
            scale += np.log(most)
    rows = np.arange(len(strings))
    # A string ends in its last label or in the blank after it; an empty string has no label, and that state is 0.
    total = forward[:, rows, ends + 1] + forward[:, rows, ends + 2]  # (V, K)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(total) + scale)


def single_edits(
    string: LabelIds, frames: Frames, spans: Sequence[tuple[int, int]], max_alternatives: int = 3
) -> list[LabelIds]:
    """Return the strings one edit away: one label replaced by another, or deleted.

    A label that is certain in some frame is not edited: any other string would be unlikely.

    Args:
        string: What to edit.
        frames: (T, C), float64, probabilities; labels that are likely in a span are tried there.
        spans: The span of each label, as `align` gives it.
        max_alternatives: How many other labels are tried at each position.
    """
    edited: list[LabelIds] = []
    for position, (first, last) in enumerate(spans):
        likely = frames[first:last, :-1].max(axis=0)  # (C - 1,)
        if likely[string[position]] > _CERTAIN_LABEL:
            continue
        best = np.argsort(-likely)[: max_alternatives + 1]
        others = [int(label) for label in best if label != string[position]][:max_alternatives]
        edited += [(*string[:position], other, *string[position + 1 :]) for other in others]
        edited.append((*string[:position], *string[position + 1 :]))
    return edited


def align(frames: Frames, string: LabelIds) -> list[tuple[int, int]]:
    """Return the most likely span of each label of a string: forced alignment by the Viterbi algorithm.

    Args:
        frames: (T, C), float64, probabilities.
        string: What to align; it must fit into the frames.

    Returns:
        For each label its first frame and the one after its last.

    Examples:
        >>> blank, one = np.array([0.1, 0.9]), np.array([0.9, 0.1])
        >>> align(np.array([blank, one, one, blank, one]), (0, 0))
        [(1, 3), (4, 5)]
    """
    if greedy_decode(frames) == string:  # then the best class of each frame is the best path
        return [(first, last) for _, first, last in greedy_runs(frames)]
    states = np.full(2 * len(string) + 1, frames.shape[1] - 1)  # (S,)
    states[1::2] = string
    logs = np.log(frames)[:, states]  # (T, S)
    skips = np.full(len(states), -np.inf)  # the cost of coming from two states before
    skips[3::2][states[3::2] != states[1:-2:2]] = 0.0
    best = np.full((len(frames), len(states) + 2), -np.inf)  # two states that nothing comes from, then the string's
    best[0, 2:4] = logs[0, :2]
    for frame in range(1, len(frames)):
        before, here = best[frame - 1], best[frame, 2:]
        np.maximum(before[2:], before[1:-1], out=here)
        np.maximum(here, before[:-2] + skips, out=here)
        here += logs[frame]
    state = len(states) - 1 if len(states) == 1 or best[-1, -1] >= best[-1, -2] else len(states) - 2
    path, costs = [state], skips.tolist()
    for before in reversed(best[:-1].tolist()):
        two, one, stay = before[state : state + 3]
        two += costs[state]
        state -= 0 if stay >= max(one, two) else 1 if one >= two else 2
        path.append(state)
    path.reverse()
    return [_span(path, 2 * position + 1) for position in range(len(string))]


def greedy_runs(frames: Frames) -> list[tuple[int, int, int]]:
    """Return the runs of frames with the same most likely class, without blanks.

    Args:
        frames: (T, C), float64, probabilities; the last class is the blank.

    Returns:
        Of each run the label, its first frame and the one after its last.
    """
    best = frames.argmax(axis=1)  # (T,)
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    firsts = starts.tolist()
    runs = zip(best[starts].tolist(), firsts, [*firsts[1:], len(best)], strict=True)
    return [run for run in runs if run[0] != frames.shape[1] - 1]


def _span(path: list[int], state: int) -> tuple[int, int]:
    first = path.index(state)
    return first, first + path.count(state)
