"""What the report shows, as typed records. Knows nothing of HTML, charts or run folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Image
from inkdigits.learn.evaluation.feature_map import FeatureMap
from inkdigits.learn.evaluation.metrics import Evaluation
from inkdigits.learn.evaluation.mistakes import Mistake
from inkdigits.learn.evaluation.neighbours import Neighbour
from inkdigits.learn.evaluation.verdict import Verdict
from inkdigits.learn.evaluation.verdict.curves import TrainingCurves
from inkdigits.learn.networks.summary import SummaryRow


@dataclass(frozen=True)
class RecipeInfo:
    """The recipe that was trained.

    Attributes:
        name: For example "mlp-dropout".
        description: One sentence on what it is.
        source: Where the tutorial is; empty for a user's own recipe.
        toml: The recipe with all changes.
    """

    name: str
    description: str
    source: str
    toml: str


@dataclass(frozen=True)
class DatasetInfo:
    """The digits that the network was trained and measured on.

    Attributes:
        name: What the user asked for: "mnist", "uci" or a path.
        source: Where it comes from, in words.
        shapes: The shape of each split's pictures, in the order to show them.
        notes: What was changed in loading.
        writers: Who wrote the test digits, in a sentence, where that is known and matters; else empty.
    """

    name: str
    source: str
    shapes: Mapping[str, tuple[int, ...]]
    notes: tuple[str, ...] = ()
    writers: str = ""


@dataclass(frozen=True)
class ValueRange:
    """The range of the pixels of a data set, before or after scaling.

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
    """A training digit.

    Attributes:
        image: (28, 28), uint8, 0 is empty and 255 is ink.
        label: Its class number.
    """

    image: Image
    label: int


@dataclass(frozen=True)
class NetworkInfo:
    """The network that was trained.

    Attributes:
        rows: Its layers, first to last.
        parameters: The number of trained parameters.
        diagram_svg: An `<svg>` element made by this package, which the page includes unescaped; empty for none.
        first_weights: (units, h, w), float32, any value, the weights of the first layer as a picture for each unit;
            None for none.
    """

    rows: tuple[SummaryRow, ...]
    parameters: int
    diagram_svg: str = ""
    first_weights: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class DigitExample:
    """One digit and the network's prediction.

    Attributes:
        split: The split that it is from.
        index: Its place in the split.
        image: (28, 28), uint8, 0 is empty and 255 is ink.
        label: The true class number.
        probabilities: (classes,), float32, summing to 1.
    """

    split: str
    index: int
    image: Image
    label: int
    probabilities: NDArray[np.float32]


@dataclass(frozen=True)
class NeighbourDigit:
    """A training digit near to a misread one.

    Attributes:
        neighbour: Its place and distance.
        image: (28, 28), uint8, 0 is empty and 255 is ink.
    """

    neighbour: Neighbour
    image: Image


@dataclass(frozen=True)
class MistakeCase:
    """One misread digit with its explanation.

    Attributes:
        mistake: The prediction and its confidence.
        image: (28, 28), uint8, 0 is empty and 255 is ink.
        like_label: The nearest training digit of the true class; None where there is none.
        like_prediction: The nearest training digit of the predicted class; None where there is none.
        attribution: (28, 28), float32: positive for the prediction, negative for the label; None where it was not
            computed.
    """

    mistake: Mistake
    image: Image
    like_label: NeighbourDigit | None = None
    like_prediction: NeighbourDigit | None = None
    attribution: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class EnvironmentInfo:
    """Where and how the run was trained.

    Attributes:
        command: The command line that trains it again.
        processor: The name of the processor.
        device: The device and precision, for example "cpu, float32".
        training_s: Seconds spent training.
        versions: The version of each library, by its name.
    """

    command: str
    processor: str
    device: str
    training_s: float
    versions: Mapping[str, str]


@dataclass(frozen=True)
class TutorialResult:
    """The result that the tutorial prints for MNIST's test set.

    Attributes:
        accuracy: The test accuracy.
        loss: The test loss; None if it prints none.
        differences: Why it can't be compared with the run: other data, a changed recipe.
    """

    accuracy: float
    loss: float | None = None
    differences: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportContent:
    """Everything that the page of one run shows.

    Attributes:
        title: The heading of the page.
        recipe: The recipe.
        seed: Of all random numbers.
        dataset: The data it was trained and measured on.
        classes: The name of each class number.
        before_scaling: The pixels as they are stored.
        after_scaling: The pixels as the network sees them.
        samples: Some training digits.
        network: Its layers.
        history: The curves.
        verdict: What matters most about the training.
        evaluations: The metrics of each split by its name, in the order to show them. The summary shows "test",
            or the last where there is none.
        example: One digit with its probabilities.
        mistakes_split: The split that the mistakes are from.
        mistakes: All mistakes, the most confident first.
        environment: Where and how the run was trained.
        tutorial_result: The result that the tutorial prints; None if it prints none.
        feature_map: Where digits lie for the network's last hidden layer; None for no map.
    """

    title: str
    recipe: RecipeInfo
    seed: int
    dataset: DatasetInfo
    classes: tuple[str, ...]
    before_scaling: ValueRange
    after_scaling: ValueRange
    samples: tuple[SampleDigit, ...]
    network: NetworkInfo
    history: TrainingCurves
    verdict: Verdict
    evaluations: Mapping[str, Evaluation]
    example: DigitExample
    mistakes_split: str
    mistakes: tuple[MistakeCase, ...]
    environment: EnvironmentInfo
    tutorial_result: TutorialResult | None = None
    feature_map: FeatureMap | None = None

    @property
    def main_evaluation(self) -> Evaluation:
        """The evaluation that the summary shows."""
        return self.evaluations.get("test") or list(self.evaluations.values())[-1]
