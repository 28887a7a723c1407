"""The grid of a form on its page, and which grids of one place are kept. Knows nothing of how they are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask
from inkdigits.read.forms.detection.lattice import Lattice
from inkdigits.read.forms.detection.perspective import Homography, transform
from inkdigits.read.forms.detection.rules.long_rules import Rule

_MAX_FORMS, _MAX_CANDIDATES = 16, 100
"""At most this many forms are found on a page, and so many that overlap are compared."""

_OVERLAP = 0.05
"""Two forms have at most this share of the smaller one in common."""

_ON_BORDER = 6
"""So far from the border of a form, in pixels, a rule is the form's own."""

_MAX_OUTSIDE = 0.03
"""If at most this share of all strokes is outside of forms, there are no other forms."""


@dataclass(frozen=True, eq=False)
class FormGrid:
    """A form on a page: its lattice on the level page, and the way there.

    Attributes:
        lattice: Rules and cells on the level page.
        to_page: (3, 3), float64, from the level page to the page.
        is_closed: Whether its cells were seen as spaces that rules close, or only long rules were seen.
        is_certain: Whether nearly all of its cells and rules were seen: nothing else may be in its place.
    """

    lattice: Lattice
    to_page: Homography
    is_closed: bool = False
    is_certain: bool = False

    def scaled(self, scale: float) -> FormGrid:
        """Return the same form on a page of another size.

        Args:
            scale: Pixels of that page per pixel of this one.
        """
        return replace(self, to_page=np.diag([scale, scale, 1.0]) @ self.to_page)

    @property
    def outline(self) -> NDArray[np.float64]:
        """Its border on the page, (N, 2), float64, (x, y) in pixels."""
        corners = self.corners
        return np.concatenate([corners[0], corners[1:, -1], corners[-1, -2::-1], corners[-2:0:-1, 0]])

    @property
    def corners(self) -> NDArray[np.float64]:
        """Where its rules cross on the page, (R + 1, C + 1, 2), float64, (x, y) in pixels."""
        return transform(self.to_page, self.lattice.vertices)

    def is_possible(self, shape: tuple[int, ...]) -> bool:
        """Tell whether its rules follow one another and lie on the page, or not far beyond.

        Where a perspective is taken from rules that show none, rules can change places or run away.

        Args:
            shape: Height and width of the page.
        """
        side, level = max(shape), self.lattice.vertices
        ordered = (np.diff(level[..., 1].mean(axis=1)) > 0).all() and (np.diff(level[..., 0].mean(axis=0)) > 0).all()
        return bool(ordered and ((self.corners > -side) & (self.corners < 2 * side)).all())


def without_overlap(forms: Sequence[FormGrid], shape: tuple[int, ...]) -> list[FormGrid]:
    """Return possible forms that don't overlap.

    Args:
        forms: The likeliest first.
        shape: Height and width of the page.
    """
    taken = np.zeros(shape, np.uint8)
    kept: list[FormGrid] = []
    for form in forms[:_MAX_CANDIDATES]:
        if not form.is_possible(shape):
            continue
        own = np.zeros(shape, np.uint8)
        cv2.fillPoly(own, [np.round(form.outline).astype(np.int32)], 1)
        area = cv2.countNonZero(own)
        if area and cv2.countNonZero(own & taken) <= _OVERLAP * area:
            taken |= own
            kept.append(form)
    return kept[:_MAX_FORMS]


def without_forms(strokes: Mask, forms: Sequence[FormGrid]) -> Mask:
    """Return strokes without those of forms.

    Args:
        strokes: (h, w), bool, rules, print and writing.
        forms: On the same page.

    Returns:
        (h, w), bool.
    """
    if not forms:
        return strokes
    rest = strokes.view(np.uint8).copy()
    for form in forms:
        outline = [np.round(form.outline).astype(np.int32)]
        cv2.fillPoly(rest, outline, 0)
        cv2.polylines(rest, outline, True, 0, thickness=2 * _ON_BORDER + 1)
    return rest > 0


def outside_of_forms(rules: Sequence[Rule], forms: Sequence[FormGrid]) -> list[Rule]:
    """Return the rules whose middle is not in a form.

    Args:
        rules: Of the page.
        forms: On the same page.
    """
    outlines = [form.outline.astype(np.float32) for form in forms]
    middles = [(np.array(rule.start) + rule.end) / 2 for rule in rules]
    return [
        rule
        for rule, middle in zip(rules, middles, strict=True)
        if all(cv2.pointPolygonTest(outline, middle.tolist(), True) < -_ON_BORDER for outline in outlines)
    ]


def is_everything(strokes: Mask, forms: Sequence[FormGrid]) -> bool:
    """Tell whether hardly any strokes are outside of forms.

    Args:
        strokes: (h, w), bool, rules, print and writing.
        forms: On the same page.
    """
    outside = cv2.countNonZero(without_forms(strokes, forms).view(np.uint8))
    return outside <= _MAX_OUTSIDE * cv2.countNonZero(strokes.view(np.uint8))
