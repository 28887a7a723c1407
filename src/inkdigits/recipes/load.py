"""Recipes from the package or a user's TOML file, with changes. Knows no torch."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from inkdigits.core.errors import RecipeError
from inkdigits.core.spelling import suggest
from inkdigits.recipes.explain import explain
from inkdigits.recipes.schema import Recipe

TUTORIALS = ("softmax", "mlp-tanh", "mlp-100x2", "mlp-1000", "mlp-dropout", "cnn")
"""The six networks of the tutorials, simplest first."""

TODAY = tuple(f"{name}-today" for name in TUTORIALS)
"""The same six networks, trained with what is known today."""


def list_recipes() -> list[Recipe]:
    """Return the recipes that come with the package: the tutorials' six, the same networks trained as today, others.

    Examples:
        >>> [recipe.name for recipe in list_recipes()][:2]
        ['softmax', 'mlp-tanh']
    """
    order = {name: number for number, name in enumerate(TUTORIALS + TODAY)}
    return sorted(map(load_recipe, _builtin()), key=lambda recipe: (order.get(recipe.name, 99), recipe.name))


def load_recipe(source: str | Path, changes: Mapping[str, Any] | None = None) -> Recipe:
    """Load and validate a recipe.

    Args:
        source: The name of a recipe in the package, or the path of a TOML file.
        changes: Values by dotted key, set before validation; a number in a key is a place in a list.

    Returns:
        The recipe.

    Raises:
        RecipeError: No such recipe, not TOML, or a key that is unknown, missing or out of range.

    Examples:
        >>> load_recipe("softmax", {"optimizer.learning_rate": 0.5}).optimizer.learning_rate
        0.5
    """
    text, where = _text_of(source)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{where} is not TOML ({error})", expected="key = value lines", mend="correct it") from None
    return _validated(values, changes or {}, where)


def change_recipe(recipe: Recipe, changes: Mapping[str, Any], *, by: str = "--set") -> Recipe:
    """Return a recipe with other values.

    Args:
        recipe: The recipe to change; it stays as it is.
        changes: Values by dotted key, as for `load_recipe`.
        by: What errors call the changes.

    Raises:
        RecipeError: A key or value is not valid.

    Examples:
        >>> change_recipe(load_recipe("softmax"), {"epochs": 2}).epochs
        2
    """
    return _validated(recipe.model_dump(mode="json", exclude_none=True), changes, recipe.name, by)


def validate_recipe(values: Mapping[str, Any], where: str) -> Recipe:
    """Return the recipe with these values.

    Args:
        values: By key; tables are mappings.
        where: What to call it in an error.

    Raises:
        RecipeError: A key is unknown, missing or out of range.
    """
    return _validated(dict(values), {}, where)


def _validated(values: dict[str, Any], changes: Mapping[str, Any], where: str, by: str = "--set") -> Recipe:
    """Return the recipe with these values and changes; a change of `epochs` or `steps` removes the other."""
    for key, value in changes.items():
        _set(values, key, value, by)
    for length, other in (("epochs", "steps"), ("steps", "epochs")):
        if length in changes and other not in changes:
            values.pop(other, None)
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        changed = dict.fromkeys(changes, f"{by} on {where}")
        raise explain(error, Recipe, where=where, changed=changed) from None


def parse_change(text: str) -> tuple[str, Any]:
    """Parse `KEY=VALUE` from a command line.

    Args:
        text: The value is TOML, or else a plain word.

    Returns:
        The dotted key and the value.

    Raises:
        RecipeError: There is no `=`.

    Examples:
        >>> parse_change("optimizer.learning_rate=0.01"), parse_change("optimizer.name=adam")
        (('optimizer.learning_rate', 0.01), ('optimizer.name', 'adam'))
    """
    key, separator, value = (part.strip() for part in text.partition("="))
    if not separator or not key:
        raise RecipeError(
            f"--set {text}", expected="KEY=VALUE", mend="write for example --set optimizer.learning_rate=0.01"
        )
    try:
        return key, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key, value


def _builtin() -> dict[str, Traversable]:
    """Return the files of the package's recipes by name."""
    folder = resources.files("inkdigits.recipes") / "builtin"
    entries = [*folder.iterdir(), *(folder / "today").iterdir()]
    return {Path(entry.name).stem: entry for entry in entries if entry.name.endswith(".toml")}


def _text_of(source: str | Path) -> tuple[str, str]:
    """Return the TOML text of a recipe and what to call it in errors."""
    name, builtin = str(source), _builtin()
    if name in builtin:
        return builtin[name].read_text("utf-8"), name
    path = Path(source)
    try:
        return path.read_text("utf-8"), name
    except (FileNotFoundError, NotADirectoryError):
        raise RecipeError(
            f"there is no recipe {name}",
            expected=f"one of {', '.join(recipe.name for recipe in list_recipes())}, or the path of a TOML file",
            mend=suggest(name, list(builtin), "see `inkdigits recipes`"),
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(
            f"{name} can't be read ({error})", expected="a TOML file in UTF-8", mend="correct the path"
        ) from None


def _set(values: dict[str, Any], key: str, value: Any, by: str) -> None:
    """Set a value by its dotted key; tables on the way that don't exist are made."""
    here: Any = values
    *parents, last = key.split(".")
    for part in parents:
        if isinstance(here, list) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
            continue
        if not isinstance(here, dict):
            raise _no_such_key(f"{by} {key}", part)
        if not isinstance(here.get(part), (dict, list)):
            here[part] = {}
        here = here[part]
    if isinstance(here, list):
        if not last.isdecimal() or int(last) >= len(here):
            raise _no_such_key(f"{by} {key}", last)
        here[int(last)] = value
    elif isinstance(here, dict):
        if value == "none" and last not in ("name", "title"):
            here.pop(last, None)
        else:
            here[last] = value
    else:
        raise _no_such_key(f"{by} {key}", last)


def _no_such_key(key: str, part: str) -> RecipeError:
    return RecipeError(
        f"{key}: there is no {part} to change",
        expected="a key of the recipe, such as layers.1.units",
        mend="look at the recipe with `inkdigits recipes NAME --json`",
    )
