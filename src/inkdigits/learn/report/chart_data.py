"""The data of every chart of the report, ready for JSON. Knows no chart and no HTML."""

import math
from collections.abc import Iterable
from typing import Any

from inkdigits.learn.evaluation.neighbours import Neighbour
from inkdigits.learn.evaluation.verdict.curves import TrainingCurves
from inkdigits.learn.report.content import MistakeCase, NeighbourDigit, ReportContent


def chart_data(content: ReportContent) -> dict[str, dict[str, Any]]:
    """Return one record for each part of the report.

    Args:
        content: What the page shows.

    Returns:
        "history" (the curves), "verdict" (what matters most), "evaluations" (metrics, confusion, reliability and
        classes of each split), "example" (one digit), "mistakes" (all of them), and "map" (where digits lie, if the
        page has a map). NaN and infinity become None.
    """
    example = content.example
    maps = {} if content.feature_map is None else {"map": content.feature_map.to_dict()}
    return {
        **maps,
        "history": curve_data(content.history),
        "verdict": content.verdict.to_dict(),
        "evaluations": {split: each.to_dict() for split, each in content.evaluations.items()},
        "example": {
            "split": example.split,
            "index": example.index,
            "label": example.label,
            "probabilities": _rounded(example.probabilities.tolist()),
        },
        "mistakes": {
            "split": content.mistakes_split,
            "classes": list(content.classes),
            "mistakes": [_mistake_data(case) for case in content.mistakes],
        },
    }


def curve_data(history: TrainingCurves) -> dict[str, Any]:
    """Return the curves as lists by their names in the run folder; `epoch` or `step` holds their positions.

    Args:
        history: The training curves.

    Examples:
        >>> curve_data(TrainingCurves((1,), "epoch", loss=(0.5,), accuracy=(float("nan"),)))
        {'epoch': [1], 'loss': [0.5], 'accuracy': [None]}
    """
    record: dict[str, Any] = {
        history.unit: list(history.positions),
        "loss": _finite(history.loss),
        "accuracy": _finite(history.accuracy),
    }
    if history.val_loss is not None:
        record["val_loss"] = _finite(history.val_loss)
    if history.val_accuracy is not None:
        record["val_accuracy"] = _finite(history.val_accuracy)
    return record


def _mistake_data(case: MistakeCase) -> dict[str, Any]:
    mistake = case.mistake
    return {
        "index": mistake.index,
        "label": mistake.label,
        "prediction": mistake.prediction,
        "confidence": _rounded([mistake.confidence])[0],
        "probabilities": _rounded(mistake.probabilities.tolist()),
        "nearest_of_label": _neighbour_data(case.like_label),
        "nearest_of_prediction": _neighbour_data(case.like_prediction),
    }


def _neighbour_data(digit: NeighbourDigit | None) -> dict[str, float] | None:
    if digit is None:
        return None
    neighbour: Neighbour = digit.neighbour
    return {"index": neighbour.index, "distance": round(neighbour.distance, 4)}


def _finite(values: Iterable[float]) -> list[float | None]:
    return [float(value) if math.isfinite(value) else None for value in values]


def _rounded(probabilities: Iterable[float]) -> list[float]:
    """Round to seven digits, the precision of a float32."""
    return [round(float(value), 7) for value in probabilities]
