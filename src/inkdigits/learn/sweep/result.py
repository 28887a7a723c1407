"""The figures of a sweep: all trials, the best over seeds, the winner on the test set. Knows nothing of trainings."""

import statistics
from dataclasses import asdict, dataclass
from typing import Any

from inkdigits.learn.evaluation.seed_summary import sample_deviation
from inkdigits.learn.sweep.space import Dimension
from inkdigits.learn.sweep.study import TrialRecord


def value_text(value: Any) -> str:
    """Return a value of a recipe's key, short enough to read.

    Args:
        value: The value.

    Examples:
        >>> value_text(0.0015498955), value_text("adam"), value_text(100)
        ('0.00155', 'adam', '100')
    """
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Candidate:
    """One of the best trials, trained with several seeds.

    Attributes:
        trial: Its number.
        values: By recipe key.
        accuracies: On the validation set, one for each seed.
        recipe: The recipe with these values, as TOML.
        runs: The run folder of each seed.
    """

    trial: int
    values: dict[str, Any]
    accuracies: tuple[float, ...]
    recipe: str
    runs: tuple[str, ...]

    @property
    def mean(self) -> float:
        """Mean accuracy."""
        return statistics.fmean(self.accuracies)

    @property
    def std(self) -> float:
        """Sample standard deviation over the seeds; 0 for a single one."""
        return sample_deviation(self.accuracies)


@dataclass(frozen=True)
class SweepResult:
    """A finished sweep.

    Attributes:
        recipe: The name of the recipe.
        dataset: The name of the data.
        validation: How many digits decided.
        space: What varied.
        trials: All trials, in their order.
        importance: How much of the differences each key explains, greatest first.
        best: The best candidates by mean accuracy on the validation set; the first is the winner.
        test: Accuracy of the winner on the test set, one for each seed.
        training_seconds: What all trainings took, added up.
        seconds: How long this session took.
    """

    recipe: str
    dataset: str
    validation: int
    space: tuple[Dimension, ...]
    trials: tuple[TrialRecord, ...]
    importance: dict[str, float]
    best: tuple[Candidate, ...]
    test: tuple[float, ...]
    training_seconds: float
    seconds: float

    def count(self, state: str) -> int:
        """Return how many trials ended in a state.

        Args:
            state: "complete", "pruned" or "failed".
        """
        return sum(trial.state == state for trial in self.trials)

    @property
    def test_mean(self) -> float:
        """Mean accuracy of the winner on the test set."""
        return statistics.fmean(self.test)

    @property
    def test_std(self) -> float:
        """Sample standard deviation of that over the seeds; 0 for a single one."""
        return sample_deviation(self.test)

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as a JSON-ready object."""
        return {
            "recipe": self.recipe,
            "data": self.dataset,
            "validation_examples": self.validation,
            "space": [each.to_dict() for each in self.space],
            "trials": [asdict(trial) for trial in self.trials],
            "importance": self.importance,
            "best": [
                {
                    "trial": each.trial,
                    "values": each.values,
                    "validation_accuracy": each.mean,
                    "validation_std": each.std,
                    "validation_accuracies": each.accuracies,
                    "runs": each.runs,
                }
                for each in self.best
            ],
            "test": {"accuracy": self.test_mean, "std": self.test_std, "accuracies": self.test},
            "training_seconds": round(self.training_seconds, 3),
            "seconds": round(self.seconds, 3),
        }
