"""Whether and how a training goes on from a run folder. Knows recipes and run folders, nothing of weights.

Recipe, seed, network, data and precision must be those of the run; only its length may grow. Without a run in the
folder, `--resume` starts a new one.
"""

import os
from typing import Any

from inkdigits.core.errors import RunError
from inkdigits.learn.training.engine.precision import Precision
from inkdigits.recipes import Recipe
from inkdigits.runs.folder import RunFolder


def check_resumable(folder: RunFolder, recipe: Recipe, description: dict[str, Any]) -> None:
    """Refuse to resume a run that would end differently from one that was never stopped.

    Args:
        folder: The run to resume.
        recipe: The recipe that is asked for.
        description: What `run.json` would say of a new run.

    Raises:
        RunError: Recipe, seed, network or data differ, or the new length can't follow the old one.
    """
    metadata, before = folder.metadata, folder.recipe
    old, new = before.model_dump(), recipe.model_dump()
    different = [key for key in new if old[key] != new[key] and key not in ("epochs", "steps")]
    different += [key for key in ("seed", "network") if metadata[key] != description[key]]
    if metadata["dataset"].get("sha256") != description["dataset"]["sha256"]:
        different.append("data")
    if different:
        raise RunError(
            f"{folder.path} was trained with another {', '.join(different)}",
            expected="the same recipe, seed and data as before (only its length may grow)",
            mend="give the same options, or train into a new --out",
        )
    expected_length = _expected_length(before, recipe)
    if expected_length:
        raise RunError(
            f"{folder.path} has a length of {_format_length(before)} and is to have {_format_length(recipe)}",
            expected=expected_length,
            mend="give the same length, or train into a new --out",
        )


def resumed_precision(folder: RunFolder, asked: str) -> Precision:
    """Return the precision that a run was trained in, which stays the same when it is resumed.

    Args:
        folder: The run.
        asked: "auto", or the precision that the user asks for.

    Raises:
        RunError: Another precision is asked for.
    """
    found = folder.read_json("environment.json").get("precision")
    precision: Precision = "bf16" if found == "bfloat16" else "fp32"
    if asked not in ("auto", precision):
        raise RunError(
            f"{folder.path} was trained in {precision}",
            expected="the same precision as before",
            mend=f"leave --precision {asked} out, or train into a new --out",
        )
    return precision


def resumed_threads(folder: RunFolder, asked: int | None) -> int | None:
    """Return how many threads to resume a run with: sums over another number of them differ in their last bits.

    Args:
        folder: The run.
        asked: How many the user asks for; None for as many as before.
    """
    if asked is not None:
        return asked
    found = folder.read_json("environment.json").get("threads")
    return min(found, os.cpu_count() or 1) if isinstance(found, int) and found > 0 else None


def _expected_length(before: Recipe, now: Recipe) -> str | None:
    """Return what a new length would have to be, or None where it is right."""
    if (before.epochs, before.steps) == (now.epochs, now.steps):
        return None
    if (before.epochs is None) != (now.epochs is None):
        return "a length counted as before"
    if (now.epochs or now.steps or 0) < (before.epochs or before.steps or 0):
        return "at least the length it was begun with"
    if before.schedule.name != "constant":
        return "the same length, because the learning rate was planned for it"
    if before.steps and before.steps % before.record_every:
        return "the same length, because its last record is not at an interval's end"
    return None


def _format_length(recipe: Recipe) -> str:
    return f"{recipe.steps:,} steps" if recipe.steps else f"{recipe.epochs} epochs"
