"""A recipe's length in steps, for a given number of digits. Knows nothing of torch."""

import math
from dataclasses import dataclass

from inkdigits.recipes import Recipe


@dataclass(frozen=True)
class Plan:
    """When to record, when to save and when to end, all counted in steps (batches).

    Attributes:
        steps_per_epoch: Steps that show every digit once.
        steps: Steps in all.
        record_every: Steps between two records.
        checkpoint_every: Steps between two checkpoints.
    """

    steps_per_epoch: int
    steps: int
    record_every: int
    checkpoint_every: int

    @property
    def intervals(self) -> tuple[int, int]:
        """Steps between two records, and between two checkpoints."""
        return self.record_every, self.checkpoint_every

    def epoch_at(self, step: int) -> float:
        """Return how many passes over the training set a number of steps are.

        Args:
            step: Steps taken so far.
        """
        return round(step / self.steps_per_epoch, 4)


def make_plan(recipe: Recipe, examples: int) -> Plan:
    """Return a recipe's length in steps; the last batch of an epoch may be smaller, as in Keras.

    Args:
        recipe: Batch size, and length in epochs or steps.
        examples: How many digits are learned from.

    Examples:
        >>> from inkdigits.recipes import load_recipe
        >>> make_plan(load_recipe("mlp-tanh"), 60_000)
        Plan(steps_per_epoch=469, steps=469, record_every=469, checkpoint_every=469)
    """
    per_epoch = math.ceil(examples / recipe.batch_size)
    if recipe.steps is not None:
        return Plan(per_epoch, recipe.steps, recipe.record_every, recipe.checkpoint_every)
    return Plan(per_epoch, per_epoch * (recipe.epochs or 0), per_epoch, per_epoch)
