import json
from dataclasses import replace

import pytest

from inkdigits.core.errors import LimitError
from inkdigits.read.confidence.calibration import KINDS, load_calibration
from inkdigits.read.confidence.evidence import CellEvidence, LineEvidence, SingleEvidence

SURE = LineEvidence(
    log_probability=-0.01,
    least_view_log_probability=-0.02,
    margin=7.0,
    agreement=1.0,
    least_posterior=0.999,
    log_likelihood_ratio=11.0,
    witness=(0.99, 0.99, 0.99, 0.99),
    is_only_ones=False,
    readable_share=1.0,
)
CLEAR_DIGIT = SingleEvidence(0.99, 0.98, 0.95, 1.0)
SURE_DIGIT = replace(SURE, witness=(0.99,), single=CLEAR_DIGIT)


@pytest.fixture(scope="module")
def calibration():
    return load_calibration()


@pytest.mark.parametrize("evidence", [SURE, SURE_DIGIT], ids=["several digits", "one digit"])
class TestLines:
    def test_all_evidence_for_a_line_gives_a_high_confidence(self, calibration, evidence):
        assert calibration.line_confidence(evidence) > 0.9

    @pytest.mark.parametrize(
        "changes",
        [
            {"log_probability": -3.0, "margin": -0.5, "least_view_log_probability": -6.0},
            {"log_likelihood_ratio": 0.5},
            {"readable_share": 0.0, "log_likelihood_ratio": 3.0},
            {"is_only_ones": True, "log_likelihood_ratio": 4.0},
        ],
        ids=["other candidates", "as likely empty", "other ink", "only ones"],
    )
    def test_evidence_against_a_line_lowers_it(self, calibration, evidence, changes):
        assert calibration.line_confidence(replace(evidence, **changes)) < calibration.line_confidence(evidence) - 0.05

    def test_a_witness_against_a_digit_lowers_it(self, calibration, evidence):
        against = replace(evidence, witness=(0.01, *evidence.witness[1:]))
        assert calibration.line_confidence(against) < calibration.line_confidence(evidence)

    def test_it_has_the_decimals_that_json_shows(self, calibration, evidence):
        confidence = calibration.line_confidence(evidence)
        assert confidence == round(confidence, 4)


def test_a_long_line_of_sure_digits_is_as_sure_as_a_short_one(calibration):
    # The probability of the whole string falls with each digit: twenty digits at 0.99 come to 0.82.
    long = replace(SURE, log_probability=-0.2, least_view_log_probability=-0.3, witness=(0.99,) * 20)
    assert calibration.line_confidence(long) > 0.9


def test_a_line_of_one_digit_is_judged_by_its_surroundings(calibration):
    texture = replace(SURE_DIGIT, single=SingleEvidence(0.3, 0.1, 0.01, 0.1))
    assert calibration.line_confidence(texture) < calibration.line_confidence(SURE_DIGIT) - 0.05


def test_a_sure_digit_in_a_doubtful_line_is_surer_than_the_doubtful_one(calibration):
    doubtful = replace(SURE, log_probability=-2.5, margin=-0.3, least_posterior=0.5, witness=(0.99, 0.1, 0.99, 0.99))
    line = calibration.line_confidence(doubtful)
    sure, unsure, *others = calibration.digit_confidences(doubtful, (0.999, 0.5, 0.999, 0.999))
    assert line <= unsure < sure - 0.03
    assert others == [sure, sure]


def test_a_digit_alone_has_the_confidence_of_its_line(calibration):
    assert calibration.digit_confidences(SURE_DIGIT, (0.7,)) == [calibration.line_confidence(SURE_DIGIT)]


def test_what_looks_different_when_it_is_turned_is_no_sure_digit(calibration):
    clear = calibration.single_confidence(CLEAR_DIGIT)
    assert clear > 0.95
    assert calibration.single_confidence(replace(CLEAR_DIGIT, mean_view_probability=0.3)) < clear - 0.1
    assert calibration.single_confidence(replace(CLEAR_DIGIT, ink_share=0.1)) < clear - 0.1


@pytest.mark.parametrize("kind", KINDS)
class TestErrors:
    def test_fewer_errors_need_more_confidence(self, calibration, kind):
        limits, errors = zip(*calibration.errors[kind], strict=True)
        assert list(limits) == sorted(set(limits))
        assert list(errors) == sorted(errors, reverse=True)
        assert calibration.min_confidence(0.05, kind) <= calibration.min_confidence(0.01, kind) < 1
        assert calibration.min_confidence(1.0, kind) == 0

    def test_fewer_errors_than_the_calibration_knows_are_told(self, calibration, kind):
        with pytest.raises(LimitError, match=r"max_error is 1e-09; expected at least 0\.00"):
            calibration.min_confidence(1e-9, kind)


def test_another_file_is_another_calibration(calibration, tmp_path):
    regression = {"intercept": 0.0, "weights": {}}
    names = ("text", "writing_one", "writing_several", "line", "digit_text", "digit", "single", "cell", "comb")
    content = {
        "regressions": dict.fromkeys(names, regression),
        "errors": {"lines": [[0.0, 0.5], [0.7, 0.02]], "single": [[0.2, 0.1]]},
    }
    (tmp_path / "other.json").write_text(json.dumps(content))
    other = load_calibration(tmp_path / "other.json")
    assert other.line_confidence(SURE) == 0.5
    assert other.min_confidence(0.02, "lines") == 0.7
    assert load_calibration() is calibration


class TestForms:
    SURE = CellEvidence(probability=0.999, clearness=0.95, witness=0.999, length=1, holds_one=True)

    def test_a_sure_cell_is_sure_and_doubts_lower_it(self, calibration):
        assert calibration.cell_confidence(self.SURE) > 0.95
        for doubtful in (
            replace(self.SURE, probability=0.5, witness=0.5),
            replace(self.SURE, clearness=0.3, witness=0.1),
        ):
            assert calibration.cell_confidence(doubtful) < calibration.cell_confidence(self.SURE) - 0.05

    def test_a_comb_is_no_surer_than_its_cells(self, calibration):
        assert 0.5 < calibration.comb_confidence([0.99] * 8) < 0.99
        assert calibration.comb_confidence([0.99] * 7 + [0.5]) < 0.7
