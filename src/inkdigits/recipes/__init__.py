"""What to train and how: one TOML file a network, and the schema that validates it. Knows nothing of torch.

- A new recipe is a TOML file in `builtin/`; `load_recipe` and `list_recipes` find it by its name. `builtin/today/` has
  the tutorials' networks trained with what is known today.
- A new layer is a class in `layers.py` with a `type`, in the union `Layer`. Its shapes go into `shapes.py`, its torch
  module into `learn/networks/`.
- A new optimiser or schedule is a class in `optimizers.py` with a `name`, in the union `OptimizerSettings` or
  `ScheduleSettings`. Its steps go into `learn/training/engine/optimizers.py`, its rates into `schedules.py` there.
- A new key is a field in `schema.py`; its docstring becomes the text of `docs/reference/recipe-keys.md`.
"""

from inkdigits.recipes.load import list_recipes, load_recipe
from inkdigits.recipes.schema import Recipe
from inkdigits.recipes.shapes import LayerShape, infer_shapes, input_shape

__all__ = ["LayerShape", "Recipe", "infer_shapes", "input_shape", "list_recipes", "load_recipe"]
