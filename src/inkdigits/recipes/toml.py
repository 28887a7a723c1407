"""The values of a recipe -> TOML, since the standard library only reads it. Knows no particular key but `layers`."""

from collections.abc import Mapping
from typing import Any


def to_toml(values: Mapping[str, Any]) -> str:
    """Return a recipe as TOML: first plain keys, then layers one a line, then tables.

    Args:
        values: By key; tables are mappings, layers a list of mappings.

    Examples:
        >>> print(to_toml({"name": "one", "layers": [{"type": "flatten"}], "optimizer": {"name": "adam"}}))
        name = "one"
        <BLANKLINE>
        layers = [
            { type = "flatten" },
        ]
        <BLANKLINE>
        [optimizer]
        name = "adam"
        <BLANKLINE>
    """
    scalars = {key: value for key, value in values.items() if not isinstance(value, (dict, list))}
    lines = [f"{key} = {_toml(value)}" for key, value in scalars.items()]
    lines += ["", "layers = [", *(f"    {_toml(layer)}," for layer in values["layers"]), "]"]
    for name, table in values.items():
        if isinstance(table, dict):
            lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = "".join(_escaped(character) for character in value)
        return f'"{escaped}"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    return repr(value)


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return f"\\u{ord(character):04x}" if ord(character) < 32 or ord(character) == 127 else character
