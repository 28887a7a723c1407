import json
from dataclasses import replace

import numpy as np
import pytest

from inkdigits.read.refusal import RefusalReason
from inkdigits.read.result import Alternative, Cell, Digit, Line, Number, Reading, Table

SEVEN = Digit("7", 0.987654, (4, 2, 20, 30), (Alternative("1", 0.0123456),))
TWO = Digit("2", 0.5, (22, 3, 40, 31))
FIRST, SECOND = Line((SEVEN, TWO), 0.49, (4, 2, 40, 31)), Line((TWO,), 0.5, (22, 43, 40, 71))


def test_text_is_the_lines_joined():
    assert FIRST.text == "72"
    assert Reading((FIRST, SECOND), refused=(SECOND,)).text == "72\n2"
    assert Reading().text == ""


def test_a_digit_says_that_it_is_print_only_where_it_is():
    assert replace(SEVEN, printed=True).to_dict() == SEVEN.to_dict() | {"printed": True}
    assert "printed" not in SEVEN.to_dict()


def test_the_record_is_the_one_of_the_contract():
    record = Reading((FIRST,), refused=(SECOND,)).to_dict()
    assert record == {
        "text": "72",
        "lines": [
            {
                "text": "72",
                "confidence": 0.49,
                "box": [4, 2, 40, 31],
                "digits": [
                    {
                        "digit": "7",
                        "confidence": 0.9877,
                        "box": [4, 2, 20, 30],
                        "alternatives": [{"digit": "1", "confidence": 0.0123}],
                    },
                    {"digit": "2", "confidence": 0.5, "box": [22, 3, 40, 31], "alternatives": []},
                ],
                "numbers": [{"text": "72", "written": "72", "confidence": 0.49, "box": [4, 2, 40, 31]}],
            }
        ],
        "refused": [SECOND.to_dict()],
        "tables": [],
    }
    assert json.loads(json.dumps(record)) == record


def test_only_refused_lines_have_a_reason():
    refused = replace(SECOND, reason=RefusalReason.OTHER_SIGNS)
    record = json.loads(json.dumps(Reading((FIRST,), refused=(refused,)).to_dict()))
    assert "reason" not in record["lines"][0]
    assert record["refused"] == [SECOND.to_dict() | {"reason": "other-signs"}]


def test_numbers_and_tables_are_in_the_record():
    parts = (Number("7", 0.9, (4, 2, 20, 30)), Number("2", 0.8, (60, 3, 80, 31)))
    table = Table((0, 0, 90, 40), ((Cell("7", 0.9, (0, 0, 45, 40)), Cell("", 1.0, (45, 0, 90, 40))),))
    record = Reading((replace(FIRST, parts=parts),), tables=(table,)).to_dict()
    assert [number["text"] for number in record["lines"][0]["numbers"]] == ["7", "2"]
    assert record["tables"] == [
        {
            "box": [0, 0, 90, 40],
            "rows": [
                [
                    {"text": "7", "written": "7", "confidence": 0.9, "box": [0, 0, 45, 40]},
                    {"text": "", "written": "", "confidence": 1.0, "box": [45, 0, 90, 40]},
                ]
            ],
        }
    ]


def test_a_reading_of_nothing_has_no_forms():
    assert Reading().forms.shape == (0, 28, 28)
    assert Reading().forms.dtype == np.uint8
    assert Reading().forms is not Reading().forms


def test_readings_can_not_be_changed():
    with pytest.raises(AttributeError):
        SEVEN.digit = "1"
