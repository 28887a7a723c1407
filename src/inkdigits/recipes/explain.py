"""pydantic's errors about a recipe -> one line: file, key, given value, allowed values. Knows no particular key."""

import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from inkdigits.core.errors import RecipeError
from inkdigits.recipes.aliases import suggest_key, suggest_value

_TYPE_TAGS = ("constrained-", "tuple[", "literal[")
"""How pydantic's names for the members of a union of types begin."""


def explain(
    error: ValidationError,
    model: type[BaseModel],
    *,
    where: str,
    changed: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> RecipeError:
    """Return the error that a user sees.

    Args:
        error: What pydantic raised: its first error is told, the others are counted.
        model: The model that was validated.
        where: The recipe's name or path.
        changed: What to call the origin of a dotted key, where it is not `where`.
        names: What the user calls a key, where it is not the key.
    """
    details = error.errors()
    first = details[0]
    key = _dotted(first["loc"])
    key = (names or {}).get(key, key)
    origin = (changed or {}).get(key, where)
    given, expected, mend = _describe(first, key, model)
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return RecipeError(f"{origin}: {given}{more}", expected=expected, mend=mend)


def _describe(detail: Any, key: str, model: type[BaseModel]) -> tuple[str, str, str]:
    """Return what was given, what was expected, and how to correct it."""
    kind, context = detail["type"], detail.get("ctx", {})
    value = detail["input"]
    if kind == "extra_forbidden":
        allowed = _keys_beside(detail["loc"], model)
        expected = f"one of {', '.join(allowed)}" if allowed else "no such key here"
        return f"the key {key} is unknown", expected, suggest_key(key, allowed, f"take {key} out")
    if kind == "missing":
        return f"the key {key} is missing", "a value for it", f"add {key} = …"
    if kind == "union_tag_not_found":
        tag = context["discriminator"].strip("'")
        return f"{key} has no {tag}", f"a {tag} that says which", f"add {tag} = …"
    if kind == "union_tag_invalid":
        tag, allowed = context["discriminator"].strip("'"), re.findall(r"'([^']+)'", context["expected_tags"])
        return (
            f"{key}.{tag} = {context['tag']!r}",
            f"one of {', '.join(allowed)}",
            suggest_value(str(context["tag"]), allowed, "choose one of them"),
        )
    if kind == "literal_error":
        allowed = re.findall(r"'([^']+)'", context["expected"])
        return (
            f"{key} = {value!r}",
            f"one of {', '.join(allowed)}",
            suggest_value(str(value), allowed, "choose one of them"),
        )
    if kind in ("model_type", "model_attributes_type"):
        keys = _keys_beside((*detail["loc"], ""), model)
        example = f"{key}.name={value}" if isinstance(value, str) else f"{key}.{keys[0] if keys else 'name'}=…"
        return f"{key} = {value!r}", "a table with keys of its own", f"set one of them, for example --set {example}"
    if kind == "value_error":
        at = f"{key} " if key else "the recipe "
        return f"{at}doesn't fit together", str(context["error"]), "change one of the two"
    expected = re.sub(r"^(Input|String) should (be |have |match )?", "", detail["msg"])
    return f"{key} = {value!r}", expected, "correct the value"


def _dotted(location: tuple[int | str, ...]) -> str:
    """Drop the union tags that pydantic puts into a location: `layers.0.dense.units` -> `layers.0.units`."""
    parts: list[str] = []
    previous: int | str | None = None
    for number, part in enumerate(location):
        is_tag = isinstance(previous, int) or (number == 1 and previous in ("optimizer", "schedule"))
        is_tag = is_tag or previous == "initializer"
        is_tag = is_tag or (isinstance(part, str) and part.startswith(_TYPE_TAGS))
        if not (is_tag and isinstance(part, str)):
            parts.append(str(part))
        previous = part
    return ".".join(parts)


def _keys_beside(location: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    """Return the keys that are allowed in the table at `location`."""
    tables = _tables(model)
    for part in reversed(location[:-1]):
        if isinstance(part, str) and part in tables:
            return tables[part]
    return list(model.model_fields) if len(location) == 1 else []


def _tables(model: type[BaseModel]) -> dict[str, list[str]]:
    """Return the keys of every table below `model`, by the table's tag or else by the name of its field."""
    found: dict[str, list[str]] = {}
    pending: list[tuple[str, Any]] = [(name, field.annotation) for name, field in model.model_fields.items()]
    while pending:
        name, annotation = pending.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            tags = [
                get_args(field.annotation)[0]
                for key, field in annotation.model_fields.items()
                if key in ("type", "name") and get_args(field.annotation)
            ]
            found[tags[0] if tags else name] = list(annotation.model_fields)
            pending += [(key, field.annotation) for key, field in annotation.model_fields.items()]
        else:
            pending += [(name, part) for part in get_args(annotation)]
    return found
