"""A recipe's last layer, made to give one value for each class of the data. Knows shapes; no torch, no data."""

from collections.abc import Sequence

from inkdigits.core.errors import RecipeError
from inkdigits.recipes.layers import Conv2d, Dense, Layer
from inkdigits.recipes.schema import Recipe
from inkdigits.recipes.shapes import infer_shapes


def fit_classes(recipe: Recipe, classes: int) -> Recipe:
    """Return a recipe whose last layer with weights gives one value for each class.

    Args:
        recipe: The recipe; it stays as it is.
        classes: How many classes the data has.

    Returns:
        The same recipe where it fits, reads lines, or can't be made to fit: what doesn't fit is told by whoever
        builds the network.

    Examples:
        >>> from inkdigits.recipes import load_recipe
        >>> [layer.units for layer in fit_classes(load_recipe("mlp-tanh"), classes=26).layers[1:]]
        [392, 26]
    """
    if recipe.reads_lines or _fits(recipe.layers, classes):
        return recipe
    weighted = [place for place, layer in enumerate(recipe.layers) if isinstance(layer, (Dense, Conv2d))]
    if not weighted:
        return recipe
    last = recipe.layers[weighted[-1]]
    fitted = last.model_copy(update={"units" if isinstance(last, Dense) else "filters": classes})
    layers = (*recipe.layers[: weighted[-1]], fitted, *recipe.layers[weighted[-1] + 1 :])
    return recipe.model_copy(update={"layers": layers}) if _fits(layers, classes) else recipe


def _fits(layers: Sequence[Layer], classes: int) -> bool:
    try:
        infer_shapes(layers, classes)
    except RecipeError:
        return False
    return True
