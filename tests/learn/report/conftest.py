"""A real, small run: scikit-learn's digits, a linear network trained for a moment, and its report's content."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from inkdigits.data.dataset import DIGITS, Split
from inkdigits.learn.evaluation.metrics import compute_metrics
from inkdigits.learn.evaluation.mistakes import find_mistakes
from inkdigits.learn.evaluation.verdict import Verdict
from inkdigits.learn.evaluation.verdict.curves import TrainingCurves
from inkdigits.learn.networks.modules import first_layer_weights
from inkdigits.learn.networks.summary import SummaryRow
from inkdigits.learn.report.content import (
    DatasetInfo,
    DigitExample,
    EnvironmentInfo,
    NetworkInfo,
    RecipeInfo,
    ReportContent,
    SampleDigit,
    TutorialResult,
    ValueRange,
)
from inkdigits.learn.report.mistake_cases import explain_mistakes

DIAGRAM = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 60" width="300" height="60" role="img">
<title>784 pixels to 10 classes</title><g fill="none" stroke="currentColor"><rect x="1" y="10" width="110" height="40"/>
<path id="arrow" d="M111 30H189"/><rect x="189" y="10" width="110" height="40"/></g></svg>"""


@dataclass(frozen=True)
class SmallRun:
    """Digits, a network that reads most of them, and what it answers."""

    train: Split
    test: Split
    network: torch.nn.Module
    probabilities: np.ndarray
    train_probabilities: np.ndarray
    history: TrainingCurves


def to_tensor(images: np.ndarray) -> torch.Tensor:
    return torch.tensor(images, dtype=torch.float32)[:, None] / 255


@pytest.fixture(scope="session")
def small_run() -> SmallRun:
    digits = load_digits()
    small = np.clip(digits.images * 16, 0, 255).astype(np.uint8)
    images = np.pad(small.repeat(3, axis=1).repeat(3, axis=2), ((0, 0), (2, 2), (2, 2)))
    train = Split(images[:1000], digits.target[:1000].astype(np.int64))
    test = Split(images[1000:], digits.target[1000:].astype(np.int64))
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 10))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.002)
    pixels, labels = to_tensor(train.images), torch.tensor(train.labels)
    test_pixels, test_labels = to_tensor(test.images), torch.tensor(test.labels)
    losses, accuracies, test_losses, test_accuracies = [], [], [], []
    for _ in range(25):
        logits = network(pixels)
        loss = torch.nn.functional.cross_entropy(logits, labels)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
        accuracies.append((logits.argmax(1) == labels).float().mean().item())
        with torch.no_grad():
            answers = network(test_pixels)
        test_losses.append(torch.nn.functional.cross_entropy(answers, test_labels).item())
        test_accuracies.append((answers.argmax(1) == test_labels).float().mean().item())
    with torch.no_grad():
        probabilities = network(test_pixels).softmax(1).numpy()
        train_probabilities = network(pixels).softmax(1).numpy()
    history = TrainingCurves(
        positions=tuple(range(1, 26)),
        unit="epoch",
        loss=tuple(losses),
        accuracy=tuple(accuracies),
        val_loss=tuple(test_losses),
        val_accuracy=tuple(test_accuracies),
        validation_name="test (watched, never selected on)",
    )
    return SmallRun(train, test, network, probabilities, train_probabilities, history)


@pytest.fixture(scope="session")
def content(small_run: SmallRun) -> ReportContent:
    run = small_run
    evaluations = {
        "train": compute_metrics(
            run.train_probabilities, run.train.labels, DIGITS, split="train", loss=run.history.loss[-1]
        ),
        "test": compute_metrics(run.probabilities, run.test.labels, DIGITS, split="test", loss=0.4),
    }
    return ReportContent(
        title="A linear network on small digits",
        recipe=RecipeInfo(
            name="softmax",
            description="Every pixel speaks for or against every class, and nothing else.",
            source="a tutorial",
            toml='name = "softmax"\n\n[optimizer]\nname = "adam"\nlearning_rate = 0.002\n',
        ),
        seed=1,
        dataset=DatasetInfo(
            name="uci",
            source="The handwritten digits that scikit-learn carries, enlarged.",
            shapes={"train": run.train.images.shape, "test": run.test.images.shape},
            notes=("The last 797 are the test set.",),
        ),
        classes=DIGITS,
        before_scaling=ValueRange("uint8", 0, 255),
        after_scaling=ValueRange("float32", 0, 1),
        samples=tuple(SampleDigit(run.train.images[at], int(run.train.labels[at])) for at in range(30)),
        network=NetworkInfo(
            rows=(SummaryRow("flatten", (784,), 0), SummaryRow("dense 10, softmax", (10,), 7850)),
            parameters=7850,
            diagram_svg=DIAGRAM,
            first_weights=first_layer_weights(run.network),
        ),
        history=run.history,
        verdict=Verdict("still_improving", "Still improving: train longer.", ("A remark.",)),
        evaluations=evaluations,
        example=DigitExample("test", 3, run.test.images[3], int(run.test.labels[3]), run.probabilities[3]),
        mistakes_split="test",
        mistakes=explain_mistakes(run.network, find_mistakes(run.probabilities, run.test.labels), run.test, run.train),
        environment=EnvironmentInfo(
            command="inkdigits train softmax --data uci --seed 1",
            processor="a processor",
            device="cpu",
            training_s=0.4,
            versions={"inkdigits": "0.1.0", "torch": torch.__version__},
        ),
        tutorial_result=TutorialResult(accuracy=0.92, loss=0.28),
    )


@pytest.fixture(scope="session")
def page_path(content: ReportContent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from inkdigits.learn.report.page import write_report

    return write_report(content, tmp_path_factory.mktemp("run"))
