"""Views of a line with signs -> its digits first, then the signs between them. Knows no pictures.

Whether a speck is a point is seldom sure, and says nothing of the digits beside it. So the digits are decoded as if
signs were paper, and the signs are chosen for these digits.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkdigits.core.types import CTC_CLASSES, SIGNS
from inkdigits.read.decoding.ctc import (
    Frames,
    LabelIds,
    align,
    greedy_runs,
    pad_views,
    string_log_probabilities,
)
from inkdigits.read.decoding.rescoring import DecodedLine, rescore
from inkdigits.read.onnx_model import Metadata

_LARGE = "/+x=()"
"""Signs that networks without classes for signs take for digits."""

_CERTAIN = 0.98
"""A large sign that is less likely than this in a frame may be a digit."""

_REACH = 2
"""Frames on either side of a sign in which other networks may see it."""

_LEAST = 1e-12
"""No class is quite impossible."""


def rescore_digits(views: Sequence[Frames], digits: int) -> DecodedLine:
    """Return the string that is most likely in all views together, with the signs between its digits.

    Args:
        views: (T, C) each, float64, probabilities: of the digits, of signs if the network knows them, of any other
            character, and of the blank. All that know signs know the same.
        digits: How many classes are digits.

    Returns:
        The string. Its probabilities are those of its digits and other characters; the posteriors of a sign are those
        of its clearest frame.

    Examples:
        >>> blank, one, point = np.array([[0.1, 0.1, 0.1, 0.7], [0.7, 0.1, 0.1, 0.1], [0.1, 0.6, 0.1, 0.2]])
        >>> rescore_digits([np.array([one, blank, point, one])], 1).label_ids  # 0, a sign, other, blank
        (0, 1, 0)
    """
    return add_signs(rescore([signs_as_blanks(view, digits) for view in views]), views, digits)


def add_signs(decoded: DecodedLine, views: Sequence[Frames], digits: int) -> DecodedLine:
    """Return a string with the signs between its characters.

    Args:
        decoded: Of digits and other characters alone, the label behind the digits being the latter.
        views: (T, C) each, float64, probabilities, as for `rescore_digits`.
        digits: How many classes are digits.
    """
    knowing = [number for number, view in enumerate(views) if view.shape[1] > digits + CTC_CLASSES]
    if not knowing:
        return decoded
    other = views[knowing[0]].shape[1] - CTC_CLASSES
    text = tuple(label if label < digits else other for label in decoded.label_ids)
    candidates = list(dict.fromkeys(_with_signs(text, views[number], digits) for number in knowing))
    scores = string_log_probabilities(pad_views([views[number] for number in knowing]), candidates)  # (V, K)
    best = int(scores.mean(axis=0).argmax())
    string = candidates[best]
    view = knowing[int(scores[:, best].argmax())]
    spans = align(views[view], string)
    posteriors = _posteriors(decoded, string, views[view], spans, digits)
    return replace(decoded, label_ids=string, view=view, spans=tuple(spans), posteriors=posteriors)


def signs_as_blanks(frames: Frames, digits: int) -> Frames:
    """Return frames without classes for signs: what may be a sign may be paper.

    Args:
        frames: (T, C), float64, probabilities: digits, signs, other characters, blank.
        digits: How many classes are digits.

    Returns:
        (T, digits + 2), float64, probabilities.
    """
    merged = np.delete(frames, np.s_[digits:-2], axis=1)
    merged[:, -1] += frames[:, digits:-2].sum(axis=1)
    return merged


def share_signs(frames: Sequence[Frames], digits: int) -> list[Frames]:
    """Return what several networks see in one line image, those without classes for signs told of large signs.

    To a network without them a slash is a 1 and a plus a 4. Where another network is sure of a large sign, such a
    network sees nothing.

    Args:
        frames: (T, C) of each network, float64, probabilities.
        digits: How many classes are digits.

    Returns:
        (T, C) of each network, float64, probabilities.
    """
    large = [digits + SIGNS.index(sign) for sign in _LARGE]
    knowing = [each[:, large].sum(axis=1) for each in frames if each.shape[1] > digits + CTC_CLASSES]  # (T,) each
    if not knowing or len(knowing) == len(frames):
        return list(frames)
    sign = np.mean(knowing, axis=0)
    sign = np.where(sign > _CERTAIN, sign, 0.0)
    padded = np.pad(sign, _REACH)
    sign = np.max([padded[shift : shift + len(sign)] for shift in range(2 * _REACH + 1)], axis=0)[:, None]  # (T, 1)
    told = []
    for each in frames:
        if each.shape[1] > digits + CTC_CLASSES:
            told.append(each)
            continue
        seen = each * (1 - sign)
        seen[:, -1:] += sign
        told.append(np.maximum(seen, _LEAST))
    return told


def without_signs(string: LabelIds, metadata: Metadata) -> LabelIds:
    """Return a string as networks without classes for signs have it.

    Args:
        string: Class numbers of networks that may know signs.
        metadata: Of these networks.

    Examples:
        >>> from inkdigits.core.types import SIGNS
        >>> without_signs((1, 10, 2, 21), Metadata("lines", (*"0123456789", *SIGNS)))
        (1, 2, 10)
    """
    digits, classes = len(metadata.digits), len(metadata.classes)
    return tuple(min(label, digits) for label in string if label < digits or label >= classes)


def _with_signs(text: LabelIds, frames: Frames, digits: int) -> LabelIds:
    """Return a text with the signs that a view shows between its characters."""
    other = frames.shape[1] - 2
    runs = greedy_runs(frames)
    signs = [(first, last, label) for label, first, last in runs if digits <= label < other]
    if tuple(label for label, _, _ in runs if not digits <= label < other) == text:
        return tuple(label for label, _, _ in runs)
    if not signs:
        return text
    spans = align(signs_as_blanks(frames, digits), tuple(min(label, digits) for label in text))
    characters = [(first, last, label) for (first, last), label in zip(spans, text, strict=True)]
    free = [sign for sign in signs if all(sign[1] <= first or last <= sign[0] for first, last, _ in characters)]
    return tuple(label for _, _, label in sorted([*characters, *free]))


def _posteriors(
    decoded: DecodedLine, string: LabelIds, frames: Frames, spans: Sequence[tuple[int, int]], digits: int
) -> Frames:
    """Return what each label may be, (labels, classes)."""
    classes = frames.shape[1] - 1
    posteriors = np.zeros((len(string), classes))
    of_digits = iter(decoded.posteriors)
    for row, label, (first, last) in zip(posteriors, string, spans, strict=True):
        if digits <= label < classes - 1:
            likely = frames[first:last, :-1].max(axis=0)
            row[:] = likely / likely.sum()
        else:
            own = next(of_digits)
            row[:digits], row[-1] = own[:digits], own[-1]
    return posteriors
