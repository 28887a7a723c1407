"""What a reading is: lines of digits with places and confidences. Knows nothing of how it came about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from inkdigits.core.types import SIDE, Images

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the upright picture; right and bottom lie just outside."""


@dataclass(frozen=True)
class Alternative:
    """Another digit that it might have been."""

    digit: str
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as the JSON of the contract has it."""
        return {"digit": self.digit, "confidence": round(self.confidence, 4)}


@dataclass(frozen=True)
class Digit:
    """One digit that was read.

    Attributes:
        digit: The name of its class, for example "7".
        confidence: Probability that it is right, calibrated, 0 … 1.
        box: Where its ink is.
        alternatives: What else it might be, most likely first.
    """

    digit: str
    confidence: float
    box: Box
    alternatives: tuple[Alternative, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as the JSON of the contract has it."""
        return {
            "digit": self.digit,
            "confidence": round(self.confidence, 4),
            "box": list(self.box),
            "alternatives": [alternative.to_dict() for alternative in self.alternatives],
        }


@dataclass(frozen=True)
class Line:
    """Digits that stand in a row.

    Attributes:
        digits: Left to right.
        confidence: Probability that the whole line is right, calibrated, 0 … 1.
        box: Where its ink is.
    """

    digits: tuple[Digit, ...]
    confidence: float
    box: Box

    @property
    def text(self) -> str:
        """The digits, nothing between them."""
        return "".join(digit.digit for digit in self.digits)

    def to_dict(self) -> dict[str, Any]:
        """Return it as the JSON of the contract has it."""
        return {
            "text": self.text,
            "confidence": round(self.confidence, 4),
            "box": list(self.box),
            "digits": [digit.to_dict() for digit in self.digits],
        }


def no_forms() -> Images:
    """Return (0, 28, 28), uint8."""
    return np.zeros((0, SIDE, SIDE), np.uint8)


@dataclass(frozen=True, eq=False)
class Reading:
    """All that was read in one picture.

    Attributes:
        lines: Top to bottom.
        refused: Lines that looked like writing but were less sure than asked for; not part of the text.
        draw_forms: Gives `forms`, when they are first asked for.

    Examples:
        >>> seven = Digit("7", 0.98, (4, 2, 20, 30))
        >>> Reading((Line((seven, seven), 0.97, (4, 2, 40, 30)),)).text
        '77'
    """

    lines: tuple[Line, ...] = ()
    refused: tuple[Line, ...] = ()
    draw_forms: Callable[[], Images] = field(default=no_forms, repr=False)

    @cached_property
    def forms(self) -> Images:
        """Each digit of `lines` as a network for single digits sees it, in order: (N, 28, 28), uint8."""
        return self.draw_forms()

    @property
    def text(self) -> str:
        r"""The lines, joined by \n; empty where nothing readable was found."""
        return "\n".join(line.text for line in self.lines)

    def to_dict(self) -> dict[str, Any]:
        """Return `text`, `lines` and `refused` as the JSON of the contract has them."""
        return {
            "text": self.text,
            "lines": [line.to_dict() for line in self.lines],
            "refused": [line.to_dict() for line in self.refused],
        }
