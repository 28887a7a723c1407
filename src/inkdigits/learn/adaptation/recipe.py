"""The recipe of an adaptation: how long and how fast the shipped network learns corrections. Knows no torch."""

from inkdigits.learn.adaptation.replay_task import BATCH_SIZE
from inkdigits.recipes import Recipe, load_recipe

STEPS = 200
"""The length of an adaptation: some 20 s of a core."""

CHECKPOINT_EVERY = 50
"""Steps between two checkpoints: some 5 s of a core are lost at most when an adaptation is killed."""


def adaptation_recipe(steps: int, source: str) -> Recipe:
    """Return the recipe `reader`, changed from training anew to fine-tuning.

    Args:
        steps: The length in steps.
        source: What identifies network and corrections: an adaptation is resumed only from a run of the same recipe.
    """
    changes = {
        "name": "adaptation",
        "title": "Adaptation of the reader",
        "description": "The shipped network for single digits, fine-tuned on corrections.",
        "source": source,
        "label_smoothing": 0.0,
        "batch_size": BATCH_SIZE,
        "steps": steps,
        "record_every": CHECKPOINT_EVERY,
        "checkpoint_every": CHECKPOINT_EVERY,
        "validation": 0.0,
        "hands": 0.0,
        "weight_averaging": 0.97,
        "optimizer": {"name": "adamw", "learning_rate": 4e-4, "weight_decay": 0.01, "epsilon": 1e-8},
        "schedule": {"name": "cosine", "warmup": 0.15},
    }
    return load_recipe("reader", changes)
