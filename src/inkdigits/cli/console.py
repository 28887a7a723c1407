"""How commands speak to people: styled text and tables on stdout. Knows nothing of what they do."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

output = Console(highlight=False, soft_wrap=True)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> None:
    """Print a table; the first `left` columns are words, the others figures."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < left else "right")
    for row in rows:
        table.add_row(*row)
    output.print(table, markup=False)
