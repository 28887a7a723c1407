"""The reasons for refusals: stable codes, each explained."""

from pathlib import Path

import pytest

from inkdigits.read.refusal import RefusalReason

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("reason", RefusalReason)
def test_each_reason_is_its_code_and_is_explained(reason):
    assert reason == reason.value
    assert reason.sentence.endswith(".")
    assert f"| `{reason}` |" in README.read_text("utf-8")
