import numpy as np

from inkdigits.learn.evaluation.mistakes import find_mistakes


def test_surest_first_and_ties_by_index() -> None:
    answers = np.array([[0.6, 0.4], [0.9, 0.1], [0.6, 0.4], [0.1, 0.9], [0.2, 0.8]], np.float32)
    found = find_mistakes(answers, np.array([1, 1, 1, 1, 0]))
    assert [each.index for each in found] == [1, 4, 0, 2]
    assert [(each.label, each.prediction) for each in found] == [(1, 0), (0, 1), (1, 0), (1, 0)]
    assert found[0].confidence == np.float32(0.9)
    assert found[1].probabilities.tolist() == answers[4].tolist()


def test_a_perfect_network_has_none() -> None:
    assert find_mistakes(np.eye(3, dtype=np.float32), np.arange(3)) == []
