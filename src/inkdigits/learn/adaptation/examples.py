"""All that a user taught: corrected digits and labelled lines, to learn from and to measure on. Knows no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from inkdigits.core.errors import DataError
from inkdigits.learn.adaptation.data import LabelledImages, load_corrections
from inkdigits.learn.adaptation.lines.examples import LineExample, cut_digits, load_lines
from inkdigits.read.onnx_model import OnnxModel

_DIGITS_FOR_LINES = 20
"""From so many digits on, lines are composed of them, and line networks learn these, too."""


@dataclass(frozen=True, eq=False)
class Examples:
    """What a user taught.

    Attributes:
        corrections: Single digits to learn from.
        held_corrections: Single digits to measure on.
        lines: Lines to learn from.
        held_lines: Lines to measure on.
        networks: The line networks before the adaptation: they tell where in a line each digit is.
    """

    corrections: LabelledImages
    held_corrections: LabelledImages
    lines: Sequence[LineExample]
    held_lines: Sequence[LineExample]
    networks: Sequence[OnnxModel]

    def __len__(self) -> int:
        return len(self.corrections) + len(self.held_corrections) + len(self.lines) + len(self.held_lines)

    @cached_property
    def cut(self) -> LabelledImages:
        """The digits of the lines to learn from."""
        return cut_digits(self.lines, self.networks)

    @cached_property
    def held_cut(self) -> LabelledImages:
        """The digits of the lines to measure on."""
        return cut_digits(self.held_lines, self.networks)

    @property
    def digits(self) -> LabelledImages:
        """What the network for single digits learns: the corrections count as much as the digits of all lines."""
        corrections = self.corrections
        if len(corrections) and len(self.cut) > len(corrections):
            corrections = corrections.repeated(-(-len(self.cut) // len(corrections)))
        return corrections + self.cut

    @property
    def hand(self) -> LabelledImages:
        """The digits that lines in the same hand are composed of."""
        return self.corrections.digits + self.cut

    @property
    def teach_lines(self) -> bool:
        """Whether there is enough for the networks that read lines."""
        return bool(self.lines) or len(self.hand) >= _DIGITS_FOR_LINES

    def content(self) -> Iterator[bytes]:
        """Yield what identifies all that is learned from."""
        yield self.corrections.images.tobytes() + self.corrections.labels.tobytes()
        for line in self.lines:
            yield line.text.encode() + line.usual_view.pixels.tobytes()


def load_examples(data_dir: Path, networks: Sequence[OnnxModel]) -> Examples:
    """Return all that a user taught.

    Args:
        data_dir: Where it is.
        networks: The line networks before the adaptation.

    Raises:
        DataError: There is nothing.
    """
    examples = Examples(*load_corrections(data_dir), *load_lines(data_dir), networks)
    if not len(examples):
        raise DataError(
            f"there are no corrections in {data_dir}",
            expected="at least one digit or line",
            mend="correct a digit or a line on the page of `inkdigits serve` first, or give --lines LABELS.csv",
        )
    return examples
