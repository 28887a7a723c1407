"""Takes the documents' pictures of the page: python docs/pad_screenshot.py docs/pad.png docs/inside.png docs/read.png.

The first shows a digit drawn on the pad, the second what the network makes of it, the third a sheet of MNIST digits
that was read; without a third name it is left out. Needs a Chromium, and MNIST for the sheet.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

import inkdigits
from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet

SIZE = {"width": 1120, "height": 900}

SEVEN = ((0.3, 0.24), (0.45, 0.22), (0.68, 0.21), (0.71, 0.24), (0.63, 0.42), (0.54, 0.6), (0.47, 0.8))
BAR = ((0.42, 0.54), (0.66, 0.5))
"""A crossed 7: points in widths of the pad."""


@contextmanager
def running_server() -> Iterator[str]:
    """Serve the page with an empty folder of corrections, and yield its address."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "inkdigits", "serve", "--no-open", "--port", "0", "--data-dir", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                yield process.stdout.readline().split(" ")[0]
            finally:
                process.terminate()


def compose() -> bytes:
    """Return a PNG of three lines of test digits on ruled paper, in uneven light."""
    test = inkdigits.load("mnist").test
    plan = SheetPlan(lines=3, length=7, height=64, gap=0.3, spacing=1.7, ruled=True)
    picture, _ = compose_sheet(plan, test.images, test.labels, np.random.default_rng(12))
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def draw(page: Page) -> None:
    """Draw a crossed 7 with the mouse and wait until it is read.

    Args:
        page: The page of the server.
    """
    pad = page.locator("#pad").bounding_box()
    assert pad is not None
    for stroke in (SEVEN, BAR):
        for number, (x, y) in enumerate(stroke):
            page.mouse.move(pad["x"] + x * pad["width"], pad["y"] + y * pad["width"], steps=4)
            if not number:
                page.mouse.down()
        page.mouse.up()
    page.wait_for_function("() => document.getElementById('digit').textContent === '7'")


def look_inside(page: Page) -> None:
    """Point at a feature map of the second convolution and wait until its sum is shown.

    Args:
        page: The page of the server, with a digit on the pad.
    """
    layer = page.locator("#inside-layers canvas").nth(4)
    page.locator("#inside-layers > li").nth(2).evaluate("each => each.scrollIntoView()")
    layer.hover(position={"x": 28, "y": 10})
    page.locator("#inside-panel figure").nth(2).wait_for()


def main(pad: Path, inside: Path, read: Path | None = None) -> None:
    """Write the pictures.

    Args:
        pad: The file for the drawn digit.
        inside: The file for the inside of the network.
        read: The file for the sheet.
    """
    with running_server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(viewport=SIZE, locale="en-US", color_scheme="light").new_page()
        page.goto(address)
        page.locator("#lessons").wait_for()
        draw(page)
        page.wait_for_timeout(1000)
        page.screenshot(path=pad, clip=clip_area(page), full_page=True)
        look_inside(page)
        page.screenshot(path=inside)
        if read is None:
            return
        page.locator("#choose").set_input_files({"name": "sheet.png", "mimeType": "image/png", "buffer": compose()})
        page.locator("#lines button").first.wait_for()
        page.wait_for_timeout(300)
        page.screenshot(path=read, clip=clip_area(page), full_page=True)
        browser.close()


def clip_area(page: Page) -> dict[str, float]:
    """Return the area from the top of the page to the end of the drawing and its reading.

    Args:
        page: The page of the server.
    """
    bottoms = [page.locator(name).bounding_box() for name in ("#write", "#answer")]
    return {"x": 0, "y": 0, "width": SIZE["width"], "height": max(b["y"] + b["height"] for b in bottoms if b) + 20}


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
