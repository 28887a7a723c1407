"""The file that says which keys of a recipe may vary, and between which values. Knows nothing of trainings.

Each key of the file is a key of the recipe: a list of values to choose from, or a range as a table.

    batch_size = [50, 100, 200]
    optimizer.learning_rate = { low = 1e-4, high = 1e-2, log = true }
    layers.1.units = { low = 50, high = 400, step = 50 }
"""

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inkdigits.core.errors import RecipeError
from inkdigits.core.spelling import suggest
from inkdigits.recipes import load_recipe

_RANGE_KEYS = ("low", "high", "log", "step")

_FIXED = {
    "name": "what the recipe is called",
    "title": "what the recipe is called",
    "description": "what the recipe is called",
    "source": "what the recipe is called",
    "tutorial": "what a tutorial printed",
    "validation": "which digits decide",
    "shuffle_validation": "which digits decide",
    "skip_first": "which digits decide",
    "watch_test": "which digits decide",
}
"""Keys that may not vary, and what they say: trials must be measured on the same digits."""


@dataclass(frozen=True)
class Dimension:
    """A key of a recipe, and the values that it may have: choices, or a range.

    Attributes:
        key: The dotted key.
        choices: The values; empty for a range.
        low: The least value of a range.
        high: The greatest; both are whole numbers where only those are possible.
        log: Whether small values are as finely divided as great ones.
        step: The distance of two values, counted from `low`; None for any.
    """

    key: str
    choices: tuple[Any, ...] = ()
    low: float = 0
    high: float = 0
    log: bool = False
    step: float | None = None

    @property
    def is_integer(self) -> bool:
        """Whether it is a range of whole numbers."""
        return not self.choices and all(isinstance(each, int) for each in (self.low, self.high, self.step or 0))

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON-ready object."""
        if self.choices:
            return {"key": self.key, "choices": list(self.choices)}
        return {name: value for name, value in asdict(self).items() if name != "choices"}


def load_space(path: Path, recipe: str | Path, changes: Mapping[str, Any]) -> tuple[Dimension, ...]:
    """Return what a file lets vary, after checking that the recipe takes the values.

    Args:
        path: The TOML file.
        recipe: The recipe's name, or the path of its file.
        changes: Values of the recipe that are always changed, by dotted key.

    Raises:
        RecipeError: The file can't be read, or a key is unknown or has an impossible range; the line is named.
    """
    try:
        text = path.read_text("utf-8")
        values = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} can't be read ({error})", expected="a TOML file", mend="correct --space") from None
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(
            f"{path} is not TOML ({error})", expected='lines such as "batch_size = [50, 100]"', mend="correct it"
        ) from None
    space = []
    for key, value in _flatten(values):
        where = f"{path} line {_line_of(text, key)}"
        dimension = _dimension(key, value, where)
        _check(dimension, where, recipe, changes)
        space.append(dimension)
    if not space:
        raise RecipeError(
            f"{path} is empty", expected="at least one key that varies", mend='write for example "epochs = [5, 10]"'
        )
    return tuple(space)


def _flatten(values: Mapping[str, Any], parents: Sequence[str] = ()) -> Iterator[tuple[str, Any]]:
    """Yield each dotted key with its choices or range: dots in TOML make tables of tables."""
    for name, value in values.items():
        path = [*parents, name]
        is_range = isinstance(value, dict) and (
            not value or not all(isinstance(v, dict | list) for v in value.values())
        )
        if isinstance(value, dict) and not is_range:
            yield from _flatten(value, path)
        else:
            yield ".".join(path), value


def _line_of(text: str, key: str) -> int:
    """Return the line on which a key is, as well as a search for its last part can tell."""
    lines = text.splitlines()
    last = key.rpartition(".")[-1]
    for name in (key, last):
        pattern = re.compile(rf"""(^|[\s."'{{,]){re.escape(name)}["']?\s*=""")
        for number, line in enumerate(lines, start=1):
            if pattern.search(line):
                return number
    return next((number for number, line in enumerate(lines, start=1) if last in line), 1)


def _dimension(key: str, value: Any, where: str) -> Dimension:
    says = _FIXED.get(key.partition(".")[0])
    if says:
        raise RecipeError(
            f"{where}: {key} says {says}",
            expected="a key that changes how a network learns",
            mend="take it out, or give all trials one value with --set",
        )
    if isinstance(value, list):
        if not value:
            raise RecipeError(f"{where}: {key} = [] is empty", expected="values to choose from", mend="add some")
        return Dimension(key, tuple(value))
    if not isinstance(value, dict):
        raise RecipeError(
            f"{where}: {key} = {value!r} is one value",
            expected="a list of values, or a range { low = …, high = … }",
            mend=f"write [{value!r}, …], or use --set {key}={value}",
        )
    return _range(key, value, where)


def _range(key: str, value: Mapping[str, Any], where: str) -> Dimension:
    for name in value:
        if name not in _RANGE_KEYS:
            raise RecipeError(
                f"{where}: {key} has a key {name}",
                expected=f"one of {', '.join(_RANGE_KEYS)}",
                mend=suggest(name, _RANGE_KEYS, f"take {name} out"),
            )
    for name in ("low", "high"):
        if not _is_number(value.get(name)):
            raise RecipeError(
                f"{where}: {key}.{name} = {value.get(name)!r}" if name in value else f"{where}: {key} has no {name}",
                expected="a finite number",
                mend="write { low = 1e-4, high = 1e-2 } for example",
            )
    log, step = value.get("log", False), value.get("step")
    if not isinstance(log, bool):
        raise RecipeError(f"{where}: {key}.log = {log!r}", expected="true or false", mend="correct it")
    if value["low"] >= value["high"]:
        raise RecipeError(
            f"{where}: {key} goes from {value['low']} to {value['high']}",
            expected="low below high",
            mend="swap them, or give one value with --set",
        )
    if log and value["low"] <= 0:
        raise RecipeError(
            f"{where}: {key} is logarithmic from {value['low']}", expected="low above 0", mend="raise low, or drop log"
        )
    if step is not None and (not _is_number(step) or step <= 0 or log):
        raise RecipeError(
            f"{where}: {key}.step = {step!r}" + (" of a logarithmic range" if log else ""),
            expected="a number above 0, and a range that is not logarithmic",
            mend="correct it, or take it out",
        )
    return Dimension(key, (), value["low"], value["high"], log, step)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check(dimension: Dimension, where: str, recipe: str | Path, changes: Mapping[str, Any]) -> None:
    """Let the recipe itself say whether it takes every choice, or both ends of a range."""
    for value in dimension.choices or (dimension.low, dimension.high):
        try:
            load_recipe(recipe, {**changes, dimension.key: value})
        except RecipeError as error:
            given = re.sub(r"^--set( on [^:]*:)? ?", "", error.given)
            raise RecipeError(f"{where}: {given}", expected=error.expected, mend=error.mend) from None
