r"""What a user knows of a line or wants of it: a pattern, a check, how many candidates. Knows no frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from inkdigits.core.types import SIGNS
from inkdigits.read.patterns.automaton import Automaton, characters_of, make_automaton
from inkdigits.read.patterns.syntax import Node, parse_pattern

MAX_BEST = 100
"""Most candidates of a line."""

_ANY_DIGITS = r"\d+"


@dataclass(frozen=True)
class Constraint:
    """What the text of each line must be, and how many candidates are wanted.

    Attributes:
        tree: The pattern that a whole line fits; any digits if the user gave none.
        best: So many candidates of each line are listed; None for no list.
        check: Tells whether digits can be right, for example by their check digit.
    """

    tree: Node
    best: int | None = None
    check: Callable[[str], bool] | None = None

    def automaton(self, names: tuple[str, ...]) -> Automaton:
        """Return the automaton of the pattern for networks with certain classes.

        Args:
            names: The name of each class.
        """
        return _automaton(self.tree, names)

    @property
    def has_signs(self) -> bool:
        """Whether the pattern has signs of numbers, which not all networks know."""
        return not characters_of(self.tree).isdisjoint(SIGNS)

    def allowed(self, names: tuple[str, ...]) -> list[bool]:
        """Return for each class whether it alone fits.

        Args:
            names: The name of each class.

        Examples:
            >>> make_constraint("[0-2]|33", None, None).allowed(("0", "1", "2", "3"))
            [True, True, True, False]
        """
        automaton = self.automaton(names)
        return [
            automaton.accepts([label]) and (self.check is None or self.check(name)) for label, name in enumerate(names)
        ]


@lru_cache(maxsize=32)
def _automaton(tree: Node, names: tuple[str, ...]) -> Automaton:
    return make_automaton(tree, names)


def make_constraint(pattern: str | None, best: int | None, check: Callable[[str], bool] | None) -> Constraint | None:
    """Return what a user asks for; None if that is nothing.

    Args:
        pattern: A regular expression for a whole line.
        best: How many candidates of each line are wanted.
        check: Tells whether digits can be right.

    Raises:
        PatternError: The pattern is no regular expression of the subset, or fits no digits or too many strings.
        ValueError: `best` is outside 1 … 100.
    """
    if best is not None and not 1 <= best <= MAX_BEST:
        raise ValueError(f"best is {best}, expected 1 … {MAX_BEST}")
    if pattern is None and best is None and check is None:
        return None
    constraint = Constraint(parse_pattern(_ANY_DIGITS if pattern is None else pattern), best, check)
    constraint.automaton(tuple("0123456789"))  # a pattern that can't be read is an error before a picture is opened
    return constraint
