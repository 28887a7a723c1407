"""How a rule is drawn: thickness, colour, dots and dashes. Knows nothing of pages."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class RuleStyle:
    """The look of a rule.

    Attributes:
        thickness: In pixels.
        colour: Red, green, blue in 0 … 255.
        strength: Of its ink, 0 … 1.
        pattern: Lengths of dash and gap, in thicknesses but at least in pixels; None is a solid rule.
        by_hand: Whether it is drawn along a ruler with a pen.
    """

    thickness: float
    colour: tuple[int, int, int]
    strength: float = 1.0
    pattern: tuple[float, float] | None = None
    by_hand: bool = False

    def pieces(self, start: float, end: float) -> Iterator[tuple[float, float]]:
        """Yield first and last point of each dash between two points; one piece if it is solid.

        Args:
            start: In pixels.
            end: In pixels.

        Examples:
            >>> list(RuleStyle(1, (0, 0, 0), pattern=(4, 2)).pieces(0, 10))
            [(0, 4), (6, 10)]
        """
        if self.pattern is None:
            yield start - self.thickness / 2, end + self.thickness / 2
            return
        dash, gap = (part * max(1.0, self.thickness) for part in self.pattern)
        while start < end:
            yield start, min(start + dash, end)
            start += dash + gap
