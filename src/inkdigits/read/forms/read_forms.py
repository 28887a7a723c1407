"""The forms of a picture -> tables, and lines with numbers. Knows no files and no commands."""

from collections.abc import Sequence

from inkdigits.core.types import Picture
from inkdigits.read.forms.detection.find_forms import find_forms
from inkdigits.read.forms.detection.first_look import look_first
from inkdigits.read.forms.form_reader import FormReader
from inkdigits.read.forms.forms_reading import FormsReading
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.page.page_picture import PagePicture, page_picture, page_scale
from inkdigits.read.patterns.constraint import Constraint

_MIN_SIDE = 200
"""Shortest side in pixels of the picture that forms are looked for in: smaller ones are enlarged."""

_TINY = 60_000
"""A picture that is enlarged to so many pixels, at most, is enlarged before forms are looked for."""

_MIN_VOTES = 4
"""So many digits tell which way a page is up; fewer may be something else."""


def read_forms(
    picture: Picture,
    page: PagePicture,
    line_networks: Sequence[OnnxModel],
    digit_network: OnnxModel,
    min_confidence: float,
    *,
    may_turn: bool = True,
    constraint: Constraint | None = None,
) -> FormsReading:
    """Read the forms of a picture.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        page: The same in the size of its page.
        line_networks: Read cells.
        digit_network: Reads single digits.
        min_confidence: Cells and combs with less confidence are refused.
        may_turn: Whether to read nothing, and only tell by how much to turn it, if the picture is not upright.
        constraint: What the user knows of the text of each comb and cell.

    Returns:
        Nothing at all if there is no form.
    """
    # Most pictures have no form, and then need no larger copy.
    scale = page_scale(*picture.shape[:2], min_side=_MIN_SIDE)
    is_larger, is_tiny = scale > page.scale, scale**2 * picture[..., 0].size <= _TINY
    if is_larger and is_tiny:
        page = page_picture(picture, _MIN_SIDE)
    first = look_first(page.pixels)
    if not first.may_have_forms:
        return FormsReading()
    if is_larger and not is_tiny:
        page = page_picture(picture, _MIN_SIDE)
    forms, structure = find_forms(page.pixels, first.certain, is_all=first.is_all)
    if not forms or structure is None:
        return FormsReading()
    readers = [FormReader(form, page, structure, picture.shape, line_networks, digit_network) for form in forms]
    readers = [reader for reader in readers if reader.is_form]
    turns = _page_turns(readers)
    if turns and may_turn:
        return FormsReading(turns=turns)
    read = [reader.read(min_confidence, constraint) for reader in readers]
    return FormsReading(
        tuple(line for one in read for line in one.lines),
        tuple(line for one in read for line in one.refused),
        tuple(table for one in read for table in one.tables),
        tuple(crops for one in read for crops in one.crops),
        tuple(outline for one in read for outline in one.outlines),
        tuple(evidence for one in read for evidence in one.evidence),
    )


def _page_turns(readers: Sequence[FormReader]) -> int:
    """Return by how many quarters counterclockwise the page must be turned to be upright: what most cells say."""
    votes = [0, 0, 0, 0]
    for reader in readers:
        if reader.filled >= _MIN_VOTES:
            votes[reader.turns_on_page] += reader.filled
    return max(range(4), key=lambda turns: votes[turns])
