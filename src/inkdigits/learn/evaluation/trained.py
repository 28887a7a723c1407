"""A run read back: its network, its data and its answers. Knows nothing of charts or commands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn

from inkdigits.core.errors import DataError, RunError
from inkdigits.core.types import Probabilities
from inkdigits.data.dataset import Dataset, Split, fingerprint
from inkdigits.data.load import load
from inkdigits.learn.evaluation.metrics import Evaluation, evaluate
from inkdigits.learn.evaluation.mistakes import Mistake, find_mistakes
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.networks.modules import device_of
from inkdigits.learn.networks.tensors import to_tensors
from inkdigits.learn.training.engine.backward import computing_in
from inkdigits.learn.training.engine.precision import DTYPES, multiplies_bf16
from inkdigits.learn.training.resume import resumed_precision
from inkdigits.learn.training.tasks.inference import Score, predict_logits
from inkdigits.learn.training.tasks.lines import score_lines
from inkdigits.learn.training.tasks.losses import LOSSES
from inkdigits.recipes import Recipe
from inkdigits.runs.folder import RunFolder
from inkdigits.runs.history import History

SplitName = Literal["test", "validation", "train"]


class TrainedRun:
    """A run folder with its network and its digits, each read when first needed.

    Args:
        path: The run folder.
        data: What to measure on: a data set, or what `load` takes; by default what the run was trained on.
        data_dir: Where to look for MNIST; by default where it was found for training.
        skip_bad: Leave out unreadable pictures, also where training did not.
        network: The module that was trained, where it was not a recipe's; its weights are replaced.

    Raises:
        RunError: `path` is not a run, or a file of it is missing or damaged.

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
        """The recipe as used."""
        return self.folder.recipe

    @property
    def history(self) -> History:
        """Loss and accuracy as recorded; `history["val_accuracy"]` is one series."""
        return self.folder.history

    @property
    def classes(self) -> tuple[str, ...]:
        """The name of each class number."""
        return tuple(self.folder.metadata["dataset"]["classes"])

    @cached_property
    def dataset(self) -> Dataset:
        """The digits to measure on.

        Raises:
            DataError: They can't be read, have other classes, or are no longer those of the training.
        """
        metadata = self.folder.metadata["dataset"]
        dataset = self._data
        if not isinstance(dataset, Dataset):
            noted = Path(metadata["data_dir"]) if metadata["data_dir"] else None
            data_dir = self._data_dir or noted
            dataset = load(
                dataset or metadata["name"], data_dir=data_dir, skip_bad=self._skip_bad or metadata["skip_bad"]
            )
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

    @cached_property
    def network(self) -> nn.Module:
        """The trained network, in evaluation mode: float32 (N, 1, 28, 28) in 0 … 1 to logits (N, classes).

        Raises:
            RunError: The weights are missing or damaged, or are of a module that was not given.
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
            network = build_network(self.recipe, len(self.classes))
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
        """Return the test, validation or training digits, cut as they were for training.

        Raises:
            RunError: There is no such split.
        """
        seed = self.folder.metadata["seed"]
        splits = self.dataset.splits(self.recipe.validation, shuffle=self.recipe.shuffle_validation, seed=seed)
        found = {"test": splits.test, "validation": splits.validation, "train": splits.train}
        split = found.get(name)
        if split is None:
            raise RunError(
                f"the run {self.path} has no {name} digits",
                expected=f"one of {', '.join(key for key, value in found.items() if value is not None)}",
                mend="choose another split, or train with --set validation=0.1",
            )
        return split

    def logits(self, split: str, advance: Callable[[int], None] | None = None) -> Tensor:
        """Return the network's answers for a split, (N, classes) float32, worked out once.

        Args:
            split: Its name.
            advance: Told how many more digits were looked at.
        """
        if self.recipe.reads_lines:
            raise RunError(
                f"{self.path} reads lines of writing",
                expected="a network that reads single digits",
                mend="measure it with inkdigits evaluate, or train another recipe, for example reader",
            )
        if split not in self._logits:
            with self.computing():
                logits = predict_logits(self.network, self.split(split).images, advance)
            if not bool(logits.isfinite().all()):
                raise RunError(
                    f"the network of {self.path} overflows on {split} digits",
                    expected="finite answers",
                    mend="train again with a lower optimizer.learning_rate",
                )
            self._logits[split] = logits
        return self._logits[split]

    def computing(self) -> AbstractContextManager[object]:
        """Compute as the run was measured while it was trained, where that is as fast here; else in float32."""
        return computing_in(self._precision, device_of(self.network))

    @cached_property
    def _precision(self) -> torch.dtype:
        kept = multiplies_bf16(device_of(self.network))
        return DTYPES[resumed_precision(self.folder, "auto") if kept else "fp32"]

    def probabilities(self, split: SplitName | str = "test") -> Probabilities:
        """Return the probability of each class for a split, (N, classes) float32."""
        probabilities: Probabilities = self.logits(split).softmax(dim=1).cpu().numpy()
        return probabilities

    def evaluate(self, split: SplitName | str = "test") -> Evaluation:
        """Measure the network on a split: loss, accuracy, confusion, each class, calibration."""
        labels = self.split(split).labels
        logits = self.logits(split)
        loss = float(LOSSES[self.recipe.loss](logits, torch.from_numpy(labels).to(logits.device)))
        return evaluate(self.probabilities(split), labels, self.classes, split=split, loss=loss)

    def score_lines(self, split: SplitName | str = "test") -> Score:
        """Measure a network that reads lines on a thousand lines composed of a split's digits."""
        return score_lines(self.network, self.split(split))

    def mistakes(self, split: SplitName | str = "test") -> list[Mistake]:
        """Return the digits that were read wrong, the surest wrong answer first."""
        return find_mistakes(self.probabilities(split), self.split(split).labels)
