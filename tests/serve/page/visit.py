"""A page object: drives the page of a server in a browser, and reads what it shows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.servers import Client
from helpers.writing import STROKES

TIMEOUT_MS = 120_000
"""Long, because a busy machine is slow; a test on a free machine never waits this long."""


class Visit:
    """The page open in a browser, with its console messages, errors and requests."""

    def __init__(self, browser: Any, address: str, *, corrects: bool = True, **options: Any) -> None:
        settings = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US", "reduced_motion": "reduce"}
        self.context = browser.new_context(**settings | options)
        self.context.set_default_timeout(TIMEOUT_MS)
        self.address, self.corrects = address, corrects
        self.client = Client(address)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.open()

    def open(self) -> None:
        """Load the page and wait until it is ready."""
        self.page.goto(self.address)
        # The page's content security policy forbids evaluating strings, but not functions.
        self.page.wait_for_function("() => document.querySelectorAll('#bars li').length === 10")
        if self.corrects:
            self.page.locator("#lessons").wait_for()

    def choose_mode(self, mode: str) -> None:
        self.page.locator(f"input[name=mode][value={mode}]").check()

    def place(self, text: str, height: float = 0.6) -> list[list[tuple[float, float]]]:
        """Return strokes that write `text` in the middle of the pad, in pixels of the window."""
        self.page.locator("#pad").scroll_into_view_if_needed()
        box = self.page.locator("#pad").bounding_box()
        unit = height * box["height"]
        left = box["x"] + (box["width"] - unit * (0.95 * len(text) - 0.35)) / 2
        top = box["y"] + (box["height"] - unit) / 2
        return [
            [(left + 0.95 * unit * number + x * unit, top + y * unit) for x, y in stroke]
            for number, digit in enumerate(text)
            for stroke in STROKES[digit]
        ]

    def draw(self, strokes: Sequence[Sequence[tuple[float, float]]], *, ends: bool = True) -> None:
        """Draw with the mouse; without `ends` its button stays pressed after the last stroke."""
        mouse = self.page.mouse
        for stroke in strokes:
            mouse.move(*stroke[0])
            mouse.down()
            for point in stroke[1:]:
                mouse.move(*point)
            if ends or stroke is not strokes[-1]:
                mouse.up()

    def write(self, text: str) -> None:
        """Write on the pad, and wait until all of it is read."""
        self.draw(self.place(text))
        self.page.locator("#answer[aria-busy=false]").wait_for()

    def wait_for(self, selector: str, text: str) -> None:
        """Wait until an element has exactly this text."""
        self.page.wait_for_function(
            "([selector, text]) => document.querySelector(selector)?.textContent.trim() === text", arg=[selector, text]
        )

    def give(self, picture: Path) -> None:
        """Choose a picture with the button for it."""
        self.page.locator("#choose").set_input_files(picture)

    def drop(self, content: bytes, name: str, media_type: str, event: str = "drop") -> None:
        """Drop a file onto the page, or paste it."""
        self.page.evaluate(
            """([bytes, name, type, event]) => {
                const held = new DataTransfer();
                held.items.add(new File([new Uint8Array(bytes)], name, { type }));
                const made = event === "paste" ? new ClipboardEvent("paste", { clipboardData: held, bubbles: true })
                    : new DragEvent(event, { dataTransfer: held, bubbles: true, cancelable: true });
                document.querySelector("main").dispatchEvent(made);
            }""",
            [list(content), name, media_type, event],
        )

    def text_of(self, selector: str) -> str:
        return str(self.page.locator(selector).text_content()).strip()

    def fits(self) -> bool:
        """Tell whether nothing overflows to the right."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
