"""A run opened again: its network, data, metrics and mistakes. Knows nothing of charts or commands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

import torch
from torch import Tensor, nn

from inkdigits.core.display import Displayed
from inkdigits.core.errors import DataError, RunError
from inkdigits.core.types import Probabilities
from inkdigits.data.dataset import Dataset, Split, fingerprint
from inkdigits.data.load import load
from inkdigits.learn.evaluation.metrics import Evaluation, compute_metrics
from inkdigits.learn.evaluation.mistakes import find_mistakes
from inkdigits.learn.evaluation.run_mistakes import MistakeOfRun, Mistakes
from inkdigits.learn.networks.build import TrainedNetwork, build_network
from inkdigits.learn.networks.modules import device_of
from inkdigits.learn.networks.tensors import to_tensors
from inkdigits.learn.training.engine.autograd_step import autocast
from inkdigits.learn.training.engine.precision import DTYPES, supports_bf16
from inkdigits.learn.training.resume import resumed_precision
from inkdigits.learn.training.tasks.inference import Score, predict_logits
from inkdigits.learn.training.tasks.lines import score_lines
from inkdigits.learn.training.tasks.losses import LOSSES
from inkdigits.recipes import Recipe
from inkdigits.recipes.shapes import has_signs
from inkdigits.runs.folder import RunFolder
from inkdigits.runs.history import History

SplitName = Literal["test", "validation", "train"]


class TrainedRun(Displayed):
    """A run folder with its network and its data, each loaded when first needed.

    Args:
        path: The run folder.
        data: A data set, or its name or path; by default the one that the run was trained on.
        data_dir: Where to look for a data set that has a name; by default where training found it.
        skip_bad: Whether to leave out unreadable pictures, also if training did not.
        network: The module that was trained, if it was not the recipe's; its weights are replaced.

    Raises:
        RunError: `path` is not a run, or one of its files is missing or damaged.

    Examples:
        run = TrainedRun("runs/softmax"); run.evaluate("test").accuracy
    """

    def __init__(
        self,
        path: str | Path,
        *,
        data: Dataset | str | Path | None = None,
        data_dir: Path | None = None,
        skip_bad: bool = False,
        network: nn.Module | None = None,
    ) -> None:
        self.folder = RunFolder.open(Path(path))
        self._data, self._data_dir, self._module = data, data_dir, network
        self._skip_bad = skip_bad
        self._logits: dict[str, Tensor] = {}

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.folder.path

    @cached_property
    def recipe(self) -> Recipe:
        """The recipe, with all changes."""
        return self.folder.recipe

    @property
    def history(self) -> History:
        """Loss and accuracy as recorded in training; `history["val_accuracy"]` is one series."""
        return self.folder.history

    @property
    def classes(self) -> tuple[str, ...]:
        """The name of each class number."""
        return tuple(self.folder.metadata["dataset"]["classes"])

    @cached_property
    def dataset(self) -> Dataset:
        """The data set of the run, or the one given.

        Raises:
            DataError: It can't be loaded, has other classes, or has changed since training.
        """
        metadata = self.folder.metadata["dataset"]
        dataset = self._data
        if not isinstance(dataset, Dataset):
            training_dir = Path(metadata["data_dir"]) if metadata["data_dir"] else None
            # A folder that is gone since is no error: the data may be in another place now.
            data_dir = self._data_dir or (training_dir if training_dir and training_dir.is_dir() else None)
            # Runs of version 0.1.0 say nothing of changes: there were none.
            changes = {} if dataset else metadata["provenance"].get("changes", {})
            skip_bad = self._skip_bad or metadata["skip_bad"]
            dataset = load(dataset or metadata["name"], data_dir=data_dir, skip_bad=skip_bad, **changes)
        if dataset.classes != self.classes:
            raise DataError(
                f"{dataset.name} has the classes {', '.join(dataset.classes)}",
                expected=f"those of the run: {', '.join(self.classes)}",
                mend="choose other data",
            )
        if self._data is None and fingerprint(dataset) != metadata["sha256"]:
            raise DataError(
                f"{dataset.name} has changed since {self.path} was trained on it",
                expected="the same digits",
                mend=f"say that you mean the new ones with --data {dataset.name}, or train again",
            )
        return dataset

    def reviewed(self, review: str | Path) -> Self:
        """Return this run on its own data with decisions on labels applied, to measure it on the test set.

        Args:
            review: The file of decisions.

        Raises:
            DataError: The file can't be read, or is about other data.
        """
        metadata = self.folder.metadata["dataset"]
        changes = metadata["provenance"].get("changes", {}) | {"review": review}
        data_dir = self._data_dir or metadata["data_dir"]
        data = load(metadata["name"], data_dir=data_dir, skip_bad=self._skip_bad or metadata["skip_bad"], **changes)
        return type(self)(self.path, data=data, network=self._module)

    @cached_property
    def network(self) -> nn.Module:
        """The trained network, in evaluation mode: float32 (N, 1, 28, 28) in 0 … 1 to logits (N, classes).

        Raises:
            RunError: The weights are missing or damaged, or belong to a module that was not given.
        """
        weights = to_tensors(self.folder.weights())
        network = self._module
        if network is None:
            custom = self.folder.metadata["network"]
            if custom:
                raise RunError(
                    f"{self.path} holds the weights of your own module {custom}",
                    expected="that module",
                    mend="open it in Python: inkdigits.Run(path, network=…)",
                )
            network = TrainedNetwork(build_network(self.recipe, len(self.classes)))
        try:
            network.load_state_dict(weights)
        except RuntimeError as error:
            raise RunError(
                f"the weights of {self.path} don't fit ({str(error).splitlines()[-1].strip()})",
                expected="weights of the same network",
                mend="give the module that was trained, or train again",
            ) from None
        return network.eval()

    def split(self, name: str) -> Split:
        """Return the test, validation or training digits, split as for training.

        Args:
            name: "test", "validation" or "train".

        Raises:
            RunError: There is no such split.
        """
        seed = self.folder.metadata["seed"]
        splits = self.dataset.splits(
            self.recipe.validation,
            shuffle=self.recipe.shuffle_validation,
            seed=seed,
            skip_first=self.recipe.skip_first,
        )
        by_name = {"test": splits.test, "validation": splits.validation, "train": splits.train}
        split = by_name.get(name)
        if split is None:
            raise RunError(
                f"the run {self.path} has no {name} digits",
                expected=f"one of {', '.join(key for key, value in by_name.items() if value is not None)}",
                mend="choose another split, or train with --set validation=0.1",
            )
        return split

    def logits(self, split: str, advance: Callable[[int], None] | None = None) -> Tensor:
        """Return the logits of a split, computed once.

        Args:
            split: Its name.
            advance: Called after each batch with its number of digits.

        Returns:
            (N, classes), float32, finite.

        Raises:
            RunError: There is no such split, the network reads lines, or a logit is not finite.
        """
        self.check_reads_digits()
        if split not in self._logits:
            with self.autocast():
                logits = predict_logits(self.network, self.split(split).images, advance)
            if not bool(logits.isfinite().all()):
                raise RunError(
                    f"the network of {self.path} overflows on {split} digits",
                    expected="finite answers",
                    mend="train again with a lower optimizer.learning_rate",
                )
            self._logits[split] = logits
        return self._logits[split]

    def check_reads_digits(self) -> None:
        """Raise `RunError` if the network reads lines of writing and no single digits."""
        if self.recipe.reads_lines:
            raise RunError(
                f"{self.path} reads lines of writing",
                expected="a network that reads single digits",
                mend="measure it with inkdigits evaluate, or train another recipe, for example reader",
            )

    def autocast(self) -> AbstractContextManager[object]:
        """Return a context that computes in the precision of the training, or in float32 if the device lacks bf16."""
        return autocast(self._precision, device_of(self.network))

    @cached_property
    def _precision(self) -> torch.dtype:
        has_bf16 = supports_bf16(device_of(self.network))
        return DTYPES[resumed_precision(self.folder, "auto") if has_bf16 else "fp32"]

    def probabilities(self, split: SplitName | str = "test") -> Probabilities:
        """Return the probability of each class for the digits of a split.

        Args:
            split: Its name.

        Returns:
            (N, classes), float32, rows that sum to 1.
        """
        probabilities: Probabilities = self.logits(split).softmax(dim=1).cpu().numpy()
        return probabilities

    def evaluate(self, split: SplitName | str = "test") -> Evaluation:
        """Return the metrics on a split: loss, accuracy, confusion, each class, calibration.

        Args:
            split: Its name.
        """
        labels = self.split(split).labels
        logits = self.logits(split)
        loss = float(LOSSES[self.recipe.loss](logits, torch.from_numpy(labels).to(logits.device)))
        return compute_metrics(self.probabilities(split), labels, self.classes, split=split, loss=loss)

    def score_lines(self, split: SplitName | str = "test") -> Score:
        """Return loss and accuracy of a network that reads lines, on a thousand lines made of a split's digits.

        Args:
            split: Its name.
        """
        return score_lines(self.network, self.split(split), signs=has_signs(self.recipe.layers, len(self.classes)))

    def mistakes(self, split: SplitName | str = "test") -> Mistakes:
        """Return the digits that were predicted wrong, the most confident first.

        Args:
            split: Its name.
        """
        found = find_mistakes(self.probabilities(split), self.split(split).labels)
        return Mistakes(self, split, [MistakeOfRun(**vars(each), run=self, split=split) for each in found])

    def __repr__(self) -> str:
        metadata = self.folder.metadata
        return f"<{metadata['status']} run of {metadata['recipe']}, seed {metadata['seed']}, at {self.path}>"
