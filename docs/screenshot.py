"""Takes the README's screenshot of a report: python docs/screenshot.py RUN docs/report.png.

It shows the summary, the curves and the first misread digits. Needs a Chromium.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SHOWN = ["summary", "training", "gallery"]
STYLE = """
    nav, footer, #training > .verdict, #gallery .buttons, #gallery .legend, #gallery-controls,
    #gallery-cards > .block:nth-child(n+2), #gallery-cards > .block > :nth-child(n+5) {
        display: none !important;
    }
    .layout { display: block !important }
    main { display: grid !important; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 1rem }
    main > section { margin: 0 !important }
    #gallery { grid-column: 1 / -1 }
    #gallery-cards > .block { grid-template-columns: repeat(4, 1fr) !important; height: auto !important }
"""


def main(run: Path, picture: Path) -> None:
    """Write a screenshot of RUN/report.html.

    Args:
        run: The run folder.
        picture: The PNG to write.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800}).new_page()
        page.goto((run / "report.html").absolute().as_uri())
        hide = "shown => document.querySelectorAll('main > section').forEach(s => s.hidden = !shown.includes(s.id))"
        page.evaluate(hide, SHOWN)
        page.add_style_tag(content=STYLE)
        page.locator("#gallery-cards > .block:first-child > :nth-child(4)").wait_for()
        page.screenshot(path=picture, full_page=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
