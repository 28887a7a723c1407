"""Candidates of a line and of a row."""

from inkdigits.read.candidates import Candidate, candidates_of, join_candidates


def test_the_first_has_the_confidence_of_the_line_and_the_others_what_is_left():
    one, two, three = candidates_of([("17", 0.5), ("11", 0.3), ("77", 0.1)], 0.9)
    assert (one, two, three) == (Candidate("17", 0.9), Candidate("11", 0.06), Candidate("77", 0.02))
    assert [one.confidence for one in candidates_of([("17", 0.5), ("11", 0.3)], 0.25)] == [0.25, 0.15]
    assert candidates_of([], 0.9) == ()
    assert one.to_dict() == {"text": "17", "confidence": 0.9}


def test_a_row_has_the_likeliest_combinations():
    parts = [[Candidate("1", 0.6), Candidate("7", 0.4)], [Candidate("2", 0.9), Candidate("3", 0.1)]]
    joined = join_candidates(parts, 3)
    assert [one.text for one in joined] == ["12", "72", "13"]
    assert round(joined[0].confidence, 6) == 0.54
