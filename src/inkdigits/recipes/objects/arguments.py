"""Recipe keys as typed arguments -> a recipe. Knows no files beyond those of `load_recipe`, and no torch."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

from inkdigits.core.arguments import check_names
from inkdigits.core.errors import RecipeError
from inkdigits.recipes.aliases import suggest_key
from inkdigits.recipes.load import change_recipe, load_recipe, validate_recipe
from inkdigits.recipes.objects.layers import LayerObject, layer_tables
from inkdigits.recipes.objects.optimizers import OptimizerObject
from inkdigits.recipes.schema import Augmentation, EarlyStopping, Recipe

RecipeSource = str | Path | Recipe | Sequence[LayerObject]
"""The name of a recipe, the path of a TOML file, a recipe, or layers."""

Settings = bool | Mapping[str, Any]

Loss = Literal[
    "cross_entropy",
    "mean_squared_error",
    "ctc",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "mse",
]

_LOSS_OF_KERAS = {
    "categorical_crossentropy": "cross_entropy",
    "sparse_categorical_crossentropy": "cross_entropy",
    "mse": "mean_squared_error",
}

_USUAL_AUGMENTATION = {"rotate_degrees": 10.0, "shift_pixels": 2.0, "scale": 0.1}
"""What `augmentation=True` means: changes that leave every digit what it is."""

_USUAL: Mapping[str, Any] = {
    "name": "network",
    "optimizer": {"name": "adam"},
    "batch_size": 100,
    "epochs": 5,
    "validation": 0.1,
}
"""The recipe around layers, where no argument says otherwise."""


class RecipeArguments(TypedDict, total=False):
    """The keys of a recipe as arguments, all optional; None leaves a key as the recipe has it."""

    name: str | None
    title: str | None
    description: str | None
    source: str | None
    loss: Loss | None
    loss_reduction: Literal["mean", "sum"] | None
    label_smoothing: float | None
    optimizer: str | OptimizerObject | Mapping[str, Any] | None
    learning_rate: float | None
    schedule: str | Mapping[str, Any] | None
    batch_size: int | None
    epochs: int | None
    steps: int | None
    record_every: int | None
    checkpoint_every: int | None
    skip_first: float | None
    validation_split: float | None
    shuffle_validation: bool | None
    watch_test: bool | None
    early_stopping: Settings | EarlyStopping | None
    augmentation: Settings | Augmentation | None
    hands: float | None
    hands_of: Sequence[str] | None
    weight_averaging: float | None
    gradient_norm: float | None


def make_recipe(
    recipe: RecipeSource, changes: Mapping[str, Any] | None = None, **arguments: Unpack[RecipeArguments]
) -> Recipe:
    """Return the recipe that layers, or a recipe with changes, make: what `train` would train.

    Args:
        recipe: The name of a recipe, the path of a TOML file, a recipe, or layers. Around layers stand Adam, 5 epochs,
            a batch size of 100, and a validation share of a tenth.
        changes: Values by dotted key.
        **arguments: Keys of a recipe; they are set after `changes`.

    Raises:
        ArgumentError: There is no such argument.
        RecipeError: There is no such recipe, or a key or value is not valid.

    Examples:
        >>> from inkdigits.recipes.objects.layers import Dense
        >>> make_recipe([Dense(10, activation="softmax")], optimizer="sgd", epochs=1).optimizer.name
        'sgd'
    """
    check_names(arguments, RecipeArguments.__annotations__, "make_recipe", suggest_key)
    if isinstance(recipe, (str, Path)):
        base = load_recipe(recipe)
    elif isinstance(recipe, Recipe):
        base = recipe
    else:
        base = validate_recipe({**_USUAL, "layers": layer_tables(_checked_layers(recipe))}, "the network")
    return change_recipe(change_recipe(base, changes or {}), _changes(base, arguments), by="an argument")


def recipe_around_module(name: str) -> Recipe:
    """Return the recipe without layers for a module of the user's own.

    Args:
        name: What the module is called.
    """
    return validate_recipe({**_USUAL, "name": re.sub(r"\W", "-", name).strip("-") or "network", "layers": []}, name)


def _checked_layers(layers: Any) -> Sequence[LayerObject]:
    if not isinstance(layers, (list, tuple)) or not all(isinstance(layer, LayerObject) for layer in layers):
        raise RecipeError(
            f"a recipe of type {type(layers).__name__}",
            expected="the name of a recipe, a TOML file, or a list of layers of inkdigits.layers",
            mend='write for example "softmax" or [Dense(10, activation="softmax")]',
        )
    return layers


def _changes(base: Recipe, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes by dotted key that the arguments mean."""
    given = {key: value for key, value in arguments.items() if value is not None}
    changes: dict[str, Any] = {}
    for key, value in given.items():
        match key, value:
            case "learning_rate", _:
                changes["optimizer.learning_rate"] = value
            case "optimizer" | "schedule", str():
                changes[key] = {"name": value}
            case "optimizer", OptimizerObject():
                changes[key] = dict(value.table)
            case "loss", str():
                changes[key] = _LOSS_OF_KERAS.get(value, value)
            case "validation_split", _:
                changes["validation"] = value
            case "early_stopping", True:
                changes[key] = {}
            case "augmentation", True:
                changes[key] = dict(_USUAL_AUGMENTATION)
            case _, EarlyStopping() | Augmentation():
                changes[key] = value.model_dump()
            case _, Mapping():
                changes[key] = dict(value)
            case _:
                changes[key] = value
    changes |= _implied(base, given)
    # An optimiser's table is set before its learning rate.
    return dict(sorted(changes.items(), key=lambda change: change[0].count(".")))


def _implied(base: Recipe, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes that others bring with them: what is watched, and a title that was only the name."""
    changes: dict[str, Any] = {}
    if given.get("validation_split") and base.watch_test and "watch_test" not in given:
        changes["watch_test"] = False
    if given.get("watch_test") and base.validation and "validation_split" not in given:
        changes["validation"] = 0.0
    if "name" in given and "title" not in given and base.title == base.name:
        changes["title"] = given["name"]
    return changes
