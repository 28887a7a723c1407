"""Recipe and data -> a finished run folder. Knows nothing of commands, metrics beyond loss and accuracy, or charts."""

from torch import nn

from inkdigits.data.dataset import Dataset
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.setup.open_session import open_session
from inkdigits.recipes import Recipe
from inkdigits.runs.folder import RunFolder


def train(recipe: Recipe, dataset: Dataset, options: TrainingOptions, network: nn.Module | None = None) -> RunFolder:
    """Train a network and leave a complete run folder.

    On glibc the process keeps the memory that it frees from here on, up to 1 GiB, because every step takes it again.

    Args:
        recipe: What to train and how.
        dataset: What to learn from and be measured on.
        options: Run folder, seed, device.
        network: A module to train in place of the recipe's layers: from float32 (N, 1, 28, 28) in 0 … 1
            to logits (N, classes).

    Returns:
        The run: complete, or, after Ctrl-C, complete as far as it came and ready to be resumed.

    Raises:
        RecipeError: The recipe doesn't fit the data.
        RunError: Something is in the way at `options.out`, the run there is of other data, another recipe or precision,
            or another process trains it.
        TrainingDivergedError: The loss became NaN; the last good checkpoint is kept.
        StorageError: The disk is full; the last checkpoint is kept.
    """
    with open_session(recipe, dataset, options, network) as (folder, session):
        if session:
            session.run()
        return folder
