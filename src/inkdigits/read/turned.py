"""The reading of a turned picture -> the same in pixels of the picture as it was given. Knows no ink."""

from dataclasses import replace

from inkdigits.read.result import Box, Line, Reading, Table


def turn_back(reading: Reading, turns: int, height: int, width: int) -> Reading:
    """Return a reading with its boxes in pixels of the picture before it was turned.

    Args:
        reading: Of the turned picture.
        turns: By how many quarters counterclockwise it was turned.
        height: Of the picture before, in pixels.
        width: Of the picture before, in pixels.

    Examples:
        >>> table = Table((0, 0, 10, 4), ())
        >>> turn_back(Reading(tables=(table,)), 1, 20, 30).tables[0].box
        (26, 0, 30, 10)
    """

    def box(one: Box) -> Box:
        left, top, right, bottom = one
        match turns % 4:
            case 1:
                return width - bottom, left, width - top, right
            case 2:
                return width - right, height - bottom, width - left, height - top
            case 3:
                return top, height - right, bottom, height - left
            case _:
                return one

    def line(one: Line) -> Line:
        return replace(
            one,
            box=box(one.box),
            digits=tuple(replace(digit, box=box(digit.box)) for digit in one.digits),
            parts=tuple(replace(part, box=box(part.box)) for part in one.parts),
            signs=tuple(replace(sign, box=box(sign.box)) for sign in one.signs),
        )

    def table(one: Table) -> Table:
        return Table(box(one.box), tuple(tuple(replace(cell, box=box(cell.box)) for cell in row) for row in one.rows))

    return Reading(
        tuple(map(line, reading.lines)),
        tuple(map(line, reading.refused)),
        reading.normalize_forms,
        tuple(map(table, reading.tables)),
    )
