"""Logistic regressions as `calibration.json` has them. Knows nothing of what they say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression as Fit

from inkdigits.read.confidence.calibration import LogisticRegression
from inkdigits.read.confidence.evidence import Features


def fit_logistic(
    features: Sequence[Features], right: Iterable[bool], weights: Iterable[float] | None = None
) -> dict[str, Any]:
    """Return the intercept and weights of a logistic regression.

    Args:
        features: Of each sample.
        right: Whether each sample is.
        weights: How much each counts, in place of 1.
    """
    names = list(features[0])
    values = np.array([[one[name] for name in names] for one in features])  # (N, features)
    spread = values.std(axis=0)
    spread[spread < 1e-9] = 1.0
    # Standardized, so that regularization holds all features alike.
    model = Fit(max_iter=5000).fit(
        values / spread, np.array(list(right)), sample_weight=None if weights is None else np.array(list(weights))
    )
    coefficients = np.round(model.coef_[0] / spread, 4).tolist()
    return {"intercept": round(float(model.intercept_[0]), 4), "weights": dict(zip(names, coefficients, strict=True))}


def logistic_probability(regression: Mapping[str, Any], features: Features) -> float:
    """Return the probability that a fitted regression gives.

    Args:
        regression: As `fit_logistic` returns it.
        features: Of one sample.
    """
    return LogisticRegression(regression["intercept"], regression["weights"]).probability(features)
