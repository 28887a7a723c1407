"""What commands print: styled text and tables, results as JSON, errors on stderr. Knows nothing of what they do.

Rich is imported when text or a table is printed; `inkdigits read` and --json do not need it.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from inkdigits.core.errors import InkdigitsError

if TYPE_CHECKING:
    from rich.console import Console

INTERRUPTED = 130
"""Exit status after Ctrl-C, as in shells."""


@cache
def console() -> "Console":
    """Return the Rich console on stdout."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def print_text(text: str, style: str | None = None) -> None:
    """Print text on stdout; square brackets in it are printed as they are.

    Args:
        text: One line or several.
        style: A Rich style, for example "bold".
    """
    console().print(text, style=style, markup=False)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> None:
    """Print a table on stdout.

    Args:
        title: The line above it; empty for none.
        columns: The heading of each column.
        rows: The cells of each row.
        left: How many columns are words; the others are numbers and aligned to the right.
    """
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < left else "right")
    for row in rows:
        table.add_row(*row)
    console().print(table, markup=False)


def print_json(record: dict[str, Any]) -> None:
    """Print one line of JSON on stdout.

    Args:
        record: What to print; it holds no NaN and no infinity.
    """
    sys.stdout.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")


def print_error(error: InkdigitsError) -> None:
    """Print an error as one line on stderr.

    Args:
        error: Its text says what to do.
    """
    line = " ".join(str(error).split())
    sys.stderr.write(f"error: {line}\n")


def open_browser(address: str) -> None:
    """Open a page without waiting for the browser.

    Args:
        address: Of the page.
    """
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
