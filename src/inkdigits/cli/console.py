"""How commands speak: results on stdout, progress and errors on stderr. Knows nothing of what they do."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from inkdigits.errors import InkdigitsError

output = Console(highlight=False, soft_wrap=True)


def print_json(record: dict[str, Any]) -> None:
    """Print `record` as one line of JSON on stdout."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")


def print_error(error: InkdigitsError) -> None:
    """Print the one line that tells the user what to mend."""
    line = " ".join(str(error).split())
    sys.stderr.write(f"error: {line}\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> None:
    """Print a table; the first `left` columns are words, the others figures."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < left else "right")
    for row in rows:
        table.add_row(*row)
    output.print(table, markup=False)
