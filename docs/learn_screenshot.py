"""Takes the picture of the Learn tab for the documents: python docs/learn_screenshot.py docs/learn.png.

It trains `mlp-dropout` on `uci` from the page, pauses it half-trained and draws a 7. Needs a Chromium.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

SIZE = {"width": 1280, "height": 900}

SEVEN = ((0.28, 0.24), (0.45, 0.22), (0.7, 0.21), (0.72, 0.24), (0.63, 0.42), (0.54, 0.6), (0.47, 0.8))
"""Points of a 7 in widths of the pad."""

STEPS = 3
"""Epochs to take before the picture."""


@contextmanager
def running_server() -> Iterator[str]:
    """Serve the page with empty folders of corrections and runs, and yield its address."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--no-open", "--port", "0", "--data-dir", f"{folder}/data", "--runs", f"{folder}/runs"]
        command = [sys.executable, "-m", "inkdigits", "serve", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                yield process.stdout.readline().split(" ")[0]
            finally:
                process.terminate()


def train(page: Page) -> None:
    """Train some epochs from the page, and wait there.

    Args:
        page: The Learn tab.
    """
    page.locator("#learn-size", has_text="669").wait_for()
    page.locator("#learn-start-paused").click()
    for epoch in range(1, STEPS + 1):
        page.locator("#learn-controls [data-command=epoch]").click()
        page.locator(f"#learn-figures dd >> text=/^{epoch} of 20/").wait_for()
        page.locator("#learn-state", has_text="Paused").wait_for()


def draw(page: Page) -> None:
    """Draw a 7 and wait until the network answers.

    Args:
        page: The Learn tab.
    """
    page.locator("#learn-pad").scroll_into_view_if_needed()
    pad = page.locator("#learn-pad").bounding_box()
    assert pad is not None
    for number, (x, y) in enumerate(SEVEN):
        page.mouse.move(pad["x"] + x * pad["width"], pad["y"] + y * pad["width"], steps=4)
        if not number:
            page.mouse.down()
    page.mouse.up()
    page.locator("#learn-bars .best").wait_for()


def main(file: Path) -> None:
    """Write the picture, and end the training.

    Args:
        file: Where to.
    """
    with running_server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(viewport=SIZE, locale="en-US", color_scheme="light").new_page()
        page.set_default_timeout(500_000)
        page.goto(f"{address}#learn")
        train(page)
        draw(page)
        page.mouse.move(0, 0)
        box = page.locator("#learn-inside").bounding_box()
        assert box is not None
        top = page.evaluate("scrollY")
        page.screenshot(
            path=file,
            clip={"x": 0, "y": 0, "width": SIZE["width"], "height": top + box["y"] + box["height"] + 20},
            full_page=True,
        )
        page.locator("#learn-controls [data-command=stop]").click()
        page.locator("#learn-state", has_text="Stopped").wait_for()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
