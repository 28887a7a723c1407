import math

from inkdigits.read.confidence.evidence import (
    CellEvidence,
    LineEvidence,
    SingleEvidence,
    comb_features,
    digit_features,
)


def line(**changes):
    values = {
        "log_probability": -0.1,
        "least_view_log_probability": -0.2,
        "margin": 3.0,
        "agreement": 1.0,
        "least_posterior": 0.9,
        "log_likelihood_ratio": 9.0,
        "witness": (0.9, 0.5),
        "is_only_ones": False,
        "readable_share": 1.0,
    }
    return LineEvidence(**(values | changes))


def test_features_stay_finite_whatever_the_evidence():
    extremes = line(
        log_probability=-1e3,
        least_view_log_probability=-1e3,
        margin=math.inf,
        least_posterior=0.0,
        log_likelihood_ratio=-1e9,
        witness=(0.0, 1.0),
        readable_share=0.0,
        single=SingleEvidence(0.0, 1.0, 0.0, 0.0),
    )
    values = [*extremes.text_features.values(), *extremes.writing_features.values()]
    values += digit_features(1.0, 0.0, 1.0).values()
    assert all(abs(value) < 20 or value == -1e9 for value in values)


def test_the_least_witness_counts_and_the_mean():
    features = line(witness=(0.5, 0.5, 0.01)).text_features
    assert features["least_witness"] == features["mean_witness"] * 3
    assert line().text_features["length"] == math.log(2)


def test_one_digit_has_its_surroundings_as_evidence():
    assert set(line().writing_features) < set(line(single=SingleEvidence(0.9, 0.9, 0.9, 1.0)).writing_features) | {
        "log_probability",
        "length",
    }


def test_features_of_cells_stay_finite_too():
    for value in (0.0, 1.0):
        features = CellEvidence(value, value, value, 1, True).features
        assert all(math.isfinite(one) for one in features.values())
    assert all(math.isfinite(one) for one in comb_features([0.0, 1.0]).values())
