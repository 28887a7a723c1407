import numpy as np
import pytest

from inkdigits.learn.evaluation.calibration import measure_calibration


def answers(*confidences: float) -> np.ndarray:
    return np.array([[each, 1 - each] for each in confidences], np.float32)


def test_error_is_the_weighted_distance_of_confidence_from_accuracy() -> None:
    found = measure_calibration(answers(0.85, 0.85, 0.65, 0.65), np.array([0, 1, 0, 0]))
    assert found.expected_error == pytest.approx(0.5 * 0.35 + 0.5 * 0.35, abs=1e-6)


def test_bins_hold_counts_means_and_none_where_empty() -> None:
    found = measure_calibration(answers(0.62, 0.68, 1.0), np.array([0, 1, 0]))
    assert [each.count for each in found.bins] == [0, 0, 0, 0, 0, 0, 2, 0, 0, 1]
    assert (found.bins[6].lower, found.bins[6].upper) == (0.6, 0.7)
    assert found.bins[6].confidence == pytest.approx(0.65, abs=1e-6)
    assert found.bins[6].accuracy == 0.5
    assert (found.bins[0].confidence, found.bins[0].accuracy) == (None, None)


def test_rounding_above_one_stays_in_the_last_bin() -> None:
    found = measure_calibration(np.array([[1.0000001, 0]], np.float32), np.array([0]))
    assert found.bins[-1].count == 1
    assert found.expected_error == 0
