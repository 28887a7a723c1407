"""Types of numbers and the base class that all tables of a recipe share. Knows no particular table."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, lt=1)]
Sides = Count | tuple[Count, Count]
"""One number for a square, or height and width."""
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def height_and_width(sides: int | tuple[int, int]) -> tuple[int, int]:
    """Return height and width.

    Args:
        sides: One number for a square, or height and width.

    Examples:
        >>> height_and_width(3), height_and_width((1, 5))
        ((3, 3), (1, 5))
    """
    return (sides, sides) if isinstance(sides, int) else sides


class Table(BaseModel):
    """A table of a recipe: immutable, and a key that it doesn't know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
