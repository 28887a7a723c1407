"""What can be trained from the page, and what the page sends -> a recipe. Knows nothing of processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inkdigits.core.errors import RecipeError
from inkdigits.data.hands import pendigits, swiss, uji
from inkdigits.data.hands.source import find_file
from inkdigits.data.mnist import find_mnist
from inkdigits.recipes import Recipe, infer_shapes, list_recipes
from inkdigits.recipes.load import load_recipe, validate_recipe

_CLASSES = 10
"""Of `uci` and `mnist`."""

_SETTINGS = ("layers", "optimizer", "batch_size", "epochs", "steps", "augmentation", "loss")
"""The keys of a recipe that the page changes."""

OWN = "own"
"""The name of a network that was stacked on the page."""

_HANDS = {name: f"{name.replace('-', '_')}.npz" for name in (pendigits.NAME, swiss.NAME, uji.NAME)}
"""The other named data sets, and the files that they are kept in."""

_MAX_SEED = 2**31 - 1


@dataclass(frozen=True)
class TrainingRequest:
    """What the page asks to train.

    Attributes:
        recipe: What to train and how.
        data: The name of a data set.
        seed: Decides weights and all chance.
        paused: Whether to wait before the first step.
    """

    recipe: Recipe
    data: str
    seed: int = 1
    paused: bool = False


def data_sets() -> list[dict[str, Any]]:
    """Return the data sets with their name, their number of digits, and whether they are on this machine."""
    return [
        {"name": "uci", "train": 1438, "here": True},
        {"name": "mnist", "train": 60000, "here": find_mnist() is not None},
        *(
            {"name": name, "train": None, "here": find_file(f"{name.replace('-', '_')}.npz") is not None}
            for name in _HANDS
        ),
    ]


def recipe_choices() -> list[dict[str, Any]]:
    """Return the recipes for single digits as the page shows and changes them."""
    return [
        {"name": recipe.name, "title": recipe.title, "description": recipe.description, **_settings(recipe)}
        for recipe in list_recipes()
        if not recipe.reads_lines
    ]


def parse_request(values: Any) -> TrainingRequest:
    """Return what the page asks to train.

    Args:
        values: JSON: `recipe`, the name of one; `changes`, values for some of its keys; `data`, `seed`, `paused`.

    Raises:
        RecipeError: Something in it is unknown or out of range.
    """
    known = values if isinstance(values, Mapping) else {}
    name, data, changes = known.get("recipe"), known.get("data", "uci"), known.get("changes", {})
    seed, paused = known.get("seed", 1), known.get("paused", False)
    names = [choice["name"] for choice in data_sets()]
    is_valid = isinstance(name, str) and isinstance(changes, Mapping) and set(changes) <= set(_SETTINGS)
    if not is_valid or name not in [recipe.name for recipe in list_recipes()]:
        raise RecipeError(
            f"the recipe {name!r} with changes {changes!r}"[:300],
            expected=f"the name of a recipe, and changes to {', '.join(_SETTINGS)}",
            mend="choose from the list",
        )
    if data not in names:
        raise RecipeError(f"the data {data!r}", expected=f"one of {', '.join(names)}", mend="choose another")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= _MAX_SEED:
        raise RecipeError(f"the seed {seed!r}", expected=f"a whole number from 0 to {_MAX_SEED:,}", mend="correct it")
    return TrainingRequest(_change(load_recipe(name), dict(changes)), data, seed, paused is True)


def describe(recipe: Recipe, classes: int = _CLASSES) -> dict[str, Any]:
    """Return the layers of a recipe with their shapes and parameters.

    Args:
        recipe: The recipe.
        classes: How many classes its data has.

    Raises:
        RecipeError: Its layers don't fit together.
    """
    rows = infer_shapes(recipe.layers, classes, recipe=recipe.name)
    return {
        "layers": [
            {"type": row.layer.type, "output": list(row.output_shape), "parameters": row.parameters} for row in rows
        ],
        "parameters": sum(row.parameters for row in rows),
    }


def _settings(recipe: Recipe) -> dict[str, Any]:
    values = recipe.model_dump(mode="json", exclude_none=True)
    return {key: values[key] for key in _SETTINGS if key in values} | {"validation": values["validation"]}


def _change(recipe: Recipe, changes: dict[str, Any]) -> Recipe:
    """Return a recipe with other values; with other layers it is a network of the user's own, with its own name."""
    values = recipe.model_dump(mode="json", exclude_none=True)
    for length, other in (("epochs", "steps"), ("steps", "epochs")):
        if length in changes:
            values.pop(other, None)
    if changes.get("augmentation") is None and "augmentation" in changes:
        changes["augmentation"] = False
    changed = validate_recipe(values | changes, recipe.name)
    if changed.layers == recipe.layers:
        return changed
    texts = {"name": OWN, "title": OWN, "description": f"Stacked on the page, from {recipe.name}.", "source": ""}
    values = changed.model_dump(mode="json", exclude_none=True)
    values.pop("tutorial", None)
    return validate_recipe(values | texts, OWN)
