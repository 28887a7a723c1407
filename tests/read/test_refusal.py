"""The reasons for refusals: stable codes, each explained."""

from pathlib import Path

import pytest

from inkdigits.read.refusal import RefusalReason

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "photos.md"


@pytest.mark.parametrize("reason", RefusalReason)
def test_each_reason_is_its_code_and_is_explained(reason):
    assert reason == reason.value
    assert reason.sentence.endswith(".")
    assert f"| `{reason}` |" in PAGE.read_text("utf-8")
