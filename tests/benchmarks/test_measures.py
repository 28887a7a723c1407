import pytest
from measures import Answer, calibration_error, digits_right, line_figures, lines_right, risk_coverage_area


def test_lines_of_a_sheet_are_compared_whole():
    assert lines_right("12\n34\n56", ["12", "34", "56"]) == [True] * 3
    assert lines_right("12\n34\n56", ["34", "7", "56", "56"]) == [True, False, True, False]
    assert lines_right("1234", ["123"]) == [False]
    assert lines_right("", ["1", "7"]) == [False, False]


@pytest.mark.parametrize(
    ("texts", "right"),
    [
        (["123", "456789"], [True, True]),
        (["456789", "123"], [True, True]),  # the order is the reader's
        (["123", "45678"], [True, False]),  # a last digit was lost
        (["123"], [True]),  # the other line was not found at all
        (["193", "456789"], [False, True]),
        (["12", "12"], [True, False]),
        ([], []),
    ],
)
def test_lines_without_breaks_are_found_in_the_digits(texts, right):
    assert lines_right("123456789", texts, whole=False) == right


def test_digits_are_aligned():
    assert digits_right("123", ["1223"]) == [(True, True, False, True)]
    assert digits_right("", ["12"]) == [(False, False)]


def test_the_area_is_the_mean_risk_over_all_coverages():
    assert risk_coverage_area([0.9, 0.8, 0.7], [True, True, False]) == pytest.approx((0 + 0 + 1 / 3) / 3)
    assert risk_coverage_area([0.7, 0.8, 0.9], [True, True, False]) == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    assert risk_coverage_area([0.5] * 4, [True, False, False, True]) == pytest.approx(0.5)


def test_confidences_that_say_what_is_right_are_calibrated():
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0)
    assert calibration_error([0.75, 1.0], [False, True]) == pytest.approx(0.375)


def test_the_figures_of_lines_count_what_was_refused_and_read():
    answer = Answer("a", "12\n34\n56", "12\n35", 0.3, (("12", 0.9, True), ("35", 0.8, True), ("56", 0.3, False)))
    figures = line_figures([answer], whole=True)
    assert (figures["n"], figures["refused_though_right"], figures["read_though_wrong"]) == (3, 1, 1)
    assert figures["area"] == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    assert line_figures([], whole=True)["area"] is None
