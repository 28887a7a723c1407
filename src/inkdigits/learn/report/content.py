"""Everything the report shows, as typed records. Knows nothing of HTML, charts or run folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Image
from inkdigits.learn.evaluation.metrics import Evaluation
from inkdigits.learn.evaluation.mistakes import Mistake
from inkdigits.learn.evaluation.neighbours import Neighbour
from inkdigits.learn.networks.summary import SummaryRow


@dataclass(frozen=True)
class RecipeFacts:
    """The recipe that was trained.

    Attributes:
        name: For example "mlp-dropout".
        description: One sentence on what it is.
        source: Where the tutorial is found; empty for a user's own recipe.
        toml: The recipe as used, with every change that the command line made.
    """

    name: str
    description: str
    source: str
    toml: str


@dataclass(frozen=True)
class DatasetFacts:
    """The digits that were learned from and measured on.

    Attributes:
        name: What the user asked for: "mnist", "uci" or a path.
        source: Where it came from, in words a person can follow.
        shapes: The shape of the pictures of each split, in the order to show them.
        notes: What was done on the way in.
    """

    name: str
    source: str
    shapes: Mapping[str, tuple[int, ...]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ValueRange:
    """What the pixels of a whole set are made of, before or after scaling.

    Attributes:
        dtype: For example "uint8" or "float32".
        minimum: The smallest value.
        maximum: The largest value.
    """

    dtype: str
    minimum: float
    maximum: float


@dataclass(frozen=True)
class SampleDigit:
    """A training digit with its class number; `image` is (28, 28), uint8."""

    image: Image
    label: int


@dataclass(frozen=True)
class NetworkFacts:
    """The network that was trained.

    Attributes:
        rows: Its layers, first to last.
        parameters: Numbers that it learns, in all.
        diagram_svg: An `<svg>` element made by this package; it goes into the page as it is. Empty: no diagram.
    """

    rows: tuple[SummaryRow, ...]
    parameters: int
    diagram_svg: str = ""


@dataclass(frozen=True)
class History:
    """What was measured while training, one value for each position.

    Attributes:
        positions: Epochs or steps done when each value was measured, rising.
        unit: "epoch" or "step".
        loss: On the training digits.
        accuracy: On the training digits.
        val_loss: On the watched set; None where none was watched.
        val_accuracy: On the watched set; None where none was watched.
        validation_name: What the watched set was: "validation" or "test (watched, never selected on)".
        stopped_early: Whether training ended because the watched figure no longer improved.
        kept_position: The position whose weights were kept; None where it is the last.
    """

    positions: tuple[int, ...]
    unit: str
    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    val_loss: tuple[float, ...] | None = None
    val_accuracy: tuple[float, ...] | None = None
    validation_name: str = "validation"
    stopped_early: bool = False
    kept_position: int | None = None


@dataclass(frozen=True)
class DigitExample:
    """One digit and what the network thinks of it.

    Attributes:
        split: Which split it is from.
        index: Its place in it.
        image: (28, 28), uint8.
        label: The class number that is right.
        probabilities: (classes,), float32.
    """

    split: str
    index: int
    image: Image
    label: int
    probabilities: NDArray[np.float32]


@dataclass(frozen=True)
class NeighbourDigit:
    """A training digit that looks like a misread one; `image` is (28, 28), uint8."""

    neighbour: Neighbour
    image: Image


@dataclass(frozen=True)
class MistakeCase:
    """One misread digit with all that helps to see why.

    Attributes:
        mistake: What was answered and how surely.
        image: (28, 28), uint8.
        like_label: The nearest training digit of the true class; None where there is none.
        like_prediction: The nearest training digit of the predicted class; None where there is none.
        attribution: (28, 28), float32: positive where a pixel spoke for the answer, negative for the label;
            None where it was not worked out.
    """

    mistake: Mistake
    image: Image
    like_label: NeighbourDigit | None = None
    like_prediction: NeighbourDigit | None = None
    attribution: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Environment:
    """Where and how the run was made.

    Attributes:
        command: The command line that repeats it.
        processor: The name of the processor.
        device: What it was trained on, for example "cpu".
        training_s: Seconds spent training.
        versions: The version of each library, by its name.
    """

    command: str
    processor: str
    device: str
    training_s: float
    versions: Mapping[str, str]


@dataclass(frozen=True)
class PrintedResult:
    """The figure that the tutorial printed for its test set.

    Attributes:
        accuracy: The share read right.
        loss: The loss; None where it was not printed.
    """

    accuracy: float
    loss: float | None = None


@dataclass(frozen=True)
class ReportContent:
    """Everything that the page of one run shows.

    Attributes:
        title: The heading of the page.
        recipe: What was trained.
        seed: What every random draw started from.
        dataset: What it was trained and measured on.
        classes: The name of each class number.
        before_scaling: The pixels as they are stored.
        after_scaling: The pixels as the network sees them.
        samples: Some training digits.
        network: Its layers.
        history: The curves.
        evaluations: Each measured split by its name, in the order to show them; "test" leads the summary
            where it is there, else the last.
        example: One digit with its probabilities.
        mistakes_split: The split that the mistakes are from.
        mistakes: All of them, the surest first.
        environment: Where and how the run was made.
        printed: The tutorial's own result; None where it printed none.
    """

    title: str
    recipe: RecipeFacts
    seed: int
    dataset: DatasetFacts
    classes: tuple[str, ...]
    before_scaling: ValueRange
    after_scaling: ValueRange
    samples: tuple[SampleDigit, ...]
    network: NetworkFacts
    history: History
    evaluations: Mapping[str, Evaluation]
    example: DigitExample
    mistakes_split: str
    mistakes: tuple[MistakeCase, ...]
    environment: Environment
    printed: PrintedResult | None = None

    @property
    def main_evaluation(self) -> Evaluation:
        """The evaluation that the summary leads with."""
        return self.evaluations.get("test") or list(self.evaluations.values())[-1]
