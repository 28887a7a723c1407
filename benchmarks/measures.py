"""Metrics of strings that were read. Knows nothing of pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

import numpy as np


@dataclass(frozen=True)
class Answer:
    """What was read in one picture.

    Attributes:
        name: Which picture.
        transcript: The right answer.
        read: What was read; empty if it was refused.
        confidence: The least confidence of all lines, read or refused; 0 if none was found.
        lines: Of every line of digits, read or refused, its text, its confidence, and whether it was read.
    """

    name: str
    transcript: str
    read: str
    confidence: float = 0.0
    lines: tuple[tuple[str, float, bool], ...] = ()

    @property
    def right(self) -> bool:
        """Whether every character is right."""
        return self.transcript == self.read


def exact_accuracy(answers: Sequence[Answer]) -> float:
    """Return the share of pictures read without an error, 0 … 1.

    Args:
        answers: At least one.
    """
    return float(np.mean([answer.right for answer in answers]))


def edit_accuracy(answers: Sequence[Answer]) -> float:
    """Return 1 minus the character error rate, at least 0.

    Args:
        answers: Of one or more pictures.
    """
    errors = sum(edit_distance(answer.transcript, answer.read) for answer in answers)
    return max(0.0, 1 - errors / max(1, sum(len(answer.transcript) for answer in answers)))


def rejected_share(answers: Sequence[Answer]) -> float:
    """Return the share of pictures in which nothing was read, 0 … 1.

    Args:
        answers: At least one.
    """
    return float(np.mean([not answer.read for answer in answers]))


def edit_distance(one: str, other: str) -> int:
    """Return the Levenshtein distance: how many characters must be inserted, deleted or replaced.

    Args:
        one: A string.
        other: Another.

    Examples:
        >>> edit_distance("1500", "15001"), edit_distance("73", "13")
        (1, 1)
    """
    row = list(range(len(other) + 1))
    for number, character in enumerate(one, 1):
        before, row[0] = row[0], number
        for column, other_character in enumerate(other, 1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (character != other_character)),
            )
    return row[-1]


def risk_coverage(
    answers: Sequence[Answer], coverages: Sequence[float] = (0.5, 0.7, 0.8, 0.9, 1.0)
) -> dict[str, float]:
    """Return the error rate of the most confident answers, by their share of all answers.

    Args:
        answers: At least one.
        coverages: Shares of all answers, 0 … 1.
    """
    order = sorted(answers, key=lambda answer: -answer.confidence)
    wrong = np.cumsum([not answer.right for answer in order])
    return {
        str(round(100 * coverage)) + "%": float(
            wrong[max(1, round(coverage * len(order))) - 1] / max(1, round(coverage * len(order)))
        )
        for coverage in coverages
    }


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return the expected calibration error: the mean gap between confidence and accuracy.

    Args:
        confidences: At least one, 0 … 1.
        right: Whether each answer is right.
        bins: Bins of confidence of equal width.
    """
    values, is_right = np.asarray(confidences, float), np.asarray(right, float)
    places = np.minimum((values * bins).astype(int), bins - 1)
    gaps = [abs(values[places == bin_].sum() - is_right[places == bin_].sum()) for bin_ in np.unique(places)]
    return float(sum(gaps) / len(values))


def line_figures(answers: Sequence[Answer], *, whole: bool) -> dict[str, float | int | None]:
    """Return how well confidence tells right lines from wrong ones.

    Args:
        answers: Of one or more pictures.
        whole: Whether the lines of the transcripts are those of the pictures.

    Returns:
        The number of lines, the area under their risk-coverage curve, their calibration error, how many were refused
        though they are right and read though they are wrong. Area and calibration error are None without lines.
    """
    judged = [
        (confidence, right, is_read)
        for answer in answers
        for (_, confidence, is_read), right in zip(
            answer.lines,
            lines_right(answer.transcript, [text for text, _, _ in answer.lines], whole=whole),
            strict=True,
        )
    ]
    confidences, right = [confidence for confidence, _, _ in judged], [is_right for _, is_right, _ in judged]
    return {
        "n": len(judged),
        "area": risk_coverage_area(confidences, right) if judged else None,
        "calibration_error": calibration_error(confidences, right) if judged else None,
        "refused_though_right": sum(is_right and not is_read for _, is_right, is_read in judged),
        "read_though_wrong": sum(is_read and not is_right for _, is_right, is_read in judged),
    }


def risk_coverage_area(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Return the area under the risk-coverage curve: the mean error rate of the most confident, over all coverages.

    0 is best. Answers of the same confidence are taken in all orders alike.

    Args:
        confidences: At least one.
        right: Whether each answer is right.

    Examples:
        >>> risk_coverage_area([0.9, 0.5], [True, False]), risk_coverage_area([0.5, 0.9], [True, False])
        (0.25, 0.75)
        >>> risk_coverage_area([0.5, 0.5], [True, False])
        0.5
    """
    values, wrong = np.asarray(confidences, float), ~np.asarray(right, bool)
    _, group, counts = np.unique(-values, return_inverse=True, return_counts=True)
    mean_wrong = np.bincount(group, weights=wrong) / counts
    order = np.argsort(-values, kind="stable")
    errors = np.cumsum(mean_wrong[group][order])
    return float(np.mean(errors / np.arange(1, len(errors) + 1)))


def lines_right(transcript: str, texts: Sequence[str], *, whole: bool = True) -> list[bool]:
    r"""Tell which of the lines that were found in a picture are right.

    Args:
        transcript: The right answer.
        texts: What was read in each line.
        whole: Whether the lines of the transcript are those of the picture. If not, it has all digits without a break:
            a line is right if its digits stand side by side in it, where no longer line stands, and if it is not
            followed by one or two digits that no line has.

    Examples:
        >>> lines_right("12\n34\n56", ["12", "35", "56"])
        [True, False, True]
        >>> lines_right("123456", ["12", "345"], whole=False)
        [True, False]
    """
    return _whole_lines_right(transcript.split("\n"), texts) if whole else _parts_right(transcript, texts)


def _whole_lines_right(expected: list[str], texts: Sequence[str]) -> list[bool]:
    if len(expected) == len(texts):
        return [one == other for one, other in zip(expected, texts, strict=True)]
    right = []
    for text in texts:
        right.append(text in expected)
        if right[-1]:
            expected.remove(text)
    return right


def _parts_right(transcript: str, texts: Sequence[str]) -> list[bool]:
    line_of_digit = [-1] * len(transcript)
    for number in sorted(range(len(texts)), key=lambda number: -len(texts[number])):
        length = len(texts[number])
        for start in range(len(transcript) - length + 1):
            place = slice(start, start + length)
            if transcript[place] == texts[number] and set(line_of_digit[place]) <= {-1}:
                line_of_digit[place] = [number] * length
                break
    right = {number for number in line_of_digit if number >= 0}
    for (line_before, is_lost), run in groupby(_with_line_before(line_of_digit)):
        if is_lost and len(list(run)) <= 2:
            right.discard(line_before)
    return [number in right for number in range(len(texts))]


def _with_line_before(line_of_digit: Sequence[int]) -> list[tuple[int, bool]]:
    """Return for each digit the line that it is in, or else the last one before it, and whether no line has it."""
    last, result = -1, []
    for number in line_of_digit:
        last = number if number >= 0 else last
        result.append((last, number < 0))
    return result


def digits_right(transcript: str, texts: Sequence[str]) -> list[tuple[bool, ...]]:
    r"""Tell which digits are right, by an alignment of all lines with the transcript.

    Args:
        transcript: The right answer.
        texts: What was read in each line.

    Examples:
        >>> digits_right("12\n34", ["12", "54"])
        [(True, True), (False, True)]
    """
    joined = "\n".join(texts)
    right = [False] * len(joined)
    for block in SequenceMatcher(None, transcript, joined, autojunk=False).get_matching_blocks():
        right[block.b : block.b + block.size] = [True] * block.size
    split, start = [], 0
    for text in texts:
        split.append(tuple(right[start : start + len(text)]))
        start += len(text) + 1
    return split
