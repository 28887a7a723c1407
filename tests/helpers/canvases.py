"""Canvases of a page in a real browser, which draws them when they come into view."""

from typing import Any

TIMEOUT_MS = 120_000
"""How long to wait in a page: long, because a busy machine is slow."""


def wait_until_drawn(page: Any, canvas: Any) -> None:
    """Scroll to a canvas and wait until a pixel of it is set."""
    canvas.scroll_into_view_if_needed()
    page.wait_for_function(
        """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)""",
        arg=canvas.element_handle(),
    )
