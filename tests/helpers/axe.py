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
    found = page.evaluate(
        """async rules => {
            const { passes, violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
            const told = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
            return { passed: passes.length, told };
        }""",
        RULES,
    )
    assert found["passed"] > 15
    return list(found["told"])
