"""The forms of a picture -> tables, and lines with numbers. Knows no files and no commands."""

from collections.abc import Callable, Sequence
from functools import partial

from inkdigits.core.types import Picture
from inkdigits.read.forms.detection.find_forms import find_forms, may_have_forms
from inkdigits.read.forms.detection.form_grid import FormGrid, are_in_one_place
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
    if not may_have_forms(page.pixels):
        return FormsReading()
    if is_larger and not is_tiny:
        page = page_picture(picture, _MIN_SIDE)
    forms, structure = find_forms(page.pixels)
    if not forms or structure is None:
        return FormsReading()
    make = partial(
        FormReader,
        page=page,
        structure=structure,
        shape=picture.shape,
        line_networks=line_networks,
        digit_network=digit_network,
    )
    readers = [best_reader(form, make) for form in forms]
    readers = _one_for_each_place([reader for reader in readers if reader.is_form])
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


def best_reader(form: FormGrid, make: Callable[[FormGrid], FormReader]) -> FormReader:
    """Return the reader of a form, or of the alternative that has more clear digits.

    Args:
        form: With its alternatives.
        make: Reads one of them.
    """
    reader = make(form)
    for other in form.alternatives:
        # Where every digit is clear, only more of them are better.
        if not reader.is_clear or len(other.lattice.cells) > len(reader.form.lattice.cells):
            reader = max(reader, make(other), key=lambda one: one.clear_digits)
    return reader


def _one_for_each_place(readers: Sequence[FormReader]) -> list[FormReader]:
    """Return the readers without those in whose place another one has more clear digits: alternatives may overlap."""
    kept: list[FormReader] = []
    for reader in sorted(readers, key=lambda one: -one.clear_digits):
        if not any(are_in_one_place(reader.form, other.form) for other in kept):
            kept.append(reader)
    return [reader for reader in readers if reader in kept]


def _page_turns(readers: Sequence[FormReader]) -> int:
    """Return by how many quarters counterclockwise the page must be turned to be upright: what most cells say."""
    votes = [0, 0, 0, 0]
    for reader in readers:
        if reader.filled >= _MIN_VOTES:
            votes[reader.turns_on_page] += reader.filled
    return max(range(4), key=lambda turns: votes[turns])
