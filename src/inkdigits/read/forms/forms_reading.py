"""What was read in the forms of a picture. Does no work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.confidence.evidence import CellEvidence
from inkdigits.read.result import Line, Table

Crops: TypeAlias = tuple[NDArray[np.float32], ...]
"""The columns of line images with each digit of a line, (40, w) each, 0 is paper and 1 is ink."""


class FormEvidence(NamedTuple):
    """What is known of a form.

    Attributes:
        cells: What was read in each cell with digits, in pixels of the picture, and what is known of it.
        comb: The line of a comb; None for a table.
    """

    cells: list[tuple[Line, CellEvidence]]
    comb: Line | None


@dataclass(frozen=True, eq=False)
class FormsReading:
    """What was read in the forms of a picture.

    Attributes:
        lines: Combs and rows of tables, with enough confidence.
        refused: Cells and combs with less.
        tables: The tables.
        crops: The line images of the digits of `lines`, (40, w) each, float32, 0 is paper and 1 is ink.
        outlines: The border of each form, (N, 2), float64, in pixels of the picture.
        evidence: What is known of each form: what its confidences are fitted on.
        turns: By how many quarters counterclockwise the picture must be turned to be upright.
    """

    lines: tuple[Line, ...] = ()
    refused: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    crops: tuple[Crops, ...] = ()
    outlines: tuple[NDArray[np.float64], ...] = ()
    evidence: tuple[FormEvidence, ...] = ()
    turns: int = 0
