"""The cells of a notebook: whether this is one, and a line in a cell that changes. Knows nothing of what it says."""

import sys
import time
from importlib import import_module
from typing import Any

_UPDATES_PER_S = 10


def in_notebook() -> bool:
    """Tell whether this process runs the cells of a notebook."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return type(shell).__name__ == "ZMQInteractiveShell"


class CellLine:
    """A line of text below a cell, which changes while the cell runs.

    Args:
        text: What it says at first.
    """

    def __init__(self, text: str) -> None:
        show: Any = import_module("IPython.display").display
        self._handle = show({"text/plain": text}, raw=True, display_id=True)
        self._updated_at_s = time.perf_counter()

    def update(self, text: str, *, now: bool = False) -> None:
        """Change the line, at most ten times a second.

        Args:
            text: What it says from here on.
            now: Whether this text must be shown, as the last one must.
        """
        if not now and time.perf_counter() - self._updated_at_s < 1 / _UPDATES_PER_S:
            return
        self._updated_at_s = time.perf_counter()
        self._handle.update({"text/plain": text}, raw=True)
