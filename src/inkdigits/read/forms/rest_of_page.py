"""A page with forms -> the page without them, and their reading beside that of the rest. Knows no networks."""

from collections.abc import Callable, Sequence
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images
from inkdigits.read.forms.forms_reading import FormsReading
from inkdigits.read.page.binarize import Page
from inkdigits.read.page.component_labelling import label_components
from inkdigits.read.read_line import normalize_crops
from inkdigits.read.result import Reading, no_forms


def with_forms(rest: Reading, forms: FormsReading) -> Reading:
    """Return the reading of a whole page, lines from top to bottom.

    Args:
        rest: What was read beside the forms.
        forms: What was read in them.
    """
    if not forms.outlines:
        return rest
    # Forms of the digits are only computed where somebody asks for them: each line keeps its own.
    own = [(line, partial(normalize_crops, crops)) for line, crops in zip(forms.lines, forms.crops, strict=True)]
    start = 0
    for line in rest.lines:
        end = start + len(line.digits)
        own.append((line, partial(_part, rest, start, end)))
        start = end
    own.sort(key=lambda pair: (pair[0].box[1] + pair[0].box[3]) / 2)
    return Reading(
        tuple(line for line, _ in own),
        rest.refused + forms.refused,
        partial(_all_forms, [forms_of for _, forms_of in own]),
        forms.tables,
    )


def _part(reading: Reading, start: int, end: int) -> Images:
    return reading.forms[start:end]


def _all_forms(of_lines: Sequence[Callable[[], Images]]) -> Images:
    return np.concatenate([no_forms(), *(of_line() for of_line in of_lines)])


def without_forms(page: Page, outlines: Sequence[NDArray[np.float64]]) -> Page:
    """Return a page without its forms: no ink inside them, nor ink that mostly lies inside.

    Args:
        page: All of the page; its own arrays are changed, since copies would be the largest of all.
        outlines: The border of each form, (N, 2) each, float64, (x, y) in pixels of the picture.
    """
    if not outlines:
        return page
    covered = np.zeros(page.mask.shape, np.uint8)
    for outline in outlines:
        points = np.round(outline * page.scale).astype(np.int32)
        cv2.fillPoly(covered, [points], 1)
    reach = max(3, round(0.004 * max(page.mask.shape))) | 1
    inside = np.asarray(cv2.dilate(covered, np.ones((reach, reach), np.uint8))) > 0
    label_map, _, areas = page.labelling or label_components(page.mask)
    shared = np.bincount(label_map[inside], minlength=len(areas))
    is_form = shared > 0.3 * areas
    inked = np.flatnonzero(page.mask)  # (pixels,)
    gone = inside.copy()
    gone.ravel()[inked[is_form[label_map.ravel()[inked]]]] = True
    page.mask[gone] = False
    page.grey[cv2.dilate(gone.view(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 0
    return Page(page.grey, page.mask, page.scale)
