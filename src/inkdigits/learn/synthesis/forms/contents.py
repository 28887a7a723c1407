"""What people fill into forms: numbers, words, sudokus. Knows nothing of pictures."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkdigits.learn.synthesis.forms.style import FormStyle
from inkdigits.learn.synthesis.forms.table_block import CellPlan, TablePlan

LABELS = (
    "Name", "Date", "Account number", "Postcode", "Telephone", "Amount", "Customer number", "Invoice", "Date of birth",
    "Student ID", "Code", "Order number", "Meter reading", "Kontonummer", "Postleitzahl", "Datum", "Betrag", "Montant",
    "Code postal", "Importe", "Fecha", "Numero", "Reference", "Score", "Please fill in",
)  # fmt: skip
"""Words printed beside a field."""

HEADINGS = (
    "Application", "Registration form", "Order form", "Answer sheet", "Score sheet", "Time sheet", "Stock list",
    "Formular", "Antrag", "Formulaire", "Encuesta", "Inventory", "Measurements", "Questionnaire", "Delivery note",
)  # fmt: skip
"""Words printed over a form."""

COLUMNS = (
    "Item", "Quantity", "Price", "Total", "Points", "Hours", "Mon", "Tue", "Wed", "Thu", "Fri", "Grade", "Test A",
    "Test B", "Menge", "Preis", "Summe", "Round", "Weight", "Size", "Week", "Home", "Away", "Sets",
)  # fmt: skip
"""Words over a column."""

ROWS = (
    "Apples", "Pears", "Anna", "Ben", "Carla", "David", "Emma", "Total", "Milk", "Bread", "Paper", "Screws", "Team A",
    "Team B", "Kim", "Lee", "Park", "Group", "Sum", "Jan", "Feb", "Mar", "Apr", "May",
)  # fmt: skip
"""Words before a row."""

EMPTIES = (0.0, 0.15, 0.35, 0.6)
"""Shares of empty cells in tables."""


def sample_number(count: int, generator: np.random.Generator) -> str:
    """Return a number of so many digits, which does not begin with 0 unless it has one digit.

    Args:
        count: Of digits.
        generator: Draws them.
    """
    digits = generator.integers(0, 10, count)  # (count,)
    if count > 1 and digits[0] == 0:
        digits[0] = generator.integers(1, 10)
    return "".join(str(digit) for digit in digits)


def plan_table(
    style: FormStyle,
    generator: np.random.Generator,
    rows: int = 0,
    columns: int = 0,
    empties: Sequence[float] = EMPTIES,
) -> TablePlan:
    """Return a plan of a table whose cells hold numbers of 1 to 4 digits or nothing.

    Args:
        style: Its look.
        generator: Draws everything.
        rows: Of numbers; 0 draws how many.
        columns: Of numbers; 0 draws how many.
        empties: Shares of empty cells to choose from.
    """
    rows, columns = rows or int(generator.integers(3, 10)), columns or int(generator.integers(2, 7))
    has_header, has_names = generator.random() < 0.6, generator.random() < 0.5
    empty = float(generator.choice(empties))
    marks = 0.12 if generator.random() < 0.15 else 0.0
    most = int(generator.integers(1, 5))
    cells: list[tuple[CellPlan, ...]] = []
    if has_header:
        words = [CellPlan("words", str(word)) for word in generator.choice(COLUMNS, columns, replace=False)]
        corner = [CellPlan("empty")] if has_names else []
        cells.append((*corner, *words))
    counted = generator.random() < 0.3
    names_in_order = generator.permutation(ROWS)
    for number in range(rows):
        written = [_written(most, empty, generator, marks) for _ in range(columns)]
        names: list[CellPlan] = []
        if has_names:
            word = str(number + 1) if counted else str(names_in_order[number % len(ROWS)])
            names = [CellPlan("printed" if counted else "words", word)]
        cells.append((*names, *written))
    width = style.cell_height * (0.9 + 0.62 * most) * generator.uniform(0.95, 1.5)
    widths = [width * float(generator.uniform(0.85, 1.3)) for _ in range(columns)]
    if generator.random() < 0.5:
        widths = [width] * columns
    name_widths = [style.cell_height * float(generator.uniform(2.2, 4))] if has_names else []
    ruling = generator.random()
    return TablePlan(
        kind="table",
        widths=(*name_widths, *widths),
        heights=(style.cell_height,) * len(cells),
        cells=tuple(cells),
        across=ruling < 0.9,
        down=ruling < 0.75 or ruling >= 0.9,
        frame=bool(ruling < 0.65 or generator.random() < 0.5),
        align=float(generator.choice([0.1, 0.5, 0.9], p=[0.2, 0.5, 0.3])),
    )


def _written(most: int, empty: float, generator: np.random.Generator, marks: float = 0.0) -> CellPlan:
    if marks and generator.random() < marks:
        return CellPlan("mark")
    if generator.random() < empty:
        return CellPlan("empty")
    return CellPlan("written", sample_number(int(generator.integers(1, most + 1)), generator))


def plan_sudoku(style: FormStyle, generator: np.random.Generator) -> TablePlan:
    """Return a plan of a sudoku: 9 by 9 cells with printed and written digits, solved or not.

    Args:
        style: Its look.
        generator: Draws everything.
    """
    board = _solved(generator)
    printed = generator.random((9, 9)) < generator.uniform(0.25, 0.5)
    written = generator.random((9, 9)) < (1.0 if generator.random() < 0.5 else generator.uniform(0.1, 0.9))
    cells = tuple(
        tuple(
            CellPlan("printed" if printed[y, x] else "written", str(board[y, x]))
            if printed[y, x] or written[y, x]
            else CellPlan("empty")
            for x in range(9)
        )
        for y in range(9)
    )
    side = style.cell_height
    return TablePlan("grid", (side,) * 9, (side,) * 9, cells, group=3)


def plan_grid(style: FormStyle, generator: np.random.Generator) -> TablePlan:
    """Return a plan of a grid whose cells hold one digit or nothing, as on score sheets.

    Args:
        style: Its look.
        generator: Draws everything.
    """
    rows, columns = (int(count) for count in generator.integers(2, 9, 2))
    empty = float(generator.choice([0.0, 0.2, 0.5]))
    cells = tuple(tuple(_written(1, empty, generator) for _ in range(columns)) for _ in range(rows))
    width = max(style.cell_width, 0.75 * style.cell_height) * float(generator.uniform(1, 1.4))
    return TablePlan("grid", (width,) * columns, (style.cell_height,) * rows, cells)


def _solved(generator: np.random.Generator) -> NDArray[np.int64]:
    """Return a solved sudoku, (9, 9): the plain pattern with rows, columns and digits shuffled within their bands."""
    order = [
        [3 * band + line for band in generator.permutation(3) for line in generator.permutation(3)] for _ in range(2)
    ]
    rows, columns = np.array(order[0]), np.array(order[1])
    names = generator.permutation(9) + 1
    return np.asarray(names[(3 * (rows % 3)[:, None] + (rows // 3)[:, None] + columns[None]) % 9], np.int64)
