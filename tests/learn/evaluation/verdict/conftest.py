"""Evidence as a usual training leaves it, to be changed in one point."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from inkdigits.data.dataset import DIGITS
from inkdigits.learn.evaluation.calibration import Calibration
from inkdigits.learn.evaluation.metrics import Evaluation
from inkdigits.learn.evaluation.verdict.curves import TrainingCurves
from inkdigits.learn.evaluation.verdict.evidence import Evidence
from inkdigits.recipes.optimizers import Adam


def measured(split: str, examples: int, errors: int, loss: float = 0.1) -> Evaluation:
    """Return the metrics of a split; only those that verdicts look at are filled."""
    accuracy = (examples - errors) / examples
    return Evaluation(
        split, examples, loss, accuracy, errors, np.zeros((10, 10), np.int64), (), 1.0, Calibration(0.0, ())
    )


def curves(loss: list[float], val_loss: list[float] | None = None, **more: Any) -> TrainingCurves:
    count = len(loss)
    return TrainingCurves(
        positions=tuple(range(1, count + 1)),
        unit="epoch",
        loss=tuple(loss),
        accuracy=more.pop("accuracy", (0.99,) * count),
        val_loss=None if val_loss is None else tuple(val_loss),
        val_accuracy=None if val_loss is None else (0.98,) * count,
        **more,
    )


@pytest.fixture
def usual() -> Callable[..., Evidence]:
    """`usual(train=…)` -> evidence of a good training, with these fields in place of its own."""
    good = Evidence(
        curves=curves([0.5, 0.2, 0.1, 0.08, 0.08], [0.4, 0.2, 0.12, 0.11, 0.11]),
        train=measured("train", 5000, 50),
        test=measured("test", 1000, 20),
        validation=measured("validation", 1000, 20),
        loss_error=0.01,
        class_names=DIGITS,
        class_counts=(500,) * 10,
        pictures_differ=True,
        loss="cross_entropy",
        optimizer=Adam(name="adam"),
    )
    return lambda **changes: replace(good, **changes)
