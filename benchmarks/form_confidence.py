"""What the confidence of cells and combs is fitted on: composed forms, and what the reader finds in them."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from logistic import fit_logistic, logistic_probability
from numpy.typing import NDArray

from inkdigits.data.dataset import Split
from inkdigits.learn.synthesis.forms.compose import FormComposer, FormKind
from inkdigits.learn.synthesis.forms.style import TRAINING_STYLES
from inkdigits.learn.synthesis.forms.truth import Form
from inkdigits.read.confidence.calibration import Calibration
from inkdigits.read.confidence.evidence import CellEvidence, comb_features
from inkdigits.read.forms.read_forms import read_forms
from inkdigits.read.page.page_picture import page_picture
from inkdigits.read.reader import Reader
from inkdigits.read.result import Box, Line

FORMS: dict[FormKind, int] = {
    "comb": 110, "partly filled comb": 40, "boxes": 40, "table": 30, "grid": 16, "sudoku": 4, "sheet": 4,
}  # fmt: skip
"""Forms of each kind; every other one is photographed."""


class FoundCells(NamedTuple):
    """What was found in forms.

    Attributes:
        cells: What is known of each cell with digits, and whether they are right.
        combs: What is known of the cells of each comb, and whether its line is right.
    """

    cells: Sequence[tuple[CellEvidence, bool]]
    combs: Sequence[tuple[Sequence[CellEvidence], bool]]


def compose_forms(digits: Split, seed: int, share: float = 1.0) -> Iterator[Form]:
    """Yield forms of all kinds in training styles, as a scanner or a camera sees them.

    Args:
        digits: What they are composed of.
        seed: Of everything else.
        share: Of the usual number of forms, 0 … 1.
    """
    composer = FormComposer(digits.images, digits.labels, TRAINING_STYLES)
    for place, (kind, count) in enumerate(FORMS.items()):
        for number in range(round(share * count)):
            generator = np.random.default_rng((place, number, seed))
            yield composer.compose(kind, generator, photographed=number % 2 == 1)


def find_cells(reader: Reader, forms: Iterator[Form]) -> FoundCells:
    """Return what is found in forms.

    Args:
        reader: Finds and reads them.
        forms: Composed ones.
    """
    cells: list[tuple[CellEvidence, bool]] = []
    combs: list[tuple[Sequence[CellEvidence], bool]] = []
    for form in forms:
        picture, page = form.picture, page_picture(form.picture)
        found = read_forms(picture, page, reader.line_networks, reader.digit_network, 0.5, may_turn=False)
        for one in found.evidence:
            cells += [(evidence, _cell_text(form, line.box) == line.text) for line, evidence in one.cells]
            if one.comb is not None:
                combs.append(([evidence for _, evidence in one.cells], _is_comb_of(form, one.comb)))
    return FoundCells(cells, combs)


def _cell_text(form: Form, box: Box) -> str:
    """Return the text of the cell that has the middle of a box; empty without one."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    cells = (cell for block in form.blocks for cell in block.cells)
    return next(
        (cell.text for cell in cells if cv2.pointPolygonTest(cell.quad.astype(np.float32), (x, y), False) >= 0), ""
    )


def _is_comb_of(form: Form, line: Line) -> bool:
    """Tell whether a line has the digits of a comb, or of a row of boxes, and lies there."""
    x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
    for block in form.blocks:
        outline = cv2.convexHull(np.concatenate([cell.quad for cell in block.cells]).astype(np.float32))
        if block.kind in ("comb", "boxes") and cv2.pointPolygonTest(outline, (x, y), False) >= 0:
            return block.text == line.text
    return False


def fit_cells(found: FoundCells) -> dict[str, Any]:
    """Return the regressions of cells and of combs.

    Args:
        found: In forms of held-back digits.
    """
    cell = fit_logistic([evidence.features for evidence, _ in found.cells], [right for _, right in found.cells])
    combs = [
        comb_features([logistic_probability(cell, evidence.features) for evidence in cells]) for cells, _ in found.combs
    ]
    return {"cell": cell, "comb": fit_logistic(combs, [right for _, right in found.combs])}


Judged = tuple[NDArray[np.float64], NDArray[np.bool_]]
"""Confidences, (N,), 0 … 1, and whether each reading is right, (N,)."""


def cell_confidences(calibration: Calibration, found: FoundCells) -> tuple[Judged, Judged]:
    """Return the confidence of each cell and each comb, and whether it is right.

    Args:
        calibration: What was fitted.
        found: In forms of other digits.
    """
    cells = [(calibration.cell_confidence(evidence), right) for evidence, right in found.cells]
    combs = [
        (calibration.comb_confidence([calibration.cell_confidence(evidence) for evidence in cells]), right)
        for cells, right in found.combs
    ]
    first, second = (
        (np.array([one for one, _ in each]), np.array([right for _, right in each])) for each in (cells, combs)
    )
    return first, second
