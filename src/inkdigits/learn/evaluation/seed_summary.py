"""The results of one recipe over several seeds: mean and standard deviation. Knows nothing of training."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inkdigits.runs.folder import RunFolder


def sample_deviation(values: Sequence[float]) -> float:
    """Return the sample standard deviation over seeds; 0 for a single one.

    Args:
        values: One for each seed, at least one.

    Examples:
        >>> round(sample_deviation((0.96, 0.98)), 4), sample_deviation((0.96,))
        (0.0141, 0.0)
    """
    return statistics.stdev(values) if len(values) > 1 else 0.0


@dataclass(frozen=True)
class SeedSummary:
    """The final test metrics of several runs.

    Attributes:
        accuracies: Test accuracy of each run, 0 … 1.
        losses: Test loss of each run.
        seconds: Training time of each run.

    Examples:
        >>> summary = SeedSummary((0.96, 0.98), (0.2, 0.1), (3.0, 3.0))
        >>> round(summary.mean, 4), round(summary.std, 4), summary.best
        (0.97, 0.0141, 0.98)
    """

    accuracies: tuple[float, ...]
    losses: tuple[float, ...]
    seconds: tuple[float, ...]

    @classmethod
    def from_runs(cls, runs: Sequence[RunFolder]) -> SeedSummary:
        """Return the summary of finished runs.

        Args:
            runs: At least one.
        """
        tests = [run.read_json("metrics.json")["test"] for run in runs]
        return cls(
            tuple(test["accuracy"] for test in tests),
            tuple(test["loss"] for test in tests),
            tuple(run.metadata["seconds"] for run in runs),
        )

    @property
    def mean(self) -> float:
        """Mean test accuracy."""
        return statistics.fmean(self.accuracies)

    @property
    def std(self) -> float:
        """Sample standard deviation of the test accuracy; 0 for a single seed."""
        return sample_deviation(self.accuracies)

    @property
    def loss_std(self) -> float:
        """Sample standard deviation of the test loss; 0 for a single seed."""
        return sample_deviation(self.losses)

    def accuracy_deviations(self, accuracy: float | None) -> float | None:
        """Return how far an accuracy lies above the mean, in standard deviations of the seeds.

        Args:
            accuracy: The accuracy, 0 … 1.

        Returns:
            None where there is no accuracy, or no deviation to measure with.

        Examples:
            >>> summary = SeedSummary((0.96, 0.98), (0.2, 0.1), (3.0, 3.0))
            >>> round(summary.accuracy_deviations(0.95), 2)
            -1.41
        """
        return _deviations(accuracy, self.mean, self.std)

    def loss_deviations(self, loss: float | None) -> float | None:
        """Return how far a loss lies above the mean, as `accuracy_deviations`.

        Args:
            loss: The loss, at least 0.
        """
        return _deviations(loss, self.mean_loss, self.loss_std)

    @property
    def best(self) -> float:
        """Highest test accuracy; for display only, nothing is selected by it."""
        return max(self.accuracies)

    @property
    def mean_loss(self) -> float:
        """Mean test loss."""
        return statistics.fmean(self.losses)

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as a JSON-ready object."""
        return {
            "seeds": len(self.accuracies),
            "accuracy": {"mean": self.mean, "spread": self.std, "best": self.best, "all": list(self.accuracies)},
            "loss": {"mean": self.mean_loss, "spread": self.loss_std, "all": list(self.losses)},
            "seconds": {"median": statistics.median(self.seconds), "all": list(self.seconds)},
        }


def _deviations(value: float | None, mean: float, std: float) -> float | None:
    return None if value is None or std == 0 else (value - mean) / std
