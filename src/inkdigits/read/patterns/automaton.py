"""The syntax tree of a pattern -> a finite automaton over the labels of a network. Knows no frames.

Thompson's construction gives an automaton with empty steps, the subset construction one without choices: after each
label it is in one state, or nothing fits any more. Thompson, 1968; Rabin and Scott, 1959.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import PatternError
from inkdigits.core.types import SIGNS
from inkdigits.read.patterns.syntax import Alternatives, Characters, Node, Repeat
from inkdigits.read.patterns.syntax import Sequence as InSequence

_MAX_STEPS = 2_000
"""States of the automaton with empty steps."""

_MAX_STATES = 160
"""States of the automaton without choices: decoding takes memory and time for each."""

NOWHERE = -1
"""The next state where a label doesn't fit."""


@dataclass(frozen=True, eq=False)
class Automaton:
    """Tells which strings of labels fit. It starts in state 0.

    Attributes:
        next_states: (states, labels), intp: the state after a label, or `NOWHERE`.
        is_end: (states,), bool: whether a string that leads there fits.
    """

    next_states: NDArray[np.intp]
    is_end: NDArray[np.bool_]

    def accepts(self, label_ids: Sequence[int]) -> bool:
        """Tell whether a string fits.

        Args:
            label_ids: Class numbers, without the blank.
        """
        state = 0
        for label in label_ids:
            state = int(self.next_states[state, label])
            if state == NOWHERE:
                return False
        return bool(self.is_end[state])


def make_automaton(tree: Node, names: Sequence[str]) -> Automaton:
    """Return the automaton of a pattern for networks with certain classes.

    The label behind the classes is any other character; it may stand anywhere. So may signs that the pattern doesn't
    have. A sign of the pattern is that sign or any other character, and nothing for networks without signs.

    Args:
        tree: The pattern.
        names: The name of each class: digits, and signs if the network knows them.

    Raises:
        PatternError: The pattern fits no digits, or too many kinds of strings.

    Examples:
        >>> from inkdigits.read.patterns.syntax import parse_pattern
        >>> automaton = make_automaton(parse_pattern("7-?[12]"), "0123456789")
        >>> automaton.accepts([7, 1]), automaton.accepts([7, 3]), automaton.accepts([7])
        (True, False, False)
    """
    named = characters_of(tree)
    if not any(character.isdigit() for character in named):
        raise PatternError("the pattern has no digits", expected="a text with digits", mend=r"write \d for a digit")
    other = len(names)
    labels: dict[str, tuple[int, ...]] = {
        name: (label, other) if name in SIGNS else (label,) for label, name in enumerate(names)
    }
    free = [other, *(label for label, name in enumerate(names) if name in SIGNS and name not in named)]
    builder = _Builder(labels)
    start, end = builder.add(tree)
    return _without_choices(builder, start, end, free, other + 1)


def characters_of(tree: Node) -> frozenset[str]:
    """Return all characters that a pattern has.

    Args:
        tree: The pattern.
    """
    if isinstance(tree, Characters):
        return tree.characters
    if isinstance(tree, Repeat):
        return frozenset() if tree.most == 0 else characters_of(tree.part)
    return frozenset().union(*map(characters_of, tree.parts))


class _Builder:
    """An automaton with empty steps that grows part by part.

    Args:
        labels: The labels of each character; a character without labels is not seen by the network.
    """

    def __init__(self, labels: Mapping[str, tuple[int, ...]]) -> None:
        self._labels = labels
        self.empty: list[list[int]] = []
        self.steps: list[list[tuple[int, int]]] = []  # label and next state

    def add(self, tree: Node) -> tuple[int, int]:
        """Add a part, and return where it starts and ends."""
        match tree:
            case Characters():
                start, end = self._state(), self._state()
                for character in sorted(tree.characters):
                    if character in SIGNS and character not in self._labels:
                        self.empty[start].append(end)
                    self.steps[start] += [(label, end) for label in self._labels.get(character, ())]
                return start, end
            case InSequence():
                start = end = self._state()
                for part in tree.parts:
                    first, last = self.add(part)
                    self.empty[end].append(first)
                    end = last
                return start, end
            case Alternatives():
                start, end = self._state(), self._state()
                for part in tree.parts:
                    first, last = self.add(part)
                    self.empty[start].append(first)
                    self.empty[last].append(end)
                return start, end
            case Repeat():
                return self._repeat(tree)

    def _repeat(self, tree: Repeat) -> tuple[int, int]:
        start = end = self._state()
        for _ in range(tree.least):
            first, last = self.add(tree.part)
            self.empty[end].append(first)
            end = last
        if tree.most is None:
            first, last = self.add(tree.part)
            self.empty[end].append(first)
            self.empty[last].append(end)
            return start, end
        last_end = self._state()
        for _ in range(tree.most - tree.least):
            first, last = self.add(tree.part)
            self.empty[end] += [first, last_end]
            end = last
        self.empty[end].append(last_end)
        return start, last_end

    def _state(self) -> int:
        if len(self.empty) == _MAX_STEPS:
            raise _too_large()
        self.empty.append([])
        self.steps.append([])
        return len(self.empty) - 1

    def closure(self, states: frozenset[int]) -> frozenset[int]:
        """Return states with all that empty steps lead to."""
        seen, waiting = set(states), list(states)
        while waiting:
            for state in self.empty[waiting.pop()]:
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
        return frozenset(seen)


def _without_choices(builder: _Builder, start: int, end: int, free: Sequence[int], labels: int) -> Automaton:
    """Return the automaton whose states are sets of states, by the subset construction.

    Args:
        builder: The automaton with empty steps.
        start: Where it starts.
        end: Where it ends.
        free: Labels that change nothing.
        labels: How many labels there are.
    """
    first = builder.closure(frozenset([start]))
    numbers, waiting, rows = {first: 0}, [first], []
    closures: dict[frozenset[int], frozenset[int]] = {}  # all digits often lead to the same states
    for states in waiting:
        reached: dict[int, set[int]] = {label: set(states) for label in free}
        for state in states:
            for label, then in builder.steps[state]:
                reached.setdefault(label, set()).add(then)
        row = np.full(labels, NOWHERE)
        for label, after in sorted(reached.items()):
            key = frozenset(after)
            if key not in closures:
                closures[key] = builder.closure(key)
            closed = closures[key]
            if closed not in numbers:
                if len(numbers) == _MAX_STATES:
                    raise _too_large()
                numbers[closed] = len(numbers)
                waiting.append(closed)
            row[label] = numbers[closed]
        rows.append(row)
    return Automaton(np.stack(rows).astype(np.intp), np.array([end in states for states in waiting]))


def _too_large() -> PatternError:
    return PatternError(
        "the pattern has too many parts",
        expected=f"at most about {_MAX_STATES} digits and signs, with repeats counted",
        mend="write a shorter one, or one with fewer alternatives",
    )
