r"""A pattern, a subset of regular expressions -> its syntax tree. Knows no automata.

The subset has what numbers are made of: `\d`, digits, signs, sets such as `[0-4]`, groups, `|`, and the counts `?`,
`*`, `+`, `{n}`, `{m,n}`. Python's own parser of regular expressions is private, and knows more than a line can show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from inkdigits.core.errors import PatternError
from inkdigits.core.types import SIGNS

DIGITS = frozenset("0123456789")

MAX_LENGTH = 300
"""Characters of a pattern."""

_MAX_COUNT = 100
"""Greatest number in `{m,n}`."""

_MAX_DEPTH = 30
"""Groups inside groups."""

_SPACE = " "

_NEEDS_ESCAPE = frozenset(".+()")
"""Signs that mean something else in a regular expression."""

_SUBSET = r"\d, digits, signs such as - or \., sets [0-4], groups ( ), | and the counts ? * + {n} {m,n}"


@dataclass(frozen=True)
class Characters:
    """One of several characters.

    Attributes:
        characters: Digits and signs.
    """

    characters: frozenset[str]


@dataclass(frozen=True)
class Sequence:
    """One part after the other.

    Attributes:
        parts: None at all for the empty text.
    """

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Alternatives:
    """One of several parts.

    Attributes:
        parts: Two or more.
    """

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat:
    """A part several times.

    Attributes:
        part: What is repeated.
        least: How often at least.
        most: How often at most; None for no limit.
    """

    part: Node
    least: int
    most: int | None


Node: TypeAlias = Characters | Sequence | Alternatives | Repeat
"""A part of a pattern."""


_EMPTY = Sequence(())
"""The empty text, and what a space stands for: it leaves no ink."""


def parse_pattern(pattern: str) -> Node:
    r"""Return the syntax tree of a pattern.

    Args:
        pattern: A regular expression for a whole line.

    Raises:
        PatternError: It is no regular expression, or has what is not in the subset; the position is named.

    Examples:
        >>> parse_pattern("7?")
        Repeat(part=Characters(characters=frozenset({'7'})), least=0, most=1)
    """
    return _Parser(pattern).parse()


def _shown(pattern: str) -> str:
    """Return a pattern in quotes and in one line, whatever characters it has."""
    return f"{pattern!r}".replace("\\\\", "\\")


def _one_of(characters: frozenset[str]) -> Node:
    """Return one of several characters, or nothing if a space is among them."""
    inked = characters - {_SPACE}
    if not inked:
        return _EMPTY
    return Characters(inked) if inked == characters else Repeat(Characters(inked), 0, 1)


class _Parser:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self._position, self._depth = pattern, 0, 0

    def parse(self) -> Node:
        if len(self._pattern) > MAX_LENGTH:
            raise PatternError(
                f"the pattern has {len(self._pattern):,} characters",
                expected=f"at most {MAX_LENGTH}",
                mend="write repeated parts with counts, such as {3}",
            )
        self._take("^")
        whole = self._alternatives()
        ended = self._take("$")
        if self._position < len(self._pattern):
            raise self._error(f"`{self._next}`", "the end of the pattern" if ended else "a `(` before it")
        return whole

    @property
    def _next(self) -> str:
        return self._pattern[self._position : self._position + 1]

    def _take(self, text: str) -> bool:
        """Go on behind a text if it comes next, and tell whether it did."""
        found = self._pattern.startswith(text, self._position)
        self._position += len(text) if found else 0
        return found

    def _alternatives(self) -> Node:
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Alternatives(tuple(parts))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while True:
            if self._next in ("", "|", ")") or self._pattern[self._position :] == "$":
                return parts[0] if len(parts) == 1 else Sequence(tuple(parts))
            parts.append(self._counted(self._atom()))

    def _counted(self, part: Node) -> Node:
        start = self._position
        limits = self._count()
        if limits is None:
            return part
        if self._next and self._next in "?*+{":
            raise self._error(f"`{self._next}` after `{self._pattern[start : self._position]}`", "one count")
        return Repeat(part, *limits)

    def _count(self) -> tuple[int, int | None] | None:
        """Return how often the part before comes: least and most. None if nothing is said."""
        for text, limits in (("?", (0, 1)), ("*", (0, None)), ("+", (1, None))):
            if self._take(text):
                return limits
        if not self._take("{"):
            return None
        start = self._position - 1
        least = most = self._number()
        is_given = least is not None
        if self._take(","):
            most = self._number()
            is_given |= most is not None
        if not self._take("}") or not is_given:
            raise self._error("a count without numbers or its `}`", "a count such as {3} or {2,4}", start)
        if most is not None and (least or 0) > most:
            raise self._error(f"`{self._pattern[start : self._position]}`", "the smaller number first", start)
        return least or 0, most

    def _number(self) -> int | None:
        start = self._position
        while self._next and self._next in DIGITS:
            self._position += 1
        if start == self._position:
            return None
        value = int(self._pattern[start : self._position])
        if value > _MAX_COUNT:
            raise self._error(f"the count {value}", f"at most {_MAX_COUNT}", start)
        return value

    def _atom(self) -> Node:
        start, character = self._position, self._next
        if character == "(":
            return self._group()
        self._position += 1
        if character == "[":
            return _one_of(self._set(start))
        if character == "\\":
            return _one_of(self._escaped(start))
        if character == _SPACE:
            return _EMPTY
        if character in DIGITS or (character in SIGNS and character not in _NEEDS_ESCAPE):
            return Characters(frozenset(character))
        if character == ".":
            raise self._error("`.`", r"`\.` for a point, or `\d` for any digit", start)
        if character in "?*+{":
            raise self._error(f"`{character}`", "something before it to count", start)
        raise self._error(f"`{character}`", _SUBSET, start)

    def _group(self) -> Node:
        start = self._position
        self._position += 1
        if not self._take("?:") and self._next == "?":
            raise self._error("`(?`", "a plain group ( ) or (?: )", start)
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error("a group", f"at most {_MAX_DEPTH} groups inside one another", start)
        inner = self._alternatives()
        if not self._take(")"):
            raise self._error("a group without its `)`", "`)`", start)
        self._depth -= 1
        return inner

    def _escaped(self, start: int) -> frozenset[str]:
        character = self._next
        self._position += 1
        if character == "d":
            return DIGITS
        if character and character in SIGNS and not character.isalnum():
            return frozenset(character)
        if character == "s":
            return frozenset(_SPACE)
        raise self._error(f"`\\{character}`", _SUBSET, start)

    def _set(self, start: int) -> frozenset[str]:
        """Return the characters of a set, whose bracket was read."""
        if self._next == "^":
            raise self._error("`[^`", "a set of what may stand there, such as [1-9]", start)
        characters: set[str] = set()
        while self._next != "]":
            at, first = self._position, self._set_item(start)
            if self._next == "-" and self._pattern[self._position + 1 : self._position + 2] not in ("]", ""):
                self._position += 1
                last = self._set_item(start)
                if not (
                    len(first) == len(last) == 1 and first <= DIGITS and last <= DIGITS and min(first) <= min(last)
                ):
                    raise self._error(f"`{self._pattern[at : self._position]}`", "a range of digits, such as 0-4", at)
                characters.update(str(digit) for digit in range(int(min(first)), int(min(last)) + 1))
            else:
                characters |= first
        self._position += 1
        if not characters:
            raise self._error("`[]`", "digits or signs in it", start)
        return frozenset(characters)

    def _set_item(self, start: int) -> frozenset[str]:
        at, character = self._position, self._next
        if not character:
            raise self._error("a set without its `]`", "`]`", start)
        self._position += 1
        if character == "\\":
            return self._escaped(at)
        if character in DIGITS or character in SIGNS or character == _SPACE:
            return frozenset(character)
        raise self._error(f"`{character}` in a set", "digits and signs", at)

    def _error(self, found: str, expected: str, position: int | None = None) -> PatternError:
        at = (self._position if position is None else position) + 1
        return PatternError(
            f"the pattern {_shown(self._pattern)} has {found} at position {at}",
            expected=expected,
            mend=r"write it like \d{10} or \d{2}-\d{4}",
        )
