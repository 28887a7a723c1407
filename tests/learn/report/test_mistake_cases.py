import numpy as np

from inkdigits.learn.report.content import ReportContent


def test_each_mistake_has_its_picture_neighbours_and_map(content: ReportContent, small_run: object) -> None:
    test, train = small_run.test, small_run.train  # type: ignore[attr-defined]
    assert len(content.mistakes) == content.evaluations["test"].errors > 0
    confidences = [case.mistake.confidence for case in content.mistakes]
    assert confidences == sorted(confidences, reverse=True)
    for case in content.mistakes:
        np.testing.assert_array_equal(case.image, test.images[case.mistake.index])
        assert case.like_label is not None
        assert case.like_prediction is not None
        assert train.labels[case.like_label.neighbour.index] == case.mistake.label
        assert train.labels[case.like_prediction.neighbour.index] == case.mistake.prediction
        np.testing.assert_array_equal(case.like_label.image, train.images[case.like_label.neighbour.index])
        assert case.attribution is not None


def test_maps_explain_why_the_answer_won(content: ReportContent, small_run: object) -> None:
    bias = small_run.network[1].bias.detach().numpy()  # type: ignore[attr-defined]
    for case in content.mistakes[:5]:
        mistake = case.mistake
        assert case.attribution is not None
        won_by = np.log(mistake.probabilities[mistake.prediction] / mistake.probabilities[mistake.label])
        from_bias = bias[mistake.prediction] - bias[mistake.label]
        np.testing.assert_allclose(case.attribution.sum() + from_bias, won_by, atol=1e-3)
