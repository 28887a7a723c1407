"""A PDF -> the pictures of its pages, rendered in a process of its own. Knows nothing of what is on them.

PDFium is a large C++ library, and a PDF may be damaged or malicious. A crash, a loop without end or a flood of memory
ends the process `pdf_worker.py` and not ours.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import Any, Self, cast

import numpy as np

from inkdigits.core.errors import PictureError
from inkdigits.core.types import Picture
from inkdigits.pictures.limits import MAX_PAGES, MAX_PIXELS, MAX_SIDE, check_page_count, too_large

RESOLUTION_DPI = 200
"""A digit of 4 mm is then 30 pixels high, and a page of A4 has 4 million pixels."""

MIN_DPI = 72
"""A page that is still too large at this resolution is refused."""

MAX_SECONDS = 120.0
"""How long one document may take to render, without the time between pages."""

_FAULTS = {
    "damaged": ("is damaged", "a whole PDF", "export it again, or its pages as PNG"),
    "empty": ("has no pages", "a PDF with at least one", "export it again"),
    "encrypted": ("is encrypted", "a PDF without a password", "save it without its password"),
    "missing": ("is a PDF", "pypdfium2 to render it", 'pip install "inkdigits[pdf]"'),
    "slow": (f"takes over {MAX_SECONDS:g} s to render", "a simpler PDF", "export its pages as PNG"),
}
"""What was given, what was expected and how to mend it, by the words of the worker."""

WORKER = Path(__file__).with_name("pdf_worker.py")


def is_pdf(content: bytes) -> bool:
    """Tell whether a file is a PDF.

    Args:
        content: The file, or its first kilobyte.
    """
    return content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"%PDF-")


def render_pdf(content: bytes, name: str) -> Iterator[Picture]:
    """Render every page of a PDF, one after the other.

    Args:
        content: The file.
        name: What to call it in an error.

    Yields:
        Each page on white, (H, W, 3), uint8, red, green and blue in 0 … 255.
        At 200 dpi, or at fewer so that it has at most 50 million pixels.

    Raises:
        PictureError: It is damaged or encrypted, has no pages, over 100 or too large ones, takes over two minutes, or
            pypdfium2 is not installed.
    """
    with _Worker(content, name) as worker:
        for number, (width, height) in enumerate(worker.sizes, start=1):
            page = np.empty((height, width, 3), np.uint8)
            worker.read_into(page, f"page {number} of {name}")
            yield page


def pdf_page_sizes(content: bytes, name: str) -> list[tuple[int, int]]:
    """Return width and height in pixels of every page of a PDF, without rendering any.

    Args:
        content: The file.
        name: What to call it in an error.

    Raises:
        PictureError: As `render_pdf`.
    """
    with _Worker(content, name) as worker:
        return worker.sizes


class _Worker:
    """The process that renders one document.

    Attributes:
        sizes: Width and height of each page in pixels.
    """

    def __init__(self, content: bytes, name: str) -> None:
        import subprocess  # noqa: PLC0415  `inkdigits read` starts faster without

        self._name, self._seconds_left = name, MAX_SECONDS
        limits = {"dpi": RESOLUTION_DPI, "pages": MAX_PAGES, "pixels": MAX_PIXELS, "side": MAX_SIDE}
        # -P: modules beside the worker's file must not take the place of those that it imports.
        self._process = subprocess.Popen(  # noqa: S603  our own file, with nothing of the document in its arguments
            [sys.executable, "-P", str(WORKER), json.dumps(limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None
        self._input, self._output = self._process.stdin, cast(BufferedReader, self._process.stdout)
        try:
            self.sizes = self._open(content)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._output.close()

    def read_into(self, page: Picture, name: str) -> None:
        """Fill a page with the next bytes that the process writes."""
        with self._deadline():
            count = self._output.readinto(page.reshape(-1).data)
        if count != page.size:
            raise self._error(self._end, name)

    def _open(self, content: bytes) -> list[tuple[int, int]]:
        """Hand the document over; return the sizes of its pages."""
        with self._deadline():
            with suppress(OSError), self._input as pipe:  # the process may have ended
                pipe.write(content)
            line = self._output.readline()
        header: dict[str, Any] = json.loads(line) if line else {"fault": self._end}
        if "fault" in header:
            raise self._error(header["fault"], self._name)
        check_page_count(header["count"], self._name)
        for number, (width, height, dpi) in enumerate(header["pages"], start=1):
            name = f"page {number} of {self._name}"
            if not width or not height:
                raise self._error("damaged", name)
            if dpi < MIN_DPI:
                sides = (round(side * MIN_DPI / dpi) for side in (width, height))
                raise too_large(name, f"{next(sides):,} x {next(sides):,} pixels at {MIN_DPI} dpi")
        return [(width, height) for width, height, _ in header["pages"]]

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        """End the process if the document's time is over before the context is."""
        timer = threading.Timer(max(0.0, self._seconds_left), self._process.kill)
        timer.daemon = True
        started_s = time.monotonic()
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self._seconds_left -= time.monotonic() - started_s

    @property
    def _end(self) -> str:
        """The fault if the process ended early."""
        return "slow" if self._seconds_left <= 0 else "damaged"

    def _error(self, fault: str, name: str) -> PictureError:
        given, expected, mend = _FAULTS[fault]
        return PictureError(f"{name} {given}", expected=expected, mend=mend)
