import json
import math
from dataclasses import replace

from inkdigits.learn.evaluation.verdict.curves import TrainingCurves
from inkdigits.learn.report.chart_data import chart_data, curve_data
from inkdigits.learn.report.content import MistakeCase, ReportContent


def test_history_has_the_names_that_training_uses() -> None:
    history = TrainingCurves((1, 2), "epoch", (0.5, math.inf), (0.8, 0.9), (0.6, math.nan), (0.7, 0.8))
    assert curve_data(history) == {
        "epoch": [1, 2],
        "loss": [0.5, None],
        "accuracy": [0.8, 0.9],
        "val_loss": [0.6, None],
        "val_accuracy": [0.7, 0.8],
    }


def test_mistakes_carry_their_neighbours_or_none(content: ReportContent) -> None:
    first = content.mistakes[0]
    bare = MistakeCase(first.mistake, first.image)
    found = chart_data(replace(content, mistakes=(first, bare)))["mistakes"]["mistakes"]
    assert first.like_label is not None
    assert found[0]["nearest_of_label"]["index"] == first.like_label.neighbour.index
    assert found[1]["nearest_of_label"] is None
    assert len(found[0]["probabilities"]) == 10
    json.dumps(found, allow_nan=False)
