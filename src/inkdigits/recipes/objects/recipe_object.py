"""A part of a recipe as a Python object: its arguments -> its table. Knows no particular part."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import Any, ClassVar

from pydantic import ValidationError

from inkdigits.core.arguments import with_checked_names
from inkdigits.recipes.explain import explain
from inkdigits.recipes.fields import Table

_CONSTANTS = {"zeros": 0.0, "ones": 1.0}


class RecipeObject:
    """A part of a recipe that is written as a Python object.

    Attributes:
        table: The keys and values that it is in a recipe.

    Raises:
        ArgumentError: An argument is unknown.
        RecipeError: A value is out of range.
    """

    _table_class: ClassVar[type[Table]]
    _key_of: ClassVar[Mapping[str, str]] = {}
    """The recipe's key for each argument that has another name."""

    def __init_subclass__(cls) -> None:
        if "__init__" in vars(cls):
            cls.__init__ = with_checked_names(cls.__name__)(cls.__init__)  # type: ignore[method-assign]

    def __init__(self, **arguments: Any) -> None:
        self._arguments = arguments
        values = {self._key_of.get(name, name): _in_recipe(name, value) for name, value in arguments.items()}
        values = {key: value for key, value in values.items() if value is not None}
        tag = "type" if "type" in self._table_class.model_fields else "name"
        (tagged,) = self._table_class.model_fields[tag].annotation.__args__  # type: ignore[union-attr]
        try:
            table = self._table_class.model_validate({tag: tagged, **values})
        except ValidationError as error:
            names = {key: name for name, key in self._key_of.items()}
            raise explain(error, self._table_class, where=type(self).__name__, names=names) from None
        self.table = table.model_dump(mode="json", exclude_none=True)

    def __repr__(self) -> str:
        parameters = signature(type(self)).parameters
        shown = [
            repr(value) if parameters[name].default is parameters[name].empty else f"{name}={value!r}"
            for name, value in self._arguments.items()
            if value != parameters[name].default
        ]
        return f"{type(self).__name__}({', '.join(shown)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RecipeObject) and self.table == other.table

    def __hash__(self) -> int:
        return hash(repr(self.table))


def _in_recipe(argument: str, value: Any) -> Any:
    """Return the value that a recipe has for an argument of Keras."""
    if argument == "kernel_initializer" and isinstance(value, str):
        return {"name": value}
    if argument == "bias_initializer" and isinstance(value, str):
        return _CONSTANTS.get(value, value)
    return value
