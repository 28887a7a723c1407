"""What every table of a recipe has in common. Knows no particular table."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, lt=1)]
Sides = Count | tuple[Count, Count]
"""One number for a square, or height and width."""
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def height_and_width(sides: int | tuple[int, int]) -> tuple[int, int]:
    """Return both sides of a square or a rectangle.

    Examples:
        >>> height_and_width(3), height_and_width((1, 5))
        ((3, 3), (1, 5))
    """
    return (sides, sides) if isinstance(sides, int) else sides


class Table(BaseModel):
    """A table of a recipe: immutable, and no key it doesn't know gets past it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
