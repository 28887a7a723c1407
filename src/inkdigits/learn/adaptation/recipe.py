"""The recipes of an adaptation: how long and how fast networks learn what a user taught. Knows no torch."""

from typing import Literal

from inkdigits.learn.adaptation.lines.task import BATCH_SIZE as LINE_BATCH_SIZE
from inkdigits.learn.adaptation.replay_task import BATCH_SIZE
from inkdigits.recipes import Recipe, load_recipe

Kind = Literal["digit", "lines"]
"""What a network reads."""

DIGIT_STEPS = 120
"""The length of the training for single digits: some 8 s of a core."""

CHECKPOINT_EVERY = 30
"""Steps between two checkpoints: some 5 s of a core are lost at most when an adaptation is killed."""

_FEWEST, _MOST = 60, 120
"""The least and the largest length of the training for lines, in steps."""

_STEPS_PER_LINE = 0.75


def line_steps(lines: int) -> int:
    """Return the length of the training for so many lines, in steps.

    Args:
        lines: How many are learned from.

    Examples:
        >>> line_steps(0), line_steps(160), line_steps(1000)
        (60, 120, 120)
    """
    return int(min(_MOST, max(_FEWEST, round(_STEPS_PER_LINE * lines))))


def adaptation_recipe(steps: int, source: str, kind: Kind = "digit") -> Recipe:
    """Return the recipe of the shipped networks, changed from training anew to fine-tuning.

    Args:
        steps: The length in steps.
        source: What identifies network and examples: an adaptation is resumed only from a run of the same recipe.
        kind: What the network reads.
    """
    changes = {
        "name": "adaptation",
        "title": "Adaptation of the reader",
        "description": "A shipped network, fine-tuned on what a user taught.",
        "source": source,
        "steps": steps,
        "record_every": CHECKPOINT_EVERY,
        "checkpoint_every": CHECKPOINT_EVERY,
        "validation": 0.0,
        "hands": 0.0,
        "weight_averaging": 0.97,
        "schedule": {"name": "cosine", "warmup": 0.15},
    }
    optimizer = {"name": "adamw", "weight_decay": 0.01, "epsilon": 1e-8}
    if kind == "lines":
        changes |= {"batch_size": LINE_BATCH_SIZE, "optimizer": optimizer | {"learning_rate": 1e-3}}
        return load_recipe("reader-lines", changes)
    changes |= {
        "label_smoothing": 0.0,
        "batch_size": BATCH_SIZE,
        "optimizer": optimizer | {"learning_rate": 4e-4},
    }
    return load_recipe("reader", changes)
