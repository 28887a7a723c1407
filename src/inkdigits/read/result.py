"""The result of reading: lines of digits with boxes and confidences. Knows nothing of how they were read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.display import Displayed
from inkdigits.core.formatting import percent
from inkdigits.core.types import SIDE, Images
from inkdigits.read.candidates import Candidate

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the upright picture; right and bottom lie just outside."""

MIN_ALTERNATIVE = 0.005
"""Less likely alternatives are not listed."""


def box_around(boxes: Sequence[Box]) -> Box:
    """Return the box around boxes.

    Args:
        boxes: At least one.
    """
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


@dataclass(frozen=True)
class Alternative:
    """Another digit that it may be."""

    digit: str
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of the public contract."""
        return {"digit": self.digit, "confidence": round(self.confidence, 4)}


@dataclass(frozen=True)
class Digit:
    """One digit that was read.

    Attributes:
        digit: The name of its class, for example "7".
        confidence: Probability that it is right, calibrated, 0 … 1.
        box: Where its ink is.
        alternatives: Other digits that it may be, most likely first.
        printed: Whether it surely is print; what may be handwriting is not.
    """

    digit: str
    confidence: float
    box: Box
    alternatives: tuple[Alternative, ...] = ()
    printed: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of the public contract."""
        record: dict[str, Any] = {
            "digit": self.digit,
            "confidence": round(self.confidence, 4),
            "box": list(self.box),
            "alternatives": [alternative.to_dict() for alternative in self.alternatives],
        }
        return record | ({"printed": True} if self.printed else {})


@dataclass(frozen=True)
class Sign:
    """A sign between the digits of a line, such as a point or a minus.

    Attributes:
        sign: One of `SIGNS`.
        before: How many digits of the line stand before it.
        box: Where its ink is.
    """

    sign: str
    before: int
    box: Box


@dataclass(frozen=True)
class _Written:
    """Digits in a place, and how they are written with their signs."""

    text: str
    confidence: float
    box: Box
    written: str = ""

    def __post_init__(self) -> None:
        if not self.written:
            object.__setattr__(self, "written", self.text)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of the public contract."""
        return {
            "text": self.text,
            "written": self.written,
            "confidence": round(self.confidence, 4),
            "box": list(self.box),
        }


@dataclass(frozen=True)
class Number(_Written):
    """A number of a line.

    Attributes:
        text: Its digits.
        confidence: Probability that it is right, calibrated, 0 … 1.
        box: Where its ink is.
        written: It as it is written, with point, comma and minus; without signs the same as `text`.
    """


@dataclass(frozen=True)
class Cell(_Written):
    """A cell of a table.

    Attributes:
        text: Its digits; empty if nothing is written there, or nothing with enough confidence.
        confidence: Probability that it is right, calibrated, 0 … 1.
        box: Where the cell is.
        written: It as it is written, with point, comma and minus; without signs the same as `text`.
    """


@dataclass(frozen=True, repr=False)
class Table:
    """A table.

    Attributes:
        box: Where it is.
        rows: Top to bottom, each with its cells from left to right.
    """

    box: Box
    rows: tuple[tuple[Cell, ...], ...]

    def __repr__(self) -> str:
        columns = max((len(row) for row in self.rows), default=0)
        filled = sum(bool(cell.text) for row in self.rows for cell in row)
        return f"<Table of {len(self.rows)} rows and {columns} columns, {filled} cells filled, box {self.box}>"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of the public contract."""
        return {"box": list(self.box), "rows": [[cell.to_dict() for cell in row] for row in self.rows]}


@dataclass(frozen=True, repr=False)
class Line:
    """Digits that stand in a row.

    Attributes:
        digits: Left to right.
        confidence: Probability that the whole line is right, calibrated, 0 … 1; 0 if nothing was read.
        box: Where its ink is.
        reason: Why the line was refused, a code of `RefusalReason`; empty for a line that was not.
        parts: Its numbers, if it has several, or one with signs: those of the cells of a row, or with wide gaps or
            plus signs between them.
        signs: The signs between its digits, left to right, as far as the networks know signs.
        candidates: Texts that it may have, the most likely first, where they were asked for.
    """

    digits: tuple[Digit, ...]
    confidence: float
    box: Box
    reason: str = ""
    parts: tuple[Number, ...] = ()
    signs: tuple[Sign, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    def __repr__(self) -> str:
        reason = f", {self.reason}" if self.reason else ""
        text = self.text if len(self.text) <= 100 else self.text[:100] + "…"
        return f"<Line {text!r}: {percent(self.confidence, 1)}{reason}, box {self.box}>"

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Its numbers, left to right: the line itself if it is one number."""
        return self.parts or (Number(self.text, self.confidence, self.box),)

    @property
    def text(self) -> str:
        """The digits without separators."""
        return "".join(digit.digit for digit in self.digits)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of the public contract."""
        record: dict[str, Any] = {
            "text": self.text,
            "confidence": round(self.confidence, 4),
            "box": list(self.box),
            "digits": [digit.to_dict() for digit in self.digits],
            "numbers": [number.to_dict() for number in self.numbers],
        }
        if self.candidates:
            record["candidates"] = [candidate.to_dict() for candidate in self.candidates]
        return record | ({"reason": str(self.reason)} if self.reason else {})


def rank_alternatives(probabilities: NDArray[np.floating], names: Sequence[str], label: int) -> tuple[Alternative, ...]:
    """Return the likely classes other than the chosen one, most likely first.

    Args:
        probabilities: (classes,), any float dtype, summing to 1.
        names: The name of each class.
        label: The chosen class.
    """
    return tuple(
        Alternative(names[other], float(probabilities[other]))
        for other in np.argsort(-probabilities).tolist()
        if other != label and probabilities[other] >= MIN_ALTERNATIVE
    )


def with_confidence(digit: Digit, confidence: float) -> Digit:
    """Return a digit with another confidence; its alternatives lose alike.

    Args:
        digit: A digit.
        confidence: 0 … 1.

    Examples:
        >>> with_confidence(Digit("7", 0.6, (0, 0, 9, 9), (Alternative("1", 0.4),)), 0.8).alternatives
        (Alternative(digit='1', confidence=0.2),)
    """
    share = min(1.0, (1 - confidence) / max(1 - digit.confidence, 1e-9))
    alternatives = (Alternative(other.digit, round(other.confidence * share, 4)) for other in digit.alternatives)
    likely = tuple(other for other in alternatives if other.confidence >= MIN_ALTERNATIVE)
    return replace(digit, confidence=confidence, alternatives=likely)


def no_forms() -> Images:
    """Return the normalized digits of an empty reading: (0, 28, 28), uint8, 0 is empty and 255 is ink."""
    return np.zeros((0, SIDE, SIDE), np.uint8)


@dataclass(frozen=True, eq=False, repr=False)
class Reading(Displayed):
    """Everything that was read in one picture.

    Attributes:
        lines: Top to bottom.
        refused: Everything else that looks like writing, each with its `reason`; not part of the text.
        normalize_forms: Computes `forms` on first access.
        tables: Cells in rows and columns; their digits stand in `lines` too, a row a line.
        pages: The reading of each page, where there are several.
        source: What was read, to show boxes on it; None where it can't be read again.

    Examples:
        >>> seven = Digit("7", 0.98, (4, 2, 20, 30))
        >>> Reading((Line((seven, seven), 0.97, (4, 2, 40, 30)),)).text
        '77'
    """

    lines: tuple[Line, ...] = ()
    refused: tuple[Line, ...] = ()
    normalize_forms: Callable[[], Images] = field(default=no_forms, repr=False)
    tables: tuple[Table, ...] = ()
    pages: tuple[Reading, ...] = ()
    source: object = None

    def __repr__(self) -> str:
        text = self.text if len(self.text) <= 200 else self.text[:200] + "…"
        tables = f", {len(self.tables)} tables" if self.tables else ""
        return f"<Reading {text!r}: {len(self.lines)} lines, {len(self.refused)} refused{tables}>"

    @cached_property
    def forms(self) -> Images:
        """The digits of `lines`, normalized for a single-digit network: (N, 28, 28), uint8, 0 is empty."""
        return self.normalize_forms()

    @property
    def text(self) -> str:
        r"""The lines, joined by \n; empty if nothing readable was found."""
        return "\n".join(line.text for line in self.lines)

    def to_dict(self) -> dict[str, Any]:
        """Return `text`, `lines`, `refused` and `tables` as the JSON object of the public contract."""
        return {
            "text": self.text,
            "lines": [line.to_dict() for line in self.lines],
            "refused": [line.to_dict() for line in self.refused],
            "tables": [table.to_dict() for table in self.tables],
        }
