"""What was measured for the explanations. Knows nothing of how."""

import json
from functools import cache
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1]

MEASURED = DOCS / "drawings" / "measured.json"
"""Written by `python docs/draw.py --measure`."""


@cache
def measurements() -> dict[str, Any]:
    """Return what was measured for the explanations."""
    return dict(json.loads(MEASURED.read_text("utf-8")))


def reproduced_accuracies() -> dict[str, list[float]]:
    """Return the test accuracy of each seed by recipe, as `inkdigits reproduce` measured them."""
    results = json.loads((DOCS / "reference" / "reproduce" / "reproduce.json").read_text("utf-8"))["results"]
    return {result["recipe"]: result["accuracy"]["all"] for result in results}
