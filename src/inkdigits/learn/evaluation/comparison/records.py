"""The result of a comparison, as typed records. Knows nothing of runs, charts or pages."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from inkdigits.core.display import Displayed
from inkdigits.core.types import Image
from inkdigits.learn.evaluation.comparison.paired import PairedDifference

Kind = Literal["better", "chance", "seed"]
"""What a difference is: real, chance of the digits or seeds, or of one recipe with another seed."""


@dataclass(frozen=True)
class RunFigures:
    """One run on the split that is compared.

    Attributes:
        path: Its folder.
        seed: Its seed.
        accuracy: The share of digits read right.
        errors: Digits read wrong.
        loss: Its mean loss.
        calibration_error: Its expected calibration error.
        seconds: Seconds of training.
        epochs: The epochs at which its curves were measured, rising.
        curves: "loss", "accuracy", "val_loss" and "val_accuracy": one value an epoch, empty where not measured.
    """

    path: str
    seed: int
    accuracy: float
    errors: int
    loss: float
    calibration_error: float
    seconds: float
    epochs: tuple[float, ...]
    curves: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class EntrantFigures:
    """One run, or several seeds of one recipe.

    Attributes:
        name: As much of its path as tells it from the others.
        recipe: The name of its recipe.
        parameters: Numbers that its network learns.
        runs: Its runs, by seed.
        accuracy: Their mean accuracy.
        low: Lower end of the 95 % interval of the accuracy: over digits for one run, over seeds for several.
        high: Upper end.
    """

    name: str
    recipe: str
    parameters: int
    runs: tuple[RunFigures, ...]
    accuracy: float
    low: float
    high: float

    @property
    def errors(self) -> float:
        """Digits read wrong, on average over its runs."""
        return sum(run.errors for run in self.runs) / len(self.runs)

    @property
    def loss(self) -> float:
        """Mean loss over its runs."""
        return sum(run.loss for run in self.runs) / len(self.runs)


@dataclass(frozen=True)
class Pair:
    """Two entrants against each other.

    Attributes:
        first: The name of the one.
        second: The name of the other.
        difference: Accuracy of the second minus that of the first, with its interval and p-value.
        adjusted_p_value: The p-value, raised where several pairs are compared.
        method: "mcnemar" (the same digits, one run each) or "seeds" (the same seeds of two recipes).
        seeds: Pairs of runs behind it.
        only_first: Digits that only the first reads right; None for seeds.
        only_second: Digits that only the second reads right; None for seeds.
        kind: What the difference is.
        sentence: The same in words.
    """

    first: str
    second: str
    difference: PairedDifference
    adjusted_p_value: float
    method: Literal["mcnemar", "seeds"]
    seeds: int
    only_first: int | None
    only_second: int | None
    kind: Kind
    sentence: str


@dataclass(frozen=True)
class ClassComparison:
    """One class.

    Attributes:
        name: The class.
        support: Digits of it; at least 1.
        recalls: The share of them that each entrant reads right, on average over its seeds.
    """

    name: str
    support: int
    recalls: tuple[float, ...]


@dataclass(frozen=True)
class Disagreement:
    """A digit that some entrants read right and others wrong. Of several seeds, the most frequent answer counts.

    Attributes:
        index: Its place in the split.
        label: The true class number.
        image: (28, 28), uint8, 0 is empty and 255 is ink.
        predictions: The class number that each entrant answers.
        confidences: The probability of that answer, on average over the seeds, 0 … 1.
    """

    index: int
    label: int
    image: Image
    predictions: tuple[int, ...]
    confidences: tuple[float, ...]


@dataclass(frozen=True, repr=False)
class Comparison(Displayed):
    """Several runs, or several recipes with several seeds, on the same digits.

    Attributes:
        split: "test", "validation" or "train".
        dataset: The name of the data.
        examples: Digits of the split.
        classes: The name of each class number.
        entrants: What is compared, in the order given.
        pairs: Every two of them.
        sentence: Which reads best and whether that is chance, in one sentence.
        remarks: What to know beside it.
        by_class: Each class of the split.
        disagreements: Digits on which the entrants differ, the surest wrong answers first.
    """

    split: str
    dataset: str
    examples: int
    classes: tuple[str, ...]
    entrants: tuple[EntrantFigures, ...]
    pairs: tuple[Pair, ...]
    sentence: str
    remarks: tuple[str, ...]
    by_class: tuple[ClassComparison, ...]
    disagreements: tuple[Disagreement, ...]

    def __repr__(self) -> str:
        return f"<Comparison: {self.sentence}>"

    def pair(self, first: str, second: str) -> Pair:
        """Return the result for two entrants.

        Args:
            first: The name of the one.
            second: The name of the other, which was given later.
        """
        return next(each for each in self.pairs if (each.first, each.second) == (first, second))

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a JSON-ready object, without pictures."""
        return {
            "split": self.split,
            "data": self.dataset,
            "examples": self.examples,
            "sentence": self.sentence,
            "remarks": list(self.remarks),
            "entrants": [asdict(each) for each in self.entrants],
            "pairs": [asdict(each) for each in self.pairs],
            "classes": [asdict(each) for each in self.by_class],
            "disagreements": [
                {
                    "index": each.index,
                    "label": self.classes[each.label],
                    "predictions": [self.classes[number] for number in each.predictions],
                    "confidences": [round(value, 6) for value in each.confidences],
                }
                for each in self.disagreements
            ],
        }
