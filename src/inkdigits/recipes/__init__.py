"""What to train and how: one TOML file a network, and the schema that validates it. Knows nothing of torch."""

from inkdigits.recipes.load import list_recipes, load_recipe, recipe_to_toml
from inkdigits.recipes.schema import Recipe
from inkdigits.recipes.shapes import LayerShape, infer_shapes, input_shape

__all__ = ["LayerShape", "Recipe", "infer_shapes", "input_shape", "list_recipes", "load_recipe", "recipe_to_toml"]
