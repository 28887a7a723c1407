"""A recipe -> its network, or why it can't be trained on this data here. Knows nothing of how it is trained."""

import math

from torch import nn

from inkdigits.core.errors import RecipeError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.networks.build import build_network
from inkdigits.recipes import Recipe, infer_shapes
from inkdigits.recipes.layers import BatchNorm


def build_trainable(recipe: Recipe, dataset: Dataset, examples: int) -> nn.Module:
    """Return a recipe's network with fresh weights.

    Args:
        recipe: Layers and batch size.
        dataset: The data, which says how many classes there are.
        examples: How many of its digits are learned from.

    Raises:
        RecipeError: The last layer doesn't fit the classes, the last batch is too small for batch norm, or the network
            is too large for this machine.
    """
    shapes = infer_shapes(recipe.layers, len(dataset.classes), recipe=recipe.name, lines=recipe.reads_lines)
    # Batch norms of one value a channel have no variance in a batch of one.
    norms = [row for row in shapes if isinstance(row.layer, BatchNorm) and math.prod(row.input_shape[1:]) == 1]
    if norms and examples % recipe.batch_size == 1:
        raise RecipeError(
            f"{recipe.name}: of {examples:,} training digits in batches of {recipe.batch_size} a single one is left",
            expected="at least two in each batch, because batch_norm takes their mean",
            mend="choose another batch_size",
        )
    try:
        return build_network(recipe, len(dataset.classes))
    except (RuntimeError, MemoryError):
        parameters = sum(row.parameters for row in shapes)
        raise RecipeError(
            f"{recipe.name} has {parameters:,} parameters, more than this machine can hold",
            expected="a network that fits into memory",
            mend="use fewer units or filters",
        ) from None
