"""What a form looks like: two sets of styles that share nothing, for training and held back. Draws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from inkdigits.learn.synthesis.forms.canvas import Colour, RuleStyle
from inkdigits.learn.synthesis.forms.fonts import AILERON

_Choice = TypeVar("_Choice")


@dataclass(frozen=True)
class StyleSet:
    """Styles to choose from; no value of one set is in the other.

    Attributes:
        rule_colours: Of printed rules, by name.
        pens: Colours of pens and pencils, by name.
        papers: Colours of paper.
        fonts: Names that `print_text` takes.
        thicknesses: Of rules, in heights of a cell.
        outer_scales: Thickness of outer rules relative to inner ones.
        patterns: Lengths of dash and gap of broken rules, in thicknesses.
        aspects: Width of a one-digit cell divided by its height.
        gaps: Between separate boxes, in widths of a box.
        teeth: Height of the short dividers of a comb, in heights of a cell.
        shades: Strength of the ink that fills header cells.
        digit_heights: Of written digits, in heights of a cell.
    """

    rule_colours: dict[str, Colour]
    pens: dict[str, Colour]
    papers: tuple[Colour, ...]
    fonts: tuple[str, ...]
    thicknesses: tuple[float, ...]
    outer_scales: tuple[float, ...]
    patterns: tuple[tuple[float, float], ...]
    aspects: tuple[float, ...]
    gaps: tuple[float, ...]
    teeth: tuple[float, ...]
    shades: tuple[float, ...]
    digit_heights: tuple[float, ...]


TRAINING_STYLES = StyleSet(
    rule_colours={
        "black": (25, 25, 28),
        "grey": (135, 135, 138),
        "orange": (238, 128, 56),
        "green": (70, 150, 95),
        "blue": (70, 120, 190),
        "red": (205, 60, 60),
    },
    pens={
        "black": (28, 28, 32),
        "blue": (32, 52, 150),
        "pencil": (95, 95, 98),
        "dark blue": (22, 30, 84),
        "green": (24, 96, 60),
    },
    papers=((250, 250, 248), (240, 240, 236), (236, 230, 214), (226, 228, 230)),
    fonts=("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "STIXGeneral", "STIXGeneralBol", "Hershey Simplex"),
    thicknesses=(0.014, 0.024, 0.036, 0.055, 0.08),
    outer_scales=(1.0, 2.0, 3.2),
    patterns=((1, 1.5), (4, 3), (2, 2)),
    aspects=(0.58, 0.68, 0.8, 0.92, 1.05),
    gaps=(0.12, 0.3, 0.55),
    teeth=(0.3, 0.5),
    shades=(0.06, 0.16, 0.3),
    digit_heights=(0.5, 0.6, 0.7, 0.8, 0.9),
)
"""What networks and rules may be fitted to."""

HELD_BACK_STYLES = StyleSet(
    rule_colours={
        "black": (45, 42, 40),
        "grey": (160, 160, 156),
        "orange": (246, 152, 40),
        "green": (110, 176, 84),
        "blue": (98, 150, 214),
        "red": (222, 88, 92),
    },
    pens={
        "black": (40, 36, 36),
        "blue": (44, 74, 176),
        "pencil": (112, 110, 108),
        "dark blue": (34, 40, 104),
        "violet": (74, 38, 120),
    },
    papers=((255, 255, 255), (245, 243, 238), (232, 234, 226), (222, 220, 216)),
    fonts=("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSansMono", AILERON, "Hershey Complex"),
    thicknesses=(0.018, 0.03, 0.045, 0.066),
    outer_scales=(1.1, 2.5, 4.0),
    patterns=((1, 2.2), (6, 4), (3, 1.5)),
    aspects=(0.63, 0.74, 0.86, 1.0, 1.12),
    gaps=(0.18, 0.4, 0.7),
    teeth=(0.25, 0.4),
    shades=(0.1, 0.2),
    digit_heights=(0.55, 0.65, 0.75, 0.85),
)
"""For tests and figures only."""


@dataclass(frozen=True)
class FormStyle:
    """The look of one form: what `StyleSet` offers, chosen.

    Attributes:
        cell_height: Of a cell for one digit, in pixels.
        aspect: Width of such a cell divided by its height.
        inner: Rules between cells.
        outer: Rules around them.
        rule_name: Name of the rules' colour.
        pen: Colour of the pen.
        pen_name: Its name.
        paper: Colour of the paper.
        font: Of printed words.
        print_colour: Of printed words.
        gap: Between separate boxes, in widths of a box.
        teeth: Height of the short dividers of a comb, in heights of a cell.
        shade: Strength of the ink that fills header cells; 0 leaves them white.
    """

    cell_height: float
    aspect: float
    inner: RuleStyle
    outer: RuleStyle
    rule_name: str
    pen: Colour
    pen_name: str
    paper: Colour
    font: str
    print_colour: Colour
    gap: float
    teeth: float
    shade: float

    @property
    def cell_width(self) -> float:
        """Of a cell for one digit, in pixels."""
        return self.cell_height * self.aspect

    @property
    def names(self) -> tuple[str, ...]:
        """What it is made of, for tables of results."""
        broken = "solid" if self.inner.pattern is None else "dotted" if self.inner.pattern[0] <= 1 else "dashed"
        drawn = ("by hand",) if self.inner.by_hand else ()
        return (f"{self.rule_name} rules", f"{self.pen_name} pen", broken, *drawn)


def sample_form_style(styles: StyleSet, cell_height: float, generator: np.random.Generator) -> FormStyle:
    """Return the look of a form.

    Args:
        styles: What to choose from.
        cell_height: Of a cell for one digit, in pixels.
        generator: Draws everything.
    """

    def choose(options: Sequence[_Choice]) -> _Choice:
        return options[int(generator.integers(len(options)))]

    rule_name = "black" if generator.random() < 0.35 else choose(tuple(styles.rule_colours))
    pen_name = choose(("black", "black", "blue", "blue", *styles.pens))
    by_hand = generator.random() < 0.06
    pattern = choose(styles.patterns) if not by_hand and generator.random() < 0.2 else None
    thickness = max(0.9, choose(styles.thicknesses) * cell_height)
    colour = styles.pens[pen_name] if by_hand else styles.rule_colours[rule_name]
    strength = float(generator.uniform(0.75, 1))
    inner = RuleStyle(thickness, colour, strength, pattern, by_hand)
    outer_is_broken = pattern is not None and generator.random() < 0.5
    scale = 1.0 if outer_is_broken else choose(styles.outer_scales)
    outer = RuleStyle(
        min(thickness * scale, 0.13 * cell_height + 1), colour, strength, pattern if outer_is_broken else None, by_hand
    )
    return FormStyle(
        cell_height=cell_height,
        aspect=choose(styles.aspects),
        inner=inner,
        outer=outer,
        rule_name=pen_name if by_hand else rule_name,
        pen=styles.pens[pen_name],
        pen_name=pen_name,
        paper=choose(styles.papers),
        font=choose(styles.fonts),
        print_colour=styles.rule_colours["black" if generator.random() < 0.6 else rule_name],
        gap=choose(styles.gaps),
        teeth=choose(styles.teeth),
        shade=choose(styles.shades) if generator.random() < 0.4 else 0.0,
    )
