"""What axe-core finds wrong with a page in a real browser."""

from pathlib import Path
from typing import Any

import axe_playwright_python

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe_violations(page: Any) -> list[str]:
    """Return each violation with the element, of the page as it is now."""
    # As code of the tests' own, for which the page's strict policy doesn't count.
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    assert len(found["passes"]) > 15
    return [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]
